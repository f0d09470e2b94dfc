"""Transactions on a connection that is ours, and on one that is lent to us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_LENT = "dbtasks_lent"


def lent(connection: Connection) -> Connection:
    """Return a connection whose transaction somebody else has begun, and will end."""
    return connection.execution_options(**{_LENT: True})


def is_lent(connection: Connection) -> bool:
    """Whether the connection's transaction is somebody else's to end."""
    return bool(connection.get_execution_options().get(_LENT))


def release(connection: Connection) -> None:
    """Hold nothing in the database any longer, unless the transaction is somebody else's."""
    if not is_lent(connection):
        connection.rollback()


@contextmanager
def committed(connection: Connection) -> Iterator[None]:
    """Commit at the end what happens meanwhile; take it back where it fails.

    A transaction that somebody else has begun is committed too: it is not used any more.
    """
    if not is_lent(connection):
        with connection.begin():
            yield
        return
    with connection.begin_nested():
        yield
    connection.commit()
