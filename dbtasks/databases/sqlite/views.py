"""Views and triggers around a SQLite table that changes its name, its columns, or goes.

SQLite looks into them when they are used, and when anything is renamed: then into all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from dbtasks.databases.sqlite.ddl import quoted, tokenize, unquoted
from dbtasks.databases.sqlite.surroundings import legacy_renames, made_from, working
from dbtasks.databases.trying import undone

_VIEW = re.compile(
    r"""(?P<head>CREATE\ VIEW\ ("(?:[^"]|"")*"|\[[^\]]*\]|`(?:[^`]|``)*`|'(?:[^']|'')*'|[^\s("]+))
    (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_STAR_FOLLOWS = {"SELECT", "DISTINCT", "ALL", ",", "."}


def readers(
    connection: Connection, table: str, columns: Collection[str], going: Collection[str]
) -> list[str]:
    """Return what would not work any more without some columns of a table; without any, without it.

    What stands on tables that are `going` goes with them.
    """
    query = "SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')"
    if not connection.exec_driver_sql(query).scalar():
        return []
    before = working(connection)
    with undone(connection):
        _take_away(connection, table, columns)
        broken = before - working(connection)
    ends = tuple(f"a trigger on {name} (" for name in going)
    return sorted(item for item in broken if not item.startswith(ends))


def _take_away(connection: Connection, table: str, columns: Collection[str]) -> None:
    """Put an empty table in the place of one, without some of its columns; none without any."""
    triggers = made_from(connection, table)
    query = "SELECT type, name FROM sqlite_master WHERE lower(tbl_name) = lower(?)"
    for kind, name in connection.exec_driver_sql(query, (table,)).all():
        if kind == "trigger":
            connection.exec_driver_sql(f"DROP TRIGGER {quoted(name)}")
        else:
            triggers.pop(name, None)
    left = [name for name in _columns(connection, table) if name not in columns]
    with legacy_renames(connection):
        connection.exec_driver_sql(
            f"ALTER TABLE {quoted(table)} RENAME TO {quoted(f'_dbtasks_{table}')}"
        )
    if columns:
        names = ", ".join(map(quoted, left or ["_dbtasks"]))
        connection.exec_driver_sql(f"CREATE TABLE {quoted(table)} ({names})")
        for sql in triggers.values():
            connection.exec_driver_sql(sql)


@dataclass(frozen=True)
class _View:
    """A view: its name, and its statement in two parts, between which its columns can stand."""

    name: str
    head: str
    rest: str

    @property
    def tokens(self) -> list[str]:
        return list(tokenize(self.rest))

    @property
    def is_listed(self) -> bool:
        """Whether its columns are said."""
        return self.tokens[:1] == ["("]

    @property
    def has_star(self) -> bool:
        """Whether it gives whatever columns a table has."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return any(token == "*" and before.upper() in _STAR_FOLLOWS for before, token in pairs)

    def names(self, column: str) -> bool:
        """Whether a name stands in it."""
        return column.lower() in {unquoted(token).lower() for token in self.tokens}


@contextmanager
def views_kept(connection: Connection, column: str = "") -> Iterator[None]:
    """Let views give the columns that they gave while a column, or a table, is renamed.

    SQLite puts the new name into a view, and gives the view's own column that name, which breaks
    those who read it. Views that do not work anyway are put aside: SQLite would rename nothing.
    """
    found = list(_views(connection))
    works = working(connection)
    broken = [view for view in found if f"the view {view.name}" not in works]
    again = [sql for view in broken for sql in _statements(connection, view)]
    for view in broken:
        connection.exec_driver_sql(f"DROP VIEW {quoted(view.name)}")
    if column:
        for view in found:
            if view not in broken and view.names(column) and not (view.is_listed or view.has_star):
                _list(connection, view)
    yield
    if column:
        for view in _views(connection):
            _unlist(connection, view)
    for sql in again:
        connection.exec_driver_sql(sql)


def _list(connection: Connection, view: _View) -> None:
    """Say a view's columns."""
    listed = _list_of(_columns(connection, view.name))
    _make(connection, view, f"{view.head}{listed}{view.rest}")


def _unlist(connection: Connection, view: _View) -> None:
    """Leave out a view's columns where they stand as we say them, and it gives them anyway."""
    names = _columns(connection, view.name) if view.is_listed else []
    listed = _list_of(names)
    if names and view.rest.startswith(listed):
        plain = f"{view.head}{view.rest.removeprefix(listed)}"
        _make(connection, view, plain)
        if _columns(connection, view.name) != names:
            _make(connection, view, f"{view.head}{view.rest}")


def _make(connection: Connection, view: _View, sql: str) -> None:
    """Make a view anew, with its triggers."""
    _, *triggers = _statements(connection, view)
    connection.exec_driver_sql(f"DROP VIEW {quoted(view.name)}")
    for statement in (sql, *triggers):
        connection.exec_driver_sql(statement)


def _statements(connection: Connection, view: _View) -> list[str]:
    """Return what makes a view, and then its triggers."""
    return [f"{view.head}{view.rest}", *made_from(connection, view.name).values()]


def _views(connection: Connection) -> Iterator[_View]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY rowid"
    for name, sql in connection.exec_driver_sql(query).all():
        if match := _VIEW.fullmatch(sql):
            yield _View(name, match["head"], match["rest"])


def _columns(connection: Connection, table: str) -> list[str]:
    query = "SELECT name FROM pragma_table_xinfo(?) ORDER BY cid"
    return list(connection.exec_driver_sql(query, (table,)).scalars())


def _list_of(names: list[str]) -> str:
    return f" ({', '.join(map(quoted, names))})"
