"""What operations destroy wherever there is something, by what they say, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.impact.facts import column_name
from dbtasks.autogenerate.impact.losses import LOSES_NOTHING
from dbtasks.autogenerate.impact.own_code import sql_of, told_of_code, told_of_sql
from dbtasks.databases.backend import Backend
from dbtasks.operations.fill import FillOp
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.revisions.sql_effects import is_harmless
from dbtasks.schema.facts import key_of


@singledispatch
def at_stake(operation: MigrateOperation, backend: Backend) -> Iterator[str]:
    """Yield what an operation destroys; of one that nobody here knows, that it may."""
    del backend
    if not isinstance(operation, LOSES_NOTHING):
        yield f"does {type(operation).__name__}, of which nothing is known"


@at_stake.register
def _dropped_table(operation: ops.DropTableOp, backend: Backend) -> Iterator[str]:
    del backend
    yield f"the rows of {key_of(operation.table_name, operation.schema)}"


@at_stake.register
def _dropped_column(operation: ops.DropColumnOp, backend: Backend) -> Iterator[str]:
    del backend
    yield f"the values of {column_name(operation)}"


@at_stake.register
def _converted(operation: ops.AlterColumnOp, backend: Backend) -> Iterator[str]:
    del backend
    if operation.modify_type is not None:
        yield f"values of {column_name(operation)} that do not come back the same"


@at_stake.register
def _overwritten(operation: FillOp, backend: Backend) -> Iterator[str]:
    del backend
    if operation.where is not None:
        yield f"the values of {column_name(operation)} where {operation.where}"


@at_stake.register
def _sql_of_its_own(operation: ops.ExecuteSQLOp, backend: Backend) -> Iterator[str]:
    if not is_harmless(sql_of(operation), backend):
        yield told_of_sql(operation)


@at_stake.register
def _not_understood(operation: NotUnderstoodOp, backend: Backend) -> Iterator[str]:
    del backend
    yield told_of_code(operation)
