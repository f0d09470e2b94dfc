"""The operations that make, change and drop enumerated types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.blocks import Block
from dbtasks.autogenerate.gaps import Gaps
from dbtasks.autogenerate.sides import Side
from dbtasks.operations.enums import AddEnumValueOp, CreateEnumOp, DropEnumOp, ReplaceEnumOp
from dbtasks.schema.difference import EnumAdded, EnumChanged, EnumDropped
from dbtasks.schema.facts import Enum


class EnumSteps:
    """Makes the blocks for types: before the tables that use them change, and after."""

    def __init__(self, old: Side, new: Side, gaps: Gaps) -> None:
        self.old = old
        self.new = new
        self.gaps = gaps

    def before(self, added: Iterable[EnumAdded], changed: Iterable[EnumChanged]) -> Iterator[Block]:
        """Yield what adds values, which commits and so comes first, then what makes types.

        Rows leave the values that go before the tables change.
        """
        for item in changed:
            yield from (Block([operation]) for operation in _additions(item.old, item.new))
            gone = tuple(value for value in item.old.values if value not in item.new.values)
            if fills := self.gaps.lost_values(item.old, gone) if gone else []:
                comment = f"Rows with a value that {item.new.key} loses get another one."
                yield Block([*fills], [comment])
        for new in added:
            enum = new.enum
            yield Block([CreateEnumOp(enum.name, enum.values, enum.schema)])

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
