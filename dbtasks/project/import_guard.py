"""One import of a project's models: what it is stopped at, and whose threads it goes on in."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import ReferenceType, WeakSet, ref

from sqlalchemy import Engine

from dbtasks.errors import ModelsError
from dbtasks.project.user_code import in_words, is_at_work, line_at_work, user_place

_MOVE = (
    "Move the models to a module that declares them alone, and import that in alembic/env.py; or "
    'move that line below if __name__ == "__main__": or into a function.'
)


class ImportGuard:
    """One import of models: where it was stopped, and what it leaves to be tidied up."""

    def __init__(self, root: Path, env: Path | None = None) -> None:
        self.root = root
        self.env = env
        self.stopped: ModelsError | None = None
        self.engines: WeakSet[Engine] = WeakSet()
        self._new_files: set[Path] = set()

    def stop(self, deed: str) -> ModelsError:
        """Return the error to raise in place of a deed.

        The first one is kept, since the user's code may catch what is raised in it.
        """
        place = _in_front(line_at_work(self.root))
        error = ModelsError(
            f"{place}importing the models would {deed}. It was stopped, and nothing was changed.",
            _MOVE,
        )
        self.stopped = self.stopped or error
        return error

    def ended(self, error: SystemExit) -> ModelsError:
        """Return the error to show for an import that ends the program."""
        return ModelsError(
            f"{_in_front(user_place(error, self.root))}importing the models ends the program, as "
            f"for a command line of its own ({in_words(error)}). Nothing was changed.",
            _MOVE,
        )

    def notice_file(self, path: Path) -> None:
        """Notice a SQLite file that a connection will create by being opened."""
        if not path.exists():
            self._new_files.add(path.absolute())

    def take_files_away(self) -> None:
        """Delete the empty files that connections have left, and forget those connections."""
        for path in self._new_files:
            with suppress(OSError):
                if not path.stat().st_size:
                    path.unlink()
        for engine in list(self.engines):
            if Path(engine.url.database or "").absolute() in self._new_files:
                engine.dispose(close=not engine.dialect.is_async)


class _Here(threading.local):
    guard: ImportGuard | None = None


class _Started:
    """The threads that imports have started, each with its guard."""

    threads: Mapping[int, tuple[ReferenceType[threading.Thread], ImportGuard]] = {}
    """By their ids, which others get later. Replaced and never changed: others may be reading."""


_here = _Here()
_started = _Started()
_OUR_THREADS = "dbtasks "


def active_guard() -> ImportGuard | None:
    """Return the guard of the import that this thread is at work for, if it is."""
    guard = _here.guard or _guard_of_thread()
    return None if guard and guard.env and is_at_work(guard.env) else guard


def _guard_of_thread() -> ImportGuard | None:
    started = _started.threads.get(threading.get_ident())
    return started[1] if started and started[0]() is threading.current_thread() else None


@contextmanager
def guarded(guard: ImportGuard) -> Iterator[None]:
    """Let this thread be at work for an import meanwhile, and the threads that it starts.

    Those are watched for as long as they live. Where there were others before, who is to say which
    of them has started one? There each is watched until the import has ended.
    """
    above, profile, threads = _here.guard, threading.getprofile(), _started.threads
    is_alone = _is_alone()

    def begin(*_: Any) -> None:
        """Notice a thread: Python calls this in each new one, before its own code."""
        sys.setprofile(profile)
        thread = ref(threading.current_thread())
        _started.threads = {**_started.threads, threading.get_ident(): (thread, guard)}

    _here.guard = guard
    if not guard.env:  # An env.py that connects by itself may do so in a thread.
        threading.setprofile(begin)
    try:
        yield
    finally:
        threading.setprofile(profile)
        _here.guard = above
        if not is_alone:
            _started.threads = threads


def _is_alone() -> bool:
    others = (item for item in threading.enumerate() if item is not threading.current_thread())
    return all(item.name.startswith(_OUR_THREADS) for item in others)


def _in_front(place: str) -> str:
    return f"{place}: " if place else ""
