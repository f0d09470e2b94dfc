"""A batch on SQLite does what plain Alembic does, and fails as that fails."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from dbtasks.databases import Database
from dbtasks.databases.safe_operations import safe_operations
from tests.adopting.batches import Batch, Case, cases

Runner = Callable[[MigrationContext], AbstractContextManager[Operations]]


@pytest.mark.parametrize("name", cases())
def test_a_batch_does_what_alembic_does(name: str, tmp_path: Path) -> None:
    assert by_alembic(cases()[name]) == by_dbtasks(cases()[name], tmp_path)


def by_alembic(case: Case) -> dict[str, Any]:
    """Return what plain Alembic makes of a case."""
    with sa.create_engine("sqlite://").connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return played(case, connection, Operations.context)


def by_dbtasks(case: Case, folder: Path) -> dict[str, Any]:
    """Return what we make of a case."""
    database = Database.at("sqlite:///file.db", folder)
    return database.run(lambda connection: played(case, connection, safe_operations))


def played(case: Case, connection: sa.Connection, running: Runner) -> dict[str, Any]:
    """Return what is there after a case, and how its batches failed."""
    for statement in case.tables.split(";"):
        connection.exec_driver_sql(statement)
    with running(MigrationContext.configure(connection)) as operations:
        failures = [failure(operations, batch) for batch in case.batches]
    return {"failures": failures, **contents(connection)}


def failure(operations: Operations, batch: Batch) -> tuple[str, str] | None:
    """Carry a batch out; return the kind of what it raises, and its words."""
    try:
        with operations.batch_alter_table(batch.table, **batch.arguments) as batch_op:
            for step in batch.steps:
                step(batch_op)
    except Exception as error:
        kinds = (kind for kind in type(error).__mro__ if not kind.__module__.startswith("dbtasks"))
        return next(kinds).__name__, str(getattr(error, "orig", error))
    return None


def contents(connection: sa.Connection) -> dict[str, Any]:
    """Return all that a database holds, as SQLAlchemy and SQLite read it."""
    inspector = sa.inspect(connection)
    return {table: of_table(connection, inspector, table) for table in inspector.get_table_names()}


def of_table(connection: sa.Connection, inspector: sa.Inspector, table: str) -> dict[str, Any]:
    """Return a table's columns, keys, checks, indexes and rows."""
    columns = [{**column, "type": str(column["type"])} for column in inspector.get_columns(table)]
    sql = "SELECT sql FROM sqlite_master WHERE name = ?"
    statement = str(connection.exec_driver_sql(sql, (table,)).scalar()).upper()
    return {
        "columns": columns,
        "primary key": inspector.get_pk_constraint(table),
        "foreign keys": in_order(inspector.get_foreign_keys(table)),
        "uniques": in_order(inspector.get_unique_constraints(table)),
        "checks": in_order(inspector.get_check_constraints(table)),
        "indexes": in_order(inspector.get_indexes(table)),
        "options": [word for word in ("AUTOINCREMENT", "WITHOUT ROWID") if word in statement],
        "rows": connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2").all(),
    }


def in_order(items: Any) -> list[Any]:
    """Return constraints or indexes in an order that is not their own."""
    return sorted(items, key=lambda item: (str(item["name"]), str(item)))
