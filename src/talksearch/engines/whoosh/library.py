"""What is used of Whoosh, imported when it is needed: that takes 60 ms.

Whoosh is older than the Pythons that warn of its escapes and comparisons when they compile it: at
the first command after `uv tool install`, and at each where nothing can be written beside it. Who
has warnings be errors could not import it, so none is heard meanwhile, whatever filters a host
program has set by then; these stay as they are.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    for category in (SyntaxWarning, DeprecationWarning):
        warnings.simplefilter("ignore", category)
    from whoosh import columns, fields, formats
    from whoosh.codec.base import Codec, FieldCursor, PerDocumentReader, TermsReader
    from whoosh.codec.whoosh3 import W3Segment
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import EmptyIndexError, FileIndex
    from whoosh.matching import ListMatcher
    from whoosh.reading import TermInfo, TermNotFound
    from whoosh.writing import SegmentWriter

__all__ = [
    "Codec",
    "EmptyIndexError",
    "FieldCursor",
    "FileIndex",
    "FileStorage",
    "ListMatcher",
    "PerDocumentReader",
    "SegmentWriter",
    "TermInfo",
    "TermNotFound",
    "TermsReader",
    "W3Segment",
    "columns",
    "fields",
    "formats",
]
