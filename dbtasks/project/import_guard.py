"""One import of a project's models: what it is stopped at, and whose threads it goes on in."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import Engine

from dbtasks.errors import ModelsError
from dbtasks.project.user_code import in_words, line_at_work, user_place

_MOVE = (
    "Move the models to a module that declares them alone, and import that in alembic/env.py; or "
    'move that line below if __name__ == "__main__": or into a function.'
)


class ImportGuard:
    """One import of models: where it was stopped, and what it leaves to be tidied up."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.stopped: ModelsError | None = None
        self.engines: WeakSet[Engine] = WeakSet()
        self._new_files: set[Path] = set()

    def stop(self, deed: str) -> ModelsError:
        """Return the error to raise in place of a deed.

        The first one is kept, since the user's code may catch what is raised in it.
        """
        place = line_at_work(self.root) or _started.own()[1]
        error = ModelsError(
            f"{_in_front(place)}importing the models would {deed}. It was stopped, and nothing was "
            "changed.",
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

    def notice_thread(self, thread: threading.Thread) -> None:
        """Watch a thread that the import starts, however long it lives."""
        alive = {item: known for item, known in _started.threads.items() if item.is_alive()}
        _started.threads = {**alive, thread: (self, line_at_work(self.root))}

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
    """The threads that imports have started, each with its guard and the line that started it."""

    threads: Mapping[threading.Thread, tuple[ImportGuard, str]] = {}
    """Replaced and never changed, since other threads may be reading it."""

    def own(self) -> tuple[ImportGuard | None, str]:
        """Return what is known of the thread that asks."""
        ident = threading.get_ident()
        known = (known for thread, known in self.threads.items() if thread.ident == ident)
        return next(known, (None, ""))


_here = _Here()
_started = _Started()


@contextmanager
def guarded(guard: ImportGuard) -> Iterator[None]:
    """Let this thread be at work for an import meanwhile."""
    above, _here.guard = _here.guard, guard
    try:
        yield
    finally:
        _here.guard = above


def active_guard() -> ImportGuard | None:
    """Return the guard of the import that this thread is at work for, if it is."""
    return _here.guard or (_started.own()[0] if _started.threads else None)


def _in_front(place: str) -> str:
    return f"{place}: " if place else ""
