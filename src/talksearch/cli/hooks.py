"""What is told to others after a refresh: a health check, and a command of the user's own.

Neither can spoil the refresh. What went wrong is returned as one line for a person, without the
address or the command, which may hold secrets.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from talksearch.errors import FetchError

__all__ = ["ping", "run_on_new"]

_MAX_TEXT = 10_000
_ON_NEW_LIMIT_S = 600.0
_PATIENCE_S = 5.0


def ping(address: str, *, ok: bool, text: str, allow_private_addresses: bool) -> str | None:
    """Tell a health check how it went: the address when all is well, else ``/fail`` below it with
    ``text`` (its first 10 kB), as healthchecks.io and its kin have it.

    Returns what went wrong, if something did.
    """
    from talksearch.fetch import Fetcher

    try:
        with Fetcher(allow_private_addresses=allow_private_addresses) as fetcher:
            if ok:
                fetcher.ping(address)
            else:
                fetcher.ping(_below(address, "fail"), _cut(text))
    except FetchError as error:
        # Not str(error): in such an address the path is the password.
        return f"the ping to {urlsplit(address).hostname} failed: {error.reason}"
    return None


def _below(address: str, word: str) -> str:
    parts = urlsplit(address)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{word}").geturl()


def _cut(text: str) -> bytes:
    """So much of it as is sent, without half a letter at its end."""
    return text.encode("utf-8", "replace")[:_MAX_TEXT].decode("utf-8", "ignore").encode()


def run_on_new(
    command: str, new: Sequence[Mapping[str, Any]], *, limit_s: float = _ON_NEW_LIMIT_S
) -> str | None:
    """Run a shell command if there are new episodes: these as a JSON list on its stdin, their
    number in ``TALKSEARCH_NEW``. What it writes goes to our stderr.

    Returns what went wrong, if something did.
    """
    if not command or not new:
        return None
    output = _stderr()
    try:
        process = subprocess.Popen(
            command,
            shell=True,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env={**os.environ, "TALKSEARCH_NEW": str(len(new))},
            # A group of its own, to be ended as a whole; on Windows no window that pops up.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError) as error:
        return f"the on_new command cannot be run: {error}"
    try:
        process.communicate(json.dumps([dict(each) for each in new]).encode(), timeout=limit_s)
    except subprocess.TimeoutExpired:
        return f"the on_new command took longer than {limit_s:g} s and was ended"
    finally:
        if process.returncode is None:  # too long, or we are being interrupted ourselves
            _end(process)
    if process.returncode < 0:
        return f"the on_new command was ended by signal {-process.returncode}"
    if process.returncode:
        return f"the on_new command ended with status {process.returncode}"
    return None


def _stderr() -> int:
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError):  # replaced by something that is no file
        return subprocess.DEVNULL


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and all that it started: politely, then not."""
    if sys.platform == "win32":
        words = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE_S)
            os.killpg(process.pid, signal.SIGKILL)  # those that are left of its group
    with suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.close()
    process.wait()
