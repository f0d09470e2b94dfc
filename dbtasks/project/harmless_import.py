"""Importing models does nothing: what acts meanwhile is stopped, at the user's own line.

Models often stand beside an application: its `create_all()`, its server, its command line. A verb
that imports them would run all that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dbtasks.project.import_events import watch
from dbtasks.project.import_guard import ImportGuard, guarded


@contextmanager
def harmless_import(root: Path, env: Path | None = None) -> Iterator[None]:
    """Let what is imported meanwhile declare, and read, and do nothing else.

    Raises `ModelsError` for whatever writes to a database, starts a server or a program, asks for
    input or ends the process. `env` is an env.py whose own doings are none of ours. The words of
    the command line are ours, so there are none meanwhile.
    """
    watch()
    guard, words = ImportGuard(root, env), sys.argv
    sys.argv = words[:1]
    try:
        with guarded(guard):
            yield
    except SystemExit as error:
        raise guard.stopped or guard.ended(error) from error
    except Exception as error:
        if guard.stopped and error is not guard.stopped:
            raise guard.stopped from error
        raise
    finally:
        sys.argv = words
        guard.take_files_away()
    if guard.stopped:
        raise guard.stopped
