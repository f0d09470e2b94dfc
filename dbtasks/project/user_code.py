"""Errors in the user's own files, told by the user's own line."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from dbtasks.databases.failures import said
from dbtasks.errors import DbtasksError, ProjectError
from dbtasks.project.installed import is_installed


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


def _place(filename: str, number: int | None, code: str | None, root: Path) -> str:
    path = Path(filename)
    shown = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
    return f"{shown}, line {number}: {(code or '').strip()}".removesuffix(": ")


def _is_users(frame: traceback.FrameSummary, root: Path) -> bool:
    path = Path(frame.filename)
    own = Path(__file__).parent
    return path.is_relative_to(root) and not path.is_relative_to(own) and not is_installed(path)
