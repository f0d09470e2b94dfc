"""Errors in the user's own files, told by the user's own line."""

from __future__ import annotations

import asyncio
import linecache
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

from sqlalchemy.exc import DBAPIError

from dbtasks.databases.failures import said
from dbtasks.errors import DbtasksError, ProjectError
from dbtasks.project.installed import is_installed

_OURS = Path(__file__).parent.parent
_PYTHONS = frozenset(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
"""The folders of Python's own code, in which that of installed libraries has a folder too."""


class EndedError(Exception):
    """Code of the user's that wanted to end the process, or its task, in the middle of a verb."""


@contextmanager
def kept_from_ending() -> Iterator[None]:
    """Turn what is no error to Python, and stops all the same, into an `EndedError`.

    `sys.exit()` in a revision would end a verb with its code, which is 0: all done. Ctrl+C passes.
    """
    try:
        yield
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        if isinstance(error, asyncio.CancelledError) and _runs_a_loop():
            raise  # which is how an event loop passes Ctrl+C on
        text = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise EndedError(text).with_traceback(error.__traceback__) from error


def _runs_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@contextmanager
def explained_ending(root: Path) -> Iterator[None]:
    """Turn it into a `ProjectError` with the user's line, whichever code it was."""
    try:
        with kept_from_ending():
            yield
    except EndedError as error:
        raise ProjectError(
            f"The project's own code failed: {user_line(error, root)}. What was not finished was "
            "rolled back.",
            "Mend that line and try again.",
        ) from error


def remedy(error: BaseException, file: str) -> str:
    """Return what to do about an error, where more than the file that it came from may be wrong."""
    if isinstance(error, ModuleNotFoundError):
        return f"Install what has {error.name}, or mend {file}"
    if isinstance(error, OSError) and error.filename is not None:
        return f"Put {error.filename} in its place, or mend {file}"
    return f"Mend {file}"


def user_line(error: BaseException, root: Path) -> str:
    """Return `file, line N: code: what went wrong` for the innermost line below `root`."""
    place, what = user_place(error, root), in_words(error)
    return f"{place}: {what}" if place else what


def in_words(error: BaseException) -> str:
    """Return what went wrong: the database's words, our own, or the error's kind and message."""
    if isinstance(error, DbtasksError):
        return error.what
    if isinstance(error, DBAPIError):
        return said(error)
    if isinstance(error, EndedError):
        return f"{error}, which ends the process; only an error may stop a verb"
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {message}".removesuffix(": ")


def user_place(error: BaseException, root: Path) -> str:
    """Return `file, line N: code` for the innermost line below `root`, empty if there is none.

    Libraries installed below the root (a .venv) are passed over.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return _place(error.filename, error.lineno, error.text, root)
    frames = traceback.extract_tb(error.__traceback__)
    last = next((frame for frame in reversed(frames) if _is_users(frame, root)), None)
    return _place(last.filename, last.lineno, last.line, root) if last else ""


def line_at_work(root: Path) -> str:
    """Return the user's line that this thread is at, and the line of a module that has led there.

    Both as `file, line N: code`; empty where the thread runs no code of the user's.
    """
    inner = outer = ""
    for frame, number in _running():
        file = frame.f_code.co_filename
        if _is_own(frame.f_code):
            outer = _place(file, number, linecache.getline(file, number), root)
            inner = inner or outer
            if frame.f_code.co_name == "<module>":
                break
    return inner if inner == outer else f"{inner}, called by {outer}"


def line_of(file: Path) -> str:
    """Return the line of a file that this thread is at, as `line N: code`; "" outside of it."""
    for frame, number in _running():
        if Path(frame.f_code.co_filename) == file:
            return f"line {number}: {linecache.getline(str(file), number).strip()}"
    return ""


def is_at_work(file: Path) -> bool:
    """Whether this thread is in the midst of a file's own code, and of no import that it does."""
    for frame, _ in _running():
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib"):
            return False
        if name.endswith(file.name) and Path(name).absolute() == file.absolute():
            return True
    return False


def is_called_by_user() -> bool:
    """Whether what is running was called by the user's own code, past Python's library."""
    callers = (frame.f_code for frame, _ in _running() if not _is_given(frame.f_code))
    return next((_is_own(code) for code in callers), False)


def packages_at_work() -> frozenset[str]:
    """Return the packages whose code this thread is in the midst of."""
    walked = (frame.f_globals.get("__name__", "") for frame, _ in _running())
    return frozenset(str(name).partition(".")[0] for name in walked)


def _running() -> Iterator[tuple[FrameType, int]]:
    """Yield what this thread is in the midst of, and the lines, the innermost first.

    SQLAlchemy runs what is asynchronous in greenlets, each of which has a stack of its own.
    """
    yield from traceback.walk_stack(None)
    greenlets = sys.modules.get("greenlet")
    above = greenlets.getcurrent().parent if greenlets else None
    while above:
        yield from traceback.walk_stack(above.gr_frame) if above.gr_frame else ()
        above = above.parent


def _is_own(code: CodeType) -> bool:
    """Whether code is neither Python's nor ours nor an installed library's."""
    return not (_is_given(code) or is_installed(Path(code.co_filename)))


def _is_given(code: CodeType) -> bool:
    """Whether code is Python's or ours."""
    path = Path(code.co_filename)
    if code.co_filename.startswith("<") or path.is_relative_to(_OURS):
        return True
    return not is_installed(path) and not _PYTHONS.isdisjoint(path.parents)


def _place(filename: str, number: int | None, code: str | None, root: Path) -> str:
    path = Path(filename)
    shown = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
    return f"{shown}, line {number}: {(code or '').strip()}".removesuffix(": ")


def _is_users(frame: traceback.FrameSummary, root: Path) -> bool:
    path = Path(frame.filename)
    own = Path(__file__).parent
    return path.is_relative_to(root) and not path.is_relative_to(own) and not is_installed(path)
