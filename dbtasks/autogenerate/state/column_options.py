"""env.py's `compare_type` and `compare_server_default`: what of a column is no difference.

Each may be False, or a function that is asked where the two sides differ. Where it says False they
are taken for equal; None leaves it to the comparison. (Alembic, EnvironmentContext.configure)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from dbtasks.autogenerate.state.filters import Tables
from dbtasks.databases.quiet import quiet_context
from dbtasks.schema import Schema, Table
from dbtasks.schema.facts import Column

TYPE, DEFAULT = "compare_type", "compare_server_default"


@dataclass(frozen=True)
class ColumnOptions:
    """Asks the two options about columns that both sides have.

    `reflect` gives the tables as the database has them.
    """

    connection: sa.Connection
    models: sa.MetaData
    options: Mapping[str, Any]
    reflect: Tables

    def applied(self, actual: Schema, declared: Schema) -> Schema:
        """Return the facts of the models without the differences that do not count."""
        if self.options.get(TYPE, True) is True and self.options.get(DEFAULT, True) is True:
            return declared
        tables = {
            key: replace(table, columns=tuple(self._columns(actual.tables[key], table)))
            if key in actual.tables
            else table
            for key, table in declared.tables.items()
        }
        return replace(declared, tables=tables)

    def _columns(self, actual: Table, declared: Table) -> Iterator[Column]:
        for column in declared.columns:
            live = actual.column(column.name)
            yield column if live is None else self._column(declared, live, column)

    def _column(self, table: Table, live: Column, declared: Column) -> Column:
        types_differ = (live.type, live.elsewhere) != (declared.type, declared.elsewhere)
        if types_differ and self._is_off(TYPE, table, declared.name):
            declared = replace(declared, type=live.type, elsewhere=live.elsewhere)
        if live.default != declared.default and self._is_off(DEFAULT, table, declared.name):
            declared = replace(declared, default=live.default)
        return declared

    def _is_off(self, option: str, table: Table, name: str) -> bool:
        says = self.options.get(option, True)
        return says is False or (
            callable(says) and self._answer(says, option, table, name) is False
        )

    def _answer(
        self, says: Callable[..., bool | None], option: str, table: Table, name: str
    ) -> bool | None:
        context = quiet_context(self.connection, self.options)
        model = self.models.tables[table.key].columns[name]
        live = self.reflect(table.name, table.schema).columns[name]
        if option == TYPE:
            return says(context, live, model, live.type, model.type)
        given = model.server_default
        return says(context, live, model, _rendered(live.server_default), given, _rendered(given))


def _rendered(default: Any) -> str | None:
    """Return a server default as SQL; None for none."""
    argument = getattr(default, "arg", None)
    if argument is None:
        return None
    return f"'{argument}'" if isinstance(argument, str) else str(argument)
