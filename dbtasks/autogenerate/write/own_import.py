"""Which `op` a revision takes: Alembic's, or ours where Alembic alone would do something else.

A revision that takes ours does the same by plain `alembic` as by our verbs. One that needs nothing
of ours is applied where nothing of ours is installed.
"""

from __future__ import annotations

from functools import singledispatch

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from sqlalchemy.dialects import postgresql

from dbtasks.databases.own_operations import own_operations
from dbtasks.operations.sql import POSTGRESQL

ALEMBICS = "from alembic import op"
OURS = "from dbtasks import op"
_BESIDE = f"{OURS}  # noqa: F811"
"""Ours below Alembic's, which the project's template imports."""
_PREFIX = "op."
_TYPES = "from dbtasks import ListOf"


def import_for(operation: MigrateOperation, context: AutogenContext) -> None:
    """Let the revision import what one of its operations needs."""
    if is_like_alembic(operation):
        return
    is_called_op = context.opts["alembic_module_prefix"] == _PREFIX
    context.imports.add(_BESIDE if is_called_op else "import dbtasks.op  # noqa: F401")


def with_one_op(source: str) -> str:
    """Return the source of a revision, without Alembic's `op` where it imports ours."""
    lines = source.split("\n")
    if _BESIDE not in lines or ALEMBICS not in lines:
        return source
    types = next((line for line in lines if line.startswith(_TYPES)), None)
    ours = OURS if types is None else f"{types}, op"
    return "\n".join(
        ours if line == _BESIDE else line for line in lines if line not in {ALEMBICS, types}
    )


@singledispatch
def is_like_alembic(operation: MigrateOperation) -> bool:
    """Whether plain Alembic carries an operation out, on both databases, and as we do.

    It fails at a table's comment on SQLite and at what has no name, leaves types behind on
    PostgreSQL, and converts no value on SQLite.
    """
    return not isinstance(operation, tuple(own_operations()))


@is_like_alembic.register(ops.CreateTableCommentOp)
@is_like_alembic.register(ops.DropTableCommentOp)
@is_like_alembic.register(ops.DropConstraintOp)
def _differs(_operation: MigrateOperation) -> bool:
    return False


@is_like_alembic.register
def _container(operation: ops.OpContainer) -> bool:
    return all(map(is_like_alembic, operation.ops))


@is_like_alembic.register
def _constraint(operation: ops.AddConstraintOp) -> bool:
    return getattr(operation, "constraint_name", None) is not None


@is_like_alembic.register
def _alter_column(operation: ops.AlterColumnOp) -> bool:
    return operation.modify_type is None and operation.modify_name is None


@is_like_alembic.register
def _add_column(operation: ops.AddColumnOp) -> bool:
    return not _has_type_of_its_own(operation.column)


@is_like_alembic.register
def _create_table(operation: ops.CreateTableOp) -> bool:
    return not any(map(_has_type_of_its_own, operation.to_table().columns))


def _has_type_of_its_own(column: sa.Column[object]) -> bool:
    type_ = column.type.dialect_impl(POSTGRESQL)
    while isinstance(type_, sa.ARRAY):
        type_ = type_.item_type.dialect_impl(POSTGRESQL)
    return isinstance(type_, postgresql.DOMAIN) or (
        isinstance(type_, sa.Enum) and type_.native_enum
    )
