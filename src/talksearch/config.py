"""Where the home is, and its settings.

The home is ``--home``, else ``TALKSEARCH_HOME``, else the current folder if it holds ``corpus/``,
else the platform's folder for user data. ``talksearch.toml`` in it is optional; each of its keys
is also an environment variable, ``TALKSEARCH_<KEY>``, which comes first.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from talksearch.errors import ConfigError

__all__ = ["Config", "find_home", "load_config"]


@dataclass(frozen=True, slots=True)
class Config:
    """The settings. ``allow_private_addresses`` lets feeds on the own machine or network be
    fetched, which are otherwise refused: a feed could point anywhere."""

    allow_private_addresses: bool = False


def find_home(home: str | os.PathLike[str] | None = None) -> Path:
    """The home's absolute path. It need not exist yet."""
    named = home or os.environ.get("TALKSEARCH_HOME")
    if named:
        return Path(os.path.abspath(Path(named).expanduser()))  # noqa: PTH100 - .. goes, links stay
    here = Path.cwd()
    if (here / "corpus").is_dir():
        return here
    from platformdirs import user_data_path

    return user_data_path("talksearch", appauthor=False)


def load_config(home: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """The settings of a home. Raises ``ConfigError`` naming the file or variable."""
    path = home / "talksearch.toml"
    names = {field.name for field in fields(Config)}
    values: dict[str, bool] = {}
    if path.is_file():
        try:
            found = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path}: cannot be read: {error}") from error
        for name, value in found.items():
            if name not in names:
                valid = ", ".join(sorted(names))
                raise ConfigError(f"{path}: there is no setting {name!r}; there are: {valid}")
            if not isinstance(value, bool):
                raise ConfigError(f"{path}: {name} should be true or false")
            values[name] = value
    for name in names:
        variable = f"TALKSEARCH_{name.upper()}"
        if variable in environment:
            values[name] = _boolean(variable, environment[variable])
    return Config(**values)


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
