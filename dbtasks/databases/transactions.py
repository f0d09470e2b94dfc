"""Transactions on a connection that is ours, and on one that is lent to us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_LENT, _ENDED = "dbtasks_lent", "dbtasks_ended"


def lent(connection: Connection, *, is_ended: bool) -> Connection:
    """Return a connection whose transaction somebody else has begun.

    `is_ended` tells that they will end it too, and else nobody does.
    """
    return connection.execution_options(**{_LENT: True, _ENDED: is_ended})


def is_lent(connection: Connection) -> bool:
    """Whether the connection's transaction is somebody else's to end."""
    return bool(connection.get_execution_options().get(_LENT))


def release(connection: Connection) -> None:
    """Hold nothing in the database any longer, unless the transaction is somebody else's."""
    if not is_lent(connection):
        connection.rollback()


@contextmanager
def committed(connection: Connection) -> Iterator[None]:
    """Commit at the end what happens meanwhile; take it back where it fails."""
    if not is_lent(connection):
        with connection.begin():
            yield
        return
    with connection.begin_nested():
        yield
    commit(connection)


def commit(connection: Connection) -> None:
    """Commit what has happened, unless somebody else does it at the end of their transaction."""
    if not connection.get_execution_options().get(_ENDED):
        connection.commit()
