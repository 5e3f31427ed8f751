"""Where the home is, and its settings.

The home is ``--home``, else ``TALKSEARCH_HOME``, else the current folder if it holds ``corpus/``,
else the platform's folder for user data. ``talksearch.toml`` in it is optional; each of its keys
is also an environment variable, ``TALKSEARCH_<KEY>``, which comes first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from talksearch.errors import ConfigError
from talksearch.files import absolute
from talksearch.links import is_web_address

__all__ = ["Config", "checked", "default_home", "find_home", "load_config"]


@dataclass(frozen=True, slots=True)
class Config:
    """The settings.

    ``allow_private_addresses`` lets feeds on the own machine or network be fetched, which are
    otherwise refused: a feed could point anywhere. ``ping`` is an http(s) address to be told after
    each refresh whether all went well, ``on_new`` a shell command to run when there are new
    episodes; empty for neither. ``model`` names a model by whose embeddings passages are found by
    meaning as well (``embedding.Model``); empty for none.
    """

    allow_private_addresses: bool = False
    ping: str = ""
    on_new: str = ""
    model: str = ""


def default_home() -> Path:
    """The platform's folder for user data."""
    from platformdirs import user_data_path

    return user_data_path("talksearch", appauthor=False)


def find_home(home: str | os.PathLike[str] | None = None) -> Path:
    """The home's absolute path. It need not exist yet."""
    named = home or os.environ.get("TALKSEARCH_HOME")
    if named:
        return absolute(named)
    here = Path.cwd()
    return here if (here / "corpus").is_dir() else default_home()


def load_config(home: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """The settings of a home. Raises ``ConfigError`` naming the file or variable."""
    return Config(**_in_file(home / "talksearch.toml") | _in_environment(environment))


# Every setting has a default, which says of what type it is.
_TYPES = {field.name: type(field.default) for field in fields(Config)}


def _in_file(path: Path) -> dict[str, Any]:
    try:
        toml = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:  # also in a home where nobody may look, or that is none
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path}: cannot be read: {reason}") from error
    if not toml:
        return {}
    import tomllib

    try:
        found = tomllib.loads(toml)
    except ValueError as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    for name, value in found.items():
        if name not in _TYPES:
            valid = ", ".join(sorted(_TYPES))
            raise ConfigError(f"{path}: there is no setting {name!r}; there are: {valid}")
        if not isinstance(value, _TYPES[name]):
            wanted = "true or false" if _TYPES[name] is bool else "a text in quotes"
            raise ConfigError(f"{path}: {name} should be {wanted}")
        checked(f"{path}: {name}", name, value)
    return found


def _in_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind in _TYPES.items():
        variable = f"TALKSEARCH_{name.upper()}"
        if variable in environment:
            text = environment[variable]
            value = _boolean(variable, text) if kind is bool else text.strip()
            values[name] = checked(variable, name, value)
    return values


def checked(place: str, name: str, value: Any) -> Any:
    """The value of a setting. Raises ``ConfigError`` naming the place where it stands."""
    if name == "ping" and value and not is_web_address(value):
        # Without the address: whoever reads it could report in our place.
        raise ConfigError(f"{place} should be an address that begins with http:// or https://")
    return value


def _boolean(name: str, text: str) -> bool:
    known = {
        "1": True,
        "true": True,
        "yes": True,
        "0": False,
        "false": False,
        "no": False,
        "": False,
    }
    try:
        return known[text.strip().lower()]
    except KeyError:
        raise ConfigError(f"{name} should be 1 or 0, not {text!r}") from None
