"""What PostgreSQL and its drivers say when something is wrong, told with what to do about it.

While a connection is made, only asyncpg hands on the server's SQLSTATE; the others give its words.
"""

from __future__ import annotations

import errno
import os
import re

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from dbtasks.databases.failures import said
from dbtasks.errors import DatabaseError, MissingDatabaseError, NoAnswerError
from dbtasks.hints import command

_STARTING = r"the database system is|not (yet )?accepting connections"
_TOO_MANY = r"too many (clients|connections)|remaining connection slots"
_UNKNOWN_OPTION = r"(?:invalid connection option|unexpected keyword argument) ['\"](\w+)"
_REFUSED_HERE = r"\bSSL\b|certificate|\bGSS|no password supplied"
"""What the client's own library says of a server that does answer."""
_FROM_THE_SERVER = r": {2}"
"""libpq puts two spaces between the severity and the message of what a server sent."""

_TROUBLES = {
    "08": ("The connection was lost", "See in which state things are: "),
    "25006": (
        "The database is read-only, as a replica is",
        "Name the primary server in {source}.",
    ),
    "40P01": ("Another program held what this one needed, and the server chose this one", ""),
    "42501": (
        "The role {role} may not do that",
        "Ask the database's owner, for instance for: GRANT ALL ON SCHEMA public TO {role}",
    ),
    "53": ("The server has run out of something", "Ask its administrator; then try again."),
    "55P03": ("Another program holds a lock", "Let it finish, then try again."),
    "57014": ("The server cancelled the statement", "Look at its statement_timeout."),
    "57P": ("The server ended the connection", "See in which state things are: "),
}
"""By the beginning of the SQLSTATE: what happened, and what to do."""
_MADE_ALREADY = {"42P07", "42710"}
"""duplicate_table, which indexes and sequences are to it too, and duplicate_object."""

_RELIED_ON = "2BP01"
"""dependent_objects_still_exist"""


def explain(error: Exception, url: URL, source: str) -> DatabaseError:
    """Return the error to show for a connection that failed."""
    reason = _reason(error)
    server = place(url)
    if _state(error) == "3D000" or re.search(r"database .* does not exist", reason):
        return MissingDatabaseError(
            f"The server at {server} has no database {url.database}.",
            "Create it: ",
            command("init"),
        )
    if re.search(_STARTING, reason):
        return NoAnswerError(
            f"The server at {server} is not ready: {reason}.",
            "Give it time: ",
            command("wait"),
        )
    if _was_sent(error) or re.search(_REFUSED_HERE, reason):
        return _refused(error, url, source)
    return _no_answer(error, server, source)


def trouble(error: DBAPIError, url: URL, source: str) -> DatabaseError | None:
    """Return the error to show for a statement that the server's state made fail, if it did."""
    state = "08" if error.connection_invalidated else _state(error)
    found = next((lines for start, lines in _TROUBLES.items() if state.startswith(start)), None)
    if found is None:
        return None
    what, step = (line.format(role=url.username or "in use", source=source) for line in found)
    follows = (command("status"),) if step.endswith(": ") else ()
    return DatabaseError(f"{what}: {_reason(error)}.", step or "Try again.", *follows)


def is_relied_on(error: DBAPIError) -> bool:
    """Whether something needs what a statement takes away."""
    return _state(error) == _RELIED_ON


def is_made_already(error: DBAPIError) -> bool:
    """Whether a table, type or index of that name is there already."""
    return _state(error) in _MADE_ALREADY


def place(url: URL) -> str:
    """Return where the server is, as people write it."""
    host = str(url.host or url.query.get("host") or "the local socket")
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{url.port}" if url.port else host


def _refused(error: Exception, url: URL, source: str) -> DatabaseError:
    reason, server = _reason(error), place(url)
    if _state(error) == "28P01" or "password authentication" in reason or "no password" in reason:
        given = "refused the password of" if url.password else "wants a password for"
        return DatabaseError(
            f"The server at {server} {given} {url.username or 'the role'}.",
            f"Correct the user or the password in {source}, then: ",
            command("status"),
        )
    role = re.search(r'role "(.*)" does not exist', reason)
    if role:
        return DatabaseError(
            f"The server at {server} knows no role {role[1]}.",
            f"Correct the user in {source}, or have it made: createuser {role[1]}",
        )
    if re.search(_TOO_MANY, reason):
        return DatabaseError(
            f"The server at {server} has no connection to spare: {reason}.",
            "Stop a program that holds some, then try again.",
        )
    return DatabaseError(
        f"The server at {server} refused the connection: {reason}.",
        f"Correct {source}, then: ",
        command("status"),
    )


def _no_answer(error: Exception, server: str, source: str) -> DatabaseError:
    reason = _reason(error)
    option = re.search(_UNKNOWN_OPTION, reason)
    if option:
        return DatabaseError(
            f"The driver does not know the option {option[1]} in {source}.",
            "Take it out, or name another driver; then: ",
            command("status"),
        )
    if isinstance(error, TimeoutError) or "timeout expired" in reason:
        reason = "nothing comes back"
    return NoAnswerError(
        f"The server at {server} does not answer: {reason}.",
        f"Start it, or correct the host and port in {source}; then: ",
        command("wait"),
    )


def _was_sent(error: Exception) -> bool:
    """Whether the server itself sent this, as opposed to a driver that got no answer."""
    return bool(_state(error)) or bool(re.search(_FROM_THE_SERVER, said(error)))


def _state(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or ""


def _reason(error: Exception) -> str:
    """Return what was said, without the address, which the message has already."""
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        return os.strerror(error.errno)  # asyncio puts its own words in the place of these
    words = re.sub(r"^connection (failed|is bad|timeout expired): (?=.)", "", said(error))
    words = re.sub(r"^connection to server .*? failed: ", "", words)
    return re.sub(r"^\w+: {2}", "", words)
