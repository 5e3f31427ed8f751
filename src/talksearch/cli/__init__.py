"""The command line. Thin: it turns words into calls of the library, and answers into lines.

Data goes to stdout, everything else to stderr. Exit status: 0 found or done, 1 nothing found,
2 error, 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["main"]


def main() -> None:
    """The entry point ``talksearch``: runs the command and ends the process with its status."""
    # Most commands are over in a second, and half of that is to start. Imports make a hundred
    # thousand objects, none of them garbage; NumPy's threads for linear algebra take longer to
    # start than the rest of NumPy, and nothing here has a use for them.
    gc.set_threshold(300_000)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from talksearch.cli.process import run

    status = run()
    # Python looks for garbage once more as it ends, among all that was imported, which takes as
    # long as a search. What is let go of is still closed, and what is registered still runs.
    gc.freeze()
    sys.exit(status)
