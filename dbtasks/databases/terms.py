"""What a kind of database and those who ask it speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alembic.operations import AbstractOperations
from alembic.operations.ops import MigrateOperation

Implementation = Callable[[Any, Any], Any]
"""Carries an operation out: takes Alembic's operations and the operation, returns what it does."""

TRIAL = "dbtasks_trial"
"""The option of a migration context in which everything is rolled back in the end, so that
nothing may be committed meanwhile."""


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


def carry_out_as_alembic(operations: AbstractOperations, operation: MigrateOperation) -> Any:
    """Carry an operation out as Alembic does, or whoever has told it otherwise."""
    return type(operations).invoke(operations, operation)
