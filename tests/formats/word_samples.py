"""Word documents for the tests, made as they run: they are archives, not text."""

from __future__ import annotations

import io
import zipfile

__all__ = ["docx"]


def docx(*paragraphs: str) -> bytes:
    """A Word document of these paragraphs, which are XML."""
    body = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        main = f"<w:document {space}><w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", main)
    return packed.getvalue()
