"""Rows that a table gets from what others hold, by what a person says of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dbtasks.autogenerate.backfill.fills import enums_among, plain_fill
from dbtasks.autogenerate.backfill.sql_reads import Reads, SqlReader
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.databases.scratch import rolled_back
from dbtasks.errors import UsageError
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.sql import literal_sql
from dbtasks.project.reading_sql import only_reads
from dbtasks.schema.facts import Table


class NewRows:
    """Makes the operations of `--fill-table`. `new` is what the models declare."""

    def __init__(self, connection: sa.Connection, new: DefinedSchema, reader: SqlReader) -> None:
        self.connection = connection
        self.new = new
        self.reader = reader

    def operation(self, key: str, sql: str) -> FillTableOp:
        """Return what fills a table with what a query yields. Raises `UsageError`."""
        table = self.new.schema.tables.get(key.removeprefix("public."))
        if table is None:
            raise UsageError(
                f"--fill-table {key} fits nothing: the models have no table of that name. Nothing "
                "was written.",
                "Check the name, or leave it out.",
            )
        query = sql.strip().rstrip("; ")
        reads = self.reader.reads(query)
        if reads is None or not only_reads(query):
            raise UsageError(
                f"--fill-table {table.key}: that is not one query that can be understood. Nothing "
                "was written.",
                f'Write it as --fill-table {table.key}="SELECT ... AS {table.columns[0].name} '
                'FROM ..."',
            )
        columns = [_column_of(table, name) for name in self._outputs(reads)]
        values = self._defaults(table, columns)
        types = enums_among(self.new.original(table.key, name) for name in columns)
        return FillTableOp(table.name, columns, reads.sql, values, table.schema, types)

    def _outputs(self, reads: Reads) -> tuple[str, ...]:
        """Return the names of what a query yields, which the database knows where it is `*`."""
        if "*" not in reads.outputs:
            return reads.outputs
        try:
            with rolled_back(self.connection):
                query = f"SELECT * FROM (\n{reads.sql}\n) AS source LIMIT 0"
                return tuple(self.connection.execute(literal_sql(query)).keys())
        except sa.exc.DBAPIError:
            return reads.outputs

    def _defaults(self, table: Table, columns: list[str]) -> dict[str, Any]:
        """Return the Python defaults of the columns that a query leaves out."""
        values: dict[str, Any] = {}
        for fact in table.columns:
            column = self.new.original(table.key, fact.name)
            if fact.name in columns or _is_given_by_database(column):
                continue
            found = plain_fill(table, column, self.reader.backend)
            if found is not None and found.type_ is None and found.model_type is None:
                values[fact.name] = found.value
            elif not fact.nullable:
                raise UsageError(
                    f"--fill-table {table.key}: its query yields nothing for {fact.name}, which "
                    "must not be NULL and has no default that can be written down. Nothing was "
                    "written.",
                    f"Let the query yield it: SELECT ..., VALUE AS {fact.name}",
                )
        return values


def _column_of(table: Table, name: str) -> str:
    """Return the column that a query's output is for."""
    names = [column.name for column in table.columns]
    alike = [other for other in names if other.lower() == name.lower()]
    if name in names or alike:
        return name if name in names else alike[0]
    what = f"a column {name!r}" if name and name != "*" else "a column without a name"
    raise UsageError(
        f"--fill-table {table.key}: its query yields {what}, and {table.key} has "
        f"{', '.join(names)}. Nothing was written.",
        "Name each as the column that it is for: SELECT title AS name",
    )


def _is_given_by_database(column: sa.Column[Any]) -> bool:
    counts = column.table.autoincrement_column is column
    made = (column.server_default, column.computed, column.identity)
    return counts or any(item is not None for item in made)
