"""A batch on SQLite does what plain Alembic does, and fails as that fails."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import CircularDependencyError

from dbtasks.databases import Database
from dbtasks.databases.safe_operations import safe_operations
from tests.adopting import batch_arguments, batch_failures, batch_steps
from tests.adopting.batches import Batch, Case, adds, longer_text, one, required

Runner = Callable[[MigrationContext], AbstractContextManager[Operations]]


def cases() -> dict[str, Case]:
    """Return all cases, made anew: what a batch is given can be used once."""
    return {**batch_arguments.arguments(), **batch_failures.failures(), **batch_steps.together()}


@pytest.mark.parametrize("name", cases())
def test_a_batch_does_what_alembic_does(name: str, tmp_path: Path) -> None:
    assert by_alembic(cases()[name]) == by_dbtasks(cases()[name], tmp_path)


def test_an_index_on_no_column_leaves_the_table_with_those_that_it_had(tmp_path: Path) -> None:
    """Plain Alembic fails as well, and leaves it without any."""
    made = by_dbtasks(one(), tmp_path)
    failed = by_dbtasks(one(required, lambda b: b.create_index("ix", ["nope"])), tmp_path / "again")
    assert ("KeyError", "'nope'") == failed["failures"][0]
    assert made["a"] == failed["a"]


def test_a_column_with_an_index_of_its_own_gets_that_one(tmp_path: Path) -> None:
    """Plain Alembic makes a second one, named by the table's name for the moment."""
    after = by_dbtasks(one(adds("more", index=True), longer_text), tmp_path)
    assert ["ix_a_more", "ix_n", "ix_s_n"] == [index["name"] for index in after["a"]["indexes"]]


def test_a_column_comes_with_the_check_of_its_type(tmp_path: Path) -> None:
    """Older releases of Alembic and SQLAlchemy add it twice."""
    added = adds("is_new", sa.Boolean(create_constraint=True, name="ck_new"))
    after = by_dbtasks(one(added), tmp_path)
    assert ["ck_n", "ck_new"] == [check["name"] for check in after["a"]["checks"]]


def test_a_constraint_may_come_without_a_name(tmp_path: Path) -> None:
    """As in revisions that we have written; plain Alembic refuses it."""
    step = one(lambda b: b.create_unique_constraint(None, ["n"]))  # type: ignore[arg-type]
    after = by_dbtasks(step, tmp_path)
    assert {"name": None, "column_names": ["n"]} in after["a"]["uniques"]


def by_alembic(case: Case) -> dict[str, Any]:
    """Return what plain Alembic makes of a case."""
    with sa.create_engine("sqlite://").connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return played(case, connection, Operations.context)


def by_dbtasks(case: Case, folder: Path) -> dict[str, Any]:
    """Return what we make of a case."""
    folder.mkdir(exist_ok=True)
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
        return next(kinds).__name__, words_of(error)
    return None


def words_of(error: Exception) -> str:
    """Return what an error says, without what is not the same twice."""
    words = re.sub("_alembic_tmp_|_dbtasks_new_", "", str(getattr(error, "orig", error)))
    return words.partition(" (")[0] if isinstance(error, CircularDependencyError) else words


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
        "indexes": in_order(
            {**index, "dialect_options": {k: str(v) for k, v in index["dialect_options"].items()}}
            for index in inspector.get_indexes(table)
        ),
        "options": [word for word in ("AUTOINCREMENT", "WITHOUT ROWID") if word in statement],
        "rows": connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").all(),
    }


def in_order(items: Any) -> list[Any]:
    """Return constraints or indexes in an order that is not their own."""
    return sorted(items, key=lambda item: (str(item["name"]), str(item)))
