"""The operation that makes a new table, with no more than PostgreSQL would keep of it."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from dbtasks.autogenerate.plan.blocks import CreateEmptyTableOp
from dbtasks.autogenerate.state.definitions import (
    DefinedSchema,
    bare_column,
    checks_inside,
    constraint_of,
    counts_by_itself,
    final_name,
)
from dbtasks.autogenerate.state.exclusions import spelled_out
from dbtasks.autogenerate.state.replayed_parts import OF_BOOLEAN
from dbtasks.schema.facts import Constraint, Table


def new_table(
    side: DefinedSchema, facts: Table, waiting: Collection[Constraint]
) -> ops.CreateTableOp:
    """Return the operation. The constraints `waiting` are left out, and come later."""
    table = side.table(facts.key)
    kind = ops.CreateTableOp if facts.columns else CreateEmptyTableOp
    operation = kind.from_table(table)
    late = [constraint_of(table, fact, side.dialect) for fact in waiting]
    referring = {name for fact in waiting for name in fact.columns}
    items = [*operation.columns, *checks_inside(table, side.dialect)]
    kept = (item for item in items if not any(item is other for other in late))
    operation.columns = [
        _as_written(item, table, referring) for item in kept if not _is_merged(side, facts, item)
    ]
    return operation


def _is_merged(side: DefinedSchema, facts: Table, item: SchemaItem) -> bool:
    """Whether PostgreSQL makes nothing of a constraint that says again what another does.

    Or what a type does: that a Boolean is 0 or 1.
    """
    if side.dialect.supports_native_boolean and item.info.get(OF_BOOLEAN):
        return True
    if not isinstance(item, (sa.UniqueConstraint, postgresql.ExcludeConstraint)):
        return False
    name = final_name(item, side.dialect)
    return name is not None and name not in {fact.name for fact in facts.constraints}


def _as_written(item: SchemaItem, table: sa.Table, referring: Collection[str]) -> SchemaItem:
    if isinstance(item, postgresql.ExcludeConstraint):
        return spelled_out(item)
    return _without_serial(item, table, referring)


def _without_serial(item: SchemaItem, table: sa.Table, referring: Collection[str]) -> SchemaItem:
    """Return a new table's column so that PostgreSQL doesn't count it if it has no reason to.

    A sequence may count it; or it refers to a table, and the foreign key comes later.
    """
    if not isinstance(item, sa.Column):
        return item
    waits = item.name in referring and item is not table.autoincrement_column
    if not counts_by_itself(item) and not (waits and item.primary_key):
        return item
    column = bare_column(item)
    column.autoincrement = False
    column.primary_key = item.primary_key
    return column
