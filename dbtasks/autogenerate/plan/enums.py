"""The operations that make, change and drop enumerated types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import sqlalchemy as sa
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.upgrade import Backfill
from dbtasks.autogenerate.plan.blocks import Block
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.operations.enums import AddEnumValueOp, CreateEnumOp, DropEnumOp, ReplaceEnumOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.sql import REVISION_DIALECT, quoted, resolved, text_literal
from dbtasks.schema.difference import EnumAdded, EnumChanged, EnumDropped
from dbtasks.schema.facts import Enum, key_of


class EnumOperations:
    """Makes the blocks for types: before the tables that use them change, and after."""

    def __init__(self, old: DefinedSchema, new: DefinedSchema, backfill: Backfill) -> None:
        self.old = old
        self.new = new
        self.backfill = backfill

    def before(self, added: Iterable[EnumAdded], changed: Iterable[EnumChanged]) -> Iterator[Block]:
        """Yield what adds values, which commits and so comes first, then what makes types.

        Rows leave the values that go before the tables change.
        """
        for item in changed:
            yield from (Block([operation]) for operation in _additions(item.old, item.new))
            gone = tuple(value for value in item.old.values if value not in item.new.values)
            if gone:
                yield from self._rows_with(gone, item)
        for new in added:
            enum = new.enum
            yield Block([CreateEnumOp(enum.name, enum.values, enum.schema)])

    def _rows_with(self, values: tuple[str, ...], change: EnumChanged) -> Iterator[Block]:
        """Yield what gives rows another value, or stops while they have one that goes."""
        uses = tuple(use for use in change.old.uses if use in change.new.uses)
        fills = self.backfill.lost_values(replace(change.old, uses=uses), values)
        if fills:
            comment = f"Rows with a value that {change.new.key} loses get another one."
            yield Block([*fills], [comment])
        filled = {(key_of(fill.table_name, fill.schema), fill.column_name) for fill in fills}
        refusals = [
            self._refusal(change.new, key, name, values)
            for key, name in uses
            if (key, name) not in filled and self._is_plain(key, name)
        ]
        if refusals:
            yield Block([*refusals])

    def _is_plain(self, key: str, name: str) -> bool:
        """Whether a column holds one value, and no list of them."""
        return not isinstance(resolved(self.new.column(key, name).type), (sa.ARRAY, sa.JSON))

    def _refusal(self, enum: Enum, key: str, name: str, values: Iterable[str]) -> RefuseRowsOp:
        table = self.new.schema.tables[key]
        listed = ", ".join(text_literal(value) for value in values)
        condition = f"CAST({quoted(REVISION_DIALECT, name)} AS VARCHAR) IN ({listed})"
        reason = f"their {name} is one that the enum {enum.key} loses ({', '.join(values)})"
        return RefuseRowsOp(table.name, reason, condition, table.schema)

    def after(
        self, changed: Iterable[EnumChanged], dropped: Iterable[EnumDropped]
    ) -> Iterator[Block]:
        """Yield what takes values away, now that no default names them, and drops types."""
        for item in changed:
            old, new = item.old, item.new
            if tuple(value for value in new.values if value in old.values) != old.values:
                yield Block([ReplaceEnumOp(new.name, new.values, new.schema)])
        for gone_type in dropped:
            enum = gone_type.enum
            yield Block([DropEnumOp(enum.name, enum.values, enum.schema)])


def _additions(old: Enum, new: Enum) -> Iterator[MigrateOperation]:
    """Yield one operation a new value, the last first, each before one that is there already."""
    following = None
    for value in reversed(new.values):
        if value not in old.values:
            yield AddEnumValueOp(new.name, value, following, new.schema)
        following = value
