"""Rebuilding a SQLite table: the steps that SQLite's documentation prescribes, with proof.

https://www.sqlite.org/lang_altertable.html#otheralter. The new table is made beside the old one,
filled, and put in its place, inside the migration's transaction. What stands around it is kept by
`surroundings`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from dbtasks.databases.failures import REBUILT
from dbtasks.databases.sqlite.ddl import TableDefinition, parse_table, quoted
from dbtasks.databases.sqlite.missing import MissingTableError
from dbtasks.databases.sqlite.surroundings import count, kept, legacy_renames, made_from
from dbtasks.errors import RefusedError


def definition_of(connection: Connection, table: str) -> TableDefinition:
    """Return the table as SQLite keeps it. Raises `MissingTableError` when there is none."""
    query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?)"
    sql = connection.exec_driver_sql(query, (table,)).scalar()
    if sql is None:
        raise MissingTableError(table)
    return parse_table(sql)


def rebuild(
    connection: Connection,
    new: TableDefinition,
    expressions: Mapping[str, str],
    without_indexes: Collection[str] = (),
) -> None:
    """Put `new` in the place of the table of the same name.

    `expressions` maps each of its columns that is filled to SQL over the old row; the others get
    their default. Raises `RefusedError` for a value that can't be converted, and as `kept` does.
    """
    dependents = made_from(connection, new.name, without_indexes)
    with kept(connection, new.name, dependents):
        _refuse_lost_values(connection, new.name, expressions)
        _replace(connection, new, expressions)


def _replace(connection: Connection, new: TableDefinition, expressions: Mapping[str, str]) -> None:
    temporary = f"{REBUILT}{new.name}"
    connection.exec_driver_sql(new.sql(temporary))
    columns = ", ".join(quoted(name) for name in expressions)
    values = ", ".join(expressions.values())
    if expressions:
        connection.exec_driver_sql(
            f"INSERT INTO {quoted(temporary)} ({columns}) SELECT {values} FROM {quoted(new.name)}"
        )
    else:  # No column stays, but the rows do.
        for _ in range(count(connection, new.name)):
            connection.exec_driver_sql(f"INSERT INTO {quoted(temporary)} DEFAULT VALUES")
    connection.exec_driver_sql(f"DROP TABLE {quoted(new.name)}")
    with legacy_renames(connection):
        connection.exec_driver_sql(f"ALTER TABLE {quoted(temporary)} RENAME TO {quoted(new.name)}")


def _refuse_lost_values(connection: Connection, table: str, expressions: Mapping[str, str]) -> None:
    """Raise if a conversion makes NULL of a value, which is how it says that it can't."""
    for name, expression in expressions.items():
        if expression == quoted(name):
            continue
        query = (
            f"SELECT count(*) FROM {quoted(table)}"
            f" WHERE {quoted(name)} IS NOT NULL AND ({expression}) IS NULL"
        )
        lost = connection.exec_driver_sql(query).scalar_one()
        if lost:
            raise RefusedError(
                f"{lost} value{'' if lost == 1 else 's'} of {table}.{name} can't be converted to "
                "the new type.",
                "Mend those rows first, or say how they are converted: sqlite_using=...",
            )
