"""What a piece of SQL reads: which tables and columns, and where in it their names stand.

sqlglot parses it; the names are looked up as a database does, from the innermost query outwards.
(https://sqlglot.com)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbtasks.databases.backend import Backend
from dbtasks.databases.kinds import BACKENDS, backend_of
from dbtasks.operations.sql import REVISION_DIALECT, quoted
from dbtasks.revisions.sql_effects import parsed

if TYPE_CHECKING:
    from sqlglot import exp

EVERY = "*"
"""In the place of a column: all of a table."""


@dataclass(frozen=True)
class Names:
    """The tables that SQL may name: their columns, by key.

    `tables` and `columns` hold what names from before the revision stand for now.
    """

    known: Mapping[str, frozenset[str]]
    tables: Mapping[str, str]
    columns: Mapping[tuple[str, str], str]

    def table(self, schema: str, name: str, *, is_quoted: bool) -> str | None:
        """Return the key of a table as it is now; None for one that is not known."""
        key = f"{schema}.{name}" if schema and schema != "public" else name
        found = _match(key, [*self.known, *self.tables], is_quoted=is_quoted)
        return found if found is None or found in self.known else self.tables[found]

    def column(self, table: str, name: str, *, is_quoted: bool) -> str | None:
        """Return the name of a column as it is now; None for one that is not known."""
        old = [column for key, column in self.columns if key == table]
        found = _match(name, [*self.known[table], *old], is_quoted=is_quoted)
        is_now = found is None or found in self.known[table]
        return found if is_now else self.columns[table, str(found)]


@dataclass(frozen=True)
class Reads:
    """What SQL reads: pairs of a table's key and a column, EVERY where it is all of them.

    `sql` is the same SQL in which everything is called as it is now.
    """

    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]
    sql: str
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class SqlReader:
    """Reads SQL in the words of one kind of database, and of the others where it is none."""

    names: Names
    backend: Backend

    def reads(self, sql: str, row: str | None = None) -> Reads | None:
        """Return what SQL reads; None where it can't be parsed.

        It is an expression over the rows of the table `row`, or a query of its own without one.
        """
        prefix = "" if row is None else "SELECT "
        if (statement := self.statement(prefix + sql)) is None:
            return None
        finder = _Finder(self.names, row)
        found = [*finder.tables(statement), *finder.columns(statement)]
        changes = [change for *_, changes in found for change in changes]
        return Reads(
            frozenset(table for table, _, _ in found),
            frozenset((table, column) for table, column, _ in found if column),
            _replaced(prefix + sql, changes).removeprefix(prefix),
            tuple(getattr(statement, "named_selects", ())),
        )

    def statement(self, sql: str) -> exp.Expr | None:
        """Return the one statement that SQL is; None for what is not understood, or several."""
        for backend in (self.backend, *BACKENDS.values()):
            found = parsed(sql, backend)
            if found is not None and len(found) == 1:
                return found[0]
        return None


Change = tuple[int, int, str]
"""From which character to which one another name belongs."""
Found = tuple[str, str, tuple[Change, ...]]
"""A table, a column or nothing, and what has to be written otherwise."""


@dataclass(frozen=True)
class _Source:
    """What a query takes rows from: the key of a table, none of another query; how it is named."""

    key: str | None
    text: str


class _Finder:
    def __init__(self, names: Names, row: str | None) -> None:
        self.names = names
        self.row = row

    def tables(self, statement: exp.Expr) -> Iterator[Found]:
        """Yield the tables that queries take rows from."""
        from sqlglot import exp

        for table in statement.find_all(exp.Table):
            if (key := self._key(table)) is not None:
                yield key, "", _changed(table.this, _own_name(key))

    def columns(self, statement: exp.Expr) -> Iterator[Found]:
        """Yield the columns that are read, and what stands for all of a table's."""
        from sqlglot import exp

        for star in statement.find_all(exp.Star):
            if isinstance(star.parent, exp.Select):
                for source in self._sources(star.parent).values():
                    yield from [(source.key, EVERY, ())] if source.key else ()
        for column in statement.find_all(exp.Column):
            for source in self._candidates(column):
                if source.key and (found := self._column(column, source.key, source)):
                    yield found
                    break

    def _candidates(self, column: exp.Column) -> Iterator[_Source]:
        """Yield the sources that a column may be one of, the nearest first."""
        for level in self._levels(column):
            if not column.table:
                yield from level.values()
            elif (name := _match(column.table, level, is_quoted=False)) is not None:
                yield level[name]
                return

    def _column(self, column: exp.Column, key: str, source: _Source) -> Found | None:
        from sqlglot import exp

        qualifier = column.args.get("table")
        before = _changed(qualifier, source.text) if qualifier is not None else ()
        if isinstance(column.this, exp.Star):
            return key, EVERY, before
        is_quoted = bool(column.this.args.get("quoted"))
        name = self.names.column(key, column.name, is_quoted=is_quoted)
        if name is None:
            return None
        if name.lower() == column.name.lower():
            return key, name, before
        text = quoted(REVISION_DIALECT, name)
        if qualifier is None and _is_nested(column, self.row):  # where another may be called so
            text = f"{source.text}.{text}"
        if _is_output(column, self.row):  # by whose name it may be asked for
            text = f"{text} AS {_in_words(column.this)}"
        return key, name, (*before, *_changed(column.this, text))

    def _levels(self, node: exp.Expr) -> Iterator[dict[str, _Source]]:
        """Yield the tables of each query around a node, by what they are called there."""
        for select in _selects(node):
            yield self._sources(select)
        if self.row is not None:
            old = [name for name, key in self.names.tables.items() if key == self.row]
            own = _Source(self.row, _own_name(self.row))
            yield {name.rpartition(".")[2]: own for name in (self.row, *old)}

    def _sources(self, select: exp.Expr) -> dict[str, _Source]:
        found: dict[str, _Source] = {}
        for table in _tables(select):
            key, alias = self._key(table), table.args.get("alias")
            if alias is not None:
                text = _in_words(alias.this)
            else:
                text = _own_name(key) if key else _in_words(table.this)
            found[table.alias_or_name] = _Source(key, text)
        return found

    def _key(self, table: exp.Table) -> str | None:
        if not table.db and table.name in _common_tables(table):
            return None
        is_quoted = bool(table.this.args.get("quoted"))
        return self.names.table(table.db, table.name, is_quoted=is_quoted)


def _selects(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the queries around a node, the innermost first."""
    from sqlglot import exp

    found = node.parent
    while found is not None:
        if isinstance(found, exp.Select):
            yield found
        found = found.parent


def _tables(select: exp.Expr) -> Iterator[exp.Table]:
    """Yield the tables that a query itself takes rows from."""
    from sqlglot import exp

    for table in select.find_all(exp.Table):
        if next(_selects(table), None) is select:
            yield table


def _common_tables(node: exp.Expr) -> set[str]:
    """Return the names that a WITH around a node gives to queries."""
    from sqlglot import exp

    found: set[str] = set()
    while (parent := node.parent) is not None:
        node = parent
        clauses = (item for item in node.args.values() if isinstance(item, exp.With))
        found |= {query.alias for clause in clauses for query in clause.expressions}
    return found


def _is_nested(column: exp.Expr, row: str | None) -> bool:
    """Whether a query around a column may have another of the name."""
    return row is None or len(list(_selects(column))) > 1


def _is_output(column: exp.Expr, row: str | None) -> bool:
    """Whether a column by itself is what a query yields."""
    from sqlglot import exp

    is_whole = row is not None and len(list(_selects(column))) == 1
    return (
        isinstance(column.parent, exp.Select) and column.arg_key == "expressions" and not is_whole
    )


def _in_words(node: exp.Expr) -> str:
    return node.sql(dialect=backend_of(REVISION_DIALECT).sqlglot_dialect)


def _own_name(key: str) -> str:
    return quoted(REVISION_DIALECT, key.rpartition(".")[2])


def _changed(identifier: exp.Expr, text: str) -> tuple[Change, ...]:
    """Return the change of a name; nothing where it is called so already."""
    is_same = identifier.name.lower() == text.strip('"').lower()
    if is_same or "start" not in identifier.meta:
        return ()
    return ((identifier.meta["start"], identifier.meta["end"] + 1, text),)


def _replaced(sql: str, changes: Iterable[Change]) -> str:
    for start, end, text in sorted(set(changes), reverse=True):
        sql = sql[:start] + text + sql[end:]
    return sql


def _match(name: str, among: Iterable[str], *, is_quoted: bool) -> str | None:
    """Return which of several names is meant: in the same case, or without quotes in another."""
    listed = list(among)
    if name in listed:
        return name
    alike = (item for item in listed if item.lower() == name.lower() and not is_quoted)
    return next(alike, None)
