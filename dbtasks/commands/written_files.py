"""Files that a verb has written, to be taken away again where it fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def taken_away_on_failure() -> Iterator[list[Path]]:
    """Delete the files and folders that are noted in the list, if anything goes wrong."""
    written: list[Path] = []
    try:
        yield written
    except BaseException:
        for path in reversed(written):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise
