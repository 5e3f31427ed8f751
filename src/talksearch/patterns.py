"""Regular expressions that are compiled when they are first used.

Most commands use few of the hundreds that are known, and compiling them all is a tenth of what a
quick command takes.
"""

from __future__ import annotations

import re
from typing import Any, cast

__all__ = ["pattern"]


class _Pattern:
    """What is asked of it is asked of the compiled one, and then kept: so it is as fast."""

    def __init__(self, text: str, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)
        return found


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, of which a mistake in the expression is told at its first use."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
