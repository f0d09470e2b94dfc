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
        """Yield what adds values, which commits and so comes first, then all other changes."""
        replaced: list[MigrateOperation] = []
        extended: list[MigrateOperation] = []
        for item in changed:
            if _only_adds(item.old, item.new):
                extended += _additions(item.old, item.new)
            else:
                gone = tuple(v for v in item.old.values if v not in item.new.values)
                self.gaps.lost_values(item.old, gone)
                enum = item.new
                replaced.append(ReplaceEnumOp(enum.name, enum.values, enum.schema))
        created = [CreateEnumOp(i.enum.name, i.enum.values, i.enum.schema) for i in added]
        yield from (Block([operation]) for operation in (*extended, *created, *replaced))

    def after(self, dropped: Iterable[EnumDropped]) -> Iterator[Block]:
        """Yield what drops types."""
        for item in dropped:
            yield Block([DropEnumOp(item.enum.name, item.enum.values, item.enum.schema)])


def _only_adds(old: Enum, new: Enum) -> bool:
    """Whether the old values are all there, in their order."""
    return tuple(value for value in new.values if value in old.values) == old.values


def _additions(old: Enum, new: Enum) -> Iterator[MigrateOperation]:
    """Yield one operation a new value, the last first, each before one that is there already."""
    following = None
    for value in reversed(new.values):
        if value not in old.values:
            yield AddEnumValueOp(new.name, value, following, new.schema)
        following = value
