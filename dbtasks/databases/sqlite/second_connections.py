"""A second connection, asked of the engine on which a revision is running.

Alembic's runs keep no lock on a SQLite file between two statements, so a revision may look through
`op.get_bind().engine`, and change things there. Ours have the file to themselves until the revision
ends: whoever asks for another connection meanwhile is lent the one that there is. It sees what the
revision has done so far, and what it does itself is committed with the revision, or with nothing.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from typing import Any, Self

from sqlalchemy import Connection, Engine, event

_READS = ("SELECT", "PRAGMA", "EXPLAIN", "VALUES")


def lend_connection(engine: Engine, first: sqlite3.Connection | None = None) -> ExitStack:
    """Lend the first connection of an engine to those who ask for a second one.

    `first` is that, if it is there already. Closing what is returned ends it.
    """
    lenders = [first] if first else []

    def connect(*_: object) -> LentConnection | None:
        return LentConnection(lenders[0]) if lenders else None

    def remember(connection: object, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            lenders.append(connection)

    def forget(connection: object, _record: object) -> None:
        if connection in lenders:
            lenders.clear()

    lending = ExitStack()
    for name, listener in (("do_connect", connect), ("connect", remember), ("close", forget)):
        event.listen(engine, name, listener)
        lending.callback(event.remove, engine, name, listener)
    return lending


def is_second(connection: Connection) -> bool:
    """Whether a connection is another one's."""
    return isinstance(connection.connection.dbapi_connection, LentConnection)


class LentConnection:
    """The driver's connection of somebody else, of which a part of the transaction is one's own.

    That part begins with the first statement that may change something.
    """

    def __init__(self, lender: sqlite3.Connection) -> None:
        self._lender = lender
        self._savepoint = f"dbtasks_{id(self)}"
        self._is_changing = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lender, name)

    def cursor(self) -> sqlite3.Cursor:
        """Return a cursor that notices changes."""
        return self._lender.cursor(lambda lender: _Cursor(lender, self))

    def begin_changing(self) -> None:
        """Begin one's own part, unless it has begun."""
        if not self._is_changing:
            self._lender.execute(f"SAVEPOINT {self._savepoint}")
            self._is_changing = True

    def commit(self) -> None:
        """Leave what was changed to the transaction around it."""
        self._end("RELEASE {0}")

    def rollback(self) -> None:
        """Undo what was changed."""
        self._end("ROLLBACK TO {0}", "RELEASE {0}")

    def close(self) -> None:
        """Undo what was changed and not committed; the connection itself stays open."""
        self.rollback()

    def _end(self, *statements: str) -> None:
        if self._is_changing and self._lender.in_transaction:
            for statement in statements:
                self._lender.execute(statement.format(self._savepoint))
        self._is_changing = False


class _Cursor(sqlite3.Cursor):
    def __init__(self, lender: sqlite3.Connection, lent: LentConnection) -> None:
        super().__init__(lender)
        self._lent = lent

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """Execute a statement, in a part of the transaction that is one's own."""
        self._notice(sql)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> Self:
        """Execute a statement for each set of values, in one's own part of the transaction."""
        self._notice(sql)
        return super().executemany(sql, parameters)

    def _notice(self, sql: str) -> None:
        if not sql.lstrip().upper().startswith(_READS):
            self._lent.begin_changing()
