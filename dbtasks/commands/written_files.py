"""What a verb has added, to be taken away again where it fails: that, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dbtasks.errors import DbtasksError

Undo = Callable[[], object]
"""Takes back one thing that was done."""


@contextmanager
def undone_on_failure() -> Iterator[list[Undo]]:
    """Call what is noted in the list, the last first, if anything goes wrong."""
    done: list[Undo] = []
    try:
        yield done
    except BaseException:
        for undo in reversed(done):
            with suppress(OSError, DbtasksError):
                undo()
        raise


@contextmanager
def taken_away_on_failure() -> Iterator[list[Path]]:
    """Delete the files and folders that are noted in the list, if anything goes wrong.

    What somebody else has put into such a folder meanwhile stays, and so the folder.
    """
    written: list[Path] = []
    with undone_on_failure() as done:
        done.append(lambda: _take_away(written))
        yield written


def _take_away(written: list[Path]) -> None:
    for path in reversed(written):
        with suppress(OSError):
            if not path.is_dir():
                path.unlink(missing_ok=True)
                continue
            shutil.rmtree(path / "__pycache__", ignore_errors=True)
            path.rmdir()
