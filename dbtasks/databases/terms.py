"""What a kind of database and those who ask it speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from alembic.operations import AbstractOperations
from alembic.operations.ops import MigrateOperation

from dbtasks.hints import counted

_LONGEST_VALUE = 80
"""Characters of an example that are shown."""

Implementation = Callable[[Any, Any], Any]
"""Carries an operation out: takes Alembic's operations and the operation, returns what it does."""

TRIAL = "dbtasks_trial"
"""The option of a migration context in which everything is rolled back in the end, so that
nothing may be committed meanwhile."""


AT_WORK = "dbtasks_at_work"
"""The option of a migration context that holds a list: what is being carried out, and by what.

The outermost comes first. Of a batch that is carried out as one, its table's name."""


@dataclass(frozen=True)
class Driver:
    """What a driver is: the modules that it needs, and what installs them."""

    modules: tuple[str, ...]
    install: str


@dataclass(frozen=True)
class TableLock:
    """A table that is kept from others for longer than a moment: by what, and from what."""

    table: str
    schema: str | None
    verb: str
    effect: str


@dataclass(frozen=True)
class Conversion:
    """What a revision says of a change of type: arguments of `op.alter_column`, and what it needs.

    `before` are operations that come first.
    """

    arguments: Mapping[str, str] = field(default_factory=dict)
    before: tuple[MigrateOperation, ...] = ()


@dataclass(frozen=True)
class ChangedValues:
    """How many values would not come back the same from another type, and what becomes of one."""

    count: int
    example: str = ""

    @classmethod
    def of(cls, count: int, before: object, after: object) -> ChangedValues:
        """Return so many of them, with one as it was and as it becomes."""
        return cls(count, f"{shortened(before)} becomes {shortened(after)}")

    def __bool__(self) -> bool:
        return bool(self.count)

    def __str__(self) -> str:
        """Return what a plan says of them."""
        example = f" ({self.example})" if self.example else ""
        return f"{counted(self.count, 'value')} would not come back the same{example}"


def shortened(value: object) -> str:
    """Return a value for a message, cut where it is long."""
    is_plain = isinstance(value, (int, float, Decimal))
    text = str(value) if is_plain else repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def carry_out_as_alembic(operations: AbstractOperations, operation: MigrateOperation) -> Any:
    """Carry an operation out as Alembic does, or whoever has told it otherwise."""
    return type(operations).invoke(operations, operation)
