"""``cached_property`` as it is from Python 3.12 on, without a lock.

That of 3.11 takes one of the whole class for as long as a value is worked out: a quarter of the
processes that were forked while a thread searched waited for it for ever, and a search for a rare
word is a twentieth slower. Two threads may work out the same value at a time now, and keep either.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["cached_property"]

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from functools import cached_property
else:

    class cached_property:  # noqa: N801
        def __init__(self, function: Callable[[Any], Any]) -> None:
            self._function, self.__doc__ = function, function.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def __get__(self, instance: Any, owner: type) -> Any:
            if instance is None:
                return self
            found = instance.__dict__[self._name] = self._function(instance)
            return found
