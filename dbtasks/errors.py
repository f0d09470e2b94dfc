"""What can go wrong, as a small tree of errors with an exit code each.

Every message says what happened, in which state things are, and what to type next. The errors
are raised where the fact is known and shown in one place, `dbtasks.cli.messages`.
"""

from __future__ import annotations

import re
from enum import IntEnum

from dbtasks.hints import Command, WriteCommand

_ADDRESS_WITH_PASSWORD = re.compile(r"(://[^\s:/@'\"]*:)(?!password@)[^\s'\"]*@")
"""Not that of our own examples, which is the word itself."""
_PASSWORD_IN_QUERY = re.compile(r"([?&](?:ssl)?password=)[^&\s'\"]+", re.IGNORECASE)
_PASSWORD_GIVEN = re.compile(r"""(\bpassword\s*=?\s*)(["'])(?:(?!\2).)+\2""", re.IGNORECASE)
"""In SQL, PASSWORD 'x', and as an argument of Python's."""


class ExitCode(IntEnum):
    """What a process returns; the same through every entry point."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BEHIND = 3
    DIFFERS = 4
    INTERRUPTED = 130


class DbtasksError(Exception):
    """The base of all errors that a user can cause.

    `what` says what happened and which state things are in; `next_step` is the last line of the
    message, the command to type or the thing to mend, in pieces: text and commands. `str()` is the
    whole message, its commands as calls of functions. No message holds the password of an address
    that somebody has typed in a place where we repeat it.
    """

    exit_code = ExitCode.FAILED

    def __init__(self, what: str, *next_step: str | Command) -> None:
        self.what = without_password(what)
        self.next_step = next_step
        super().__init__(what)

    def __str__(self) -> str:
        return self.message(Command.as_call)

    @property
    def kind(self) -> str:
        """The kind of error, for programs: `unknown_revision` of an `UnknownRevisionError`."""
        name = type(self).__name__.removeprefix("_").removesuffix("Error")
        return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()

    def lead(self, words: str) -> None:
        """Put words in front of what happened."""
        self.what = words + self.what

    def add(self, line: str) -> None:
        """Add a line to what happened."""
        self.what = f"{self.what}\n{without_password(line)}"

    def message(self, write: WriteCommand) -> str:
        """Return the whole message, its commands as `write` writes them."""
        return f"{self.what}\n{self.advice(write)}".rstrip("\n")

    def advice(self, write: WriteCommand) -> str:
        """Return the last line of the message, its commands as `write` writes them."""
        pieces = (piece if isinstance(piece, str) else write(piece) for piece in self.next_step)
        return without_password("".join(pieces))


class UsageError(DbtasksError):
    """The words after the verb can't be understood, or an answer is missing."""

    exit_code = ExitCode.USAGE


class SettingsError(DbtasksError):
    """A setting is missing, malformed or not allowed."""

    exit_code = ExitCode.USAGE


class ProjectError(DbtasksError):
    """A file of the project is missing, or does not load."""


class ModelsError(ProjectError):
    """The models, or the env.py that imports them, do not load."""


class HistoryError(DbtasksError):
    """The revision files do not form a history that can be followed."""


class MissingAnswerError(UsageError):
    """What was renamed, or what rows that exist get, is asked, and nobody has answered."""


class UnknownRevisionError(UsageError):
    """No revision, or more than one, goes by the name that was given."""


class DatabaseError(DbtasksError):
    """The database can't be reached, or refused what was asked of it."""


class MissingDatabaseError(DatabaseError):
    """The server answers, and has no database of that name."""


class NoAnswerError(DatabaseError):
    """No server answers at the address, or it is not ready yet."""


class MigrationError(DbtasksError):
    """A revision could not be written or applied."""


class RefusedError(DbtasksError):
    """What was asked for would do harm, so nothing was done."""


class InterruptedByUserError(DbtasksError):
    """The user pressed Ctrl+C."""

    exit_code = ExitCode.INTERRUPTED


class BehindError(DbtasksError):
    """The database is not at the head, and what was asked needs it there."""

    exit_code = ExitCode.BEHIND


def address_without_password(text: str) -> str:
    """Return a text that is an address alone without its password, whatever stands in that."""
    scheme, separator, rest = text.partition("://")
    account, at, place = rest.rpartition("@")
    user, colon, _ = account.partition(":")
    return without_password(f"{scheme}{separator}{user}{colon and ':***'}{at}{place}")


def without_password(text: str) -> str:
    """Return a text with `***` for each password in it: of an address, in SQL, in Python."""
    text = _PASSWORD_IN_QUERY.sub(r"\1***", _ADDRESS_WITH_PASSWORD.sub(r"\1***@", text))
    return _PASSWORD_GIVEN.sub(r"\1\2***\2", text)
