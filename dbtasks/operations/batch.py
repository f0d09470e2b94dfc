"""An `op.batch_alter_table`: what it was given, and its operations, noted down.

Whoever has them all can carry them out at once, as SQLite's rebuild of a table does, or look at
them without doing anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from inspect import signature
from types import SimpleNamespace
from typing import Any

from alembic.operations import BatchOperations, Operations
from alembic.operations.ops import MigrateOperation, ModifyTableOps

_SIGNATURE = signature(Operations.batch_alter_table)


@dataclass(frozen=True)
class BatchArguments:
    """What `op.batch_alter_table` was given; `others` is what has no field of its own here."""

    table: str
    schema: str | None = None
    recreate: str = "auto"
    partial_reordering: Sequence[Sequence[str]] = ()
    table_args: Sequence[Any] = ()
    table_kwargs: Mapping[str, Any] = field(default_factory=dict)
    naming_convention: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, *arguments: Any, **options: Any) -> BatchArguments:
        """Return the arguments of a call. Raises `TypeError` for those that Alembic has none of."""
        bound = _SIGNATURE.bind(None, *arguments, **options).arguments
        given = {name: value for name, value in list(bound.items())[1:] if _is_said(value)}
        table = given.pop("table_name")
        fields = {name: given.pop(name) for name in list(given) if name in cls.__annotations__}
        return cls(table, **fields, others=given)


class RecordedBatch(BatchOperations):
    """What stands behind the `with op.batch_alter_table(...)`: `recorded` are its operations."""

    def __init__(self, operations: Operations, table: str, schema: str | None) -> None:
        place: Any = SimpleNamespace(
            table_name=table, schema=schema, dialect=operations.impl.dialect
        )
        super().__init__(operations.migration_context, impl=place)
        self.recorded: list[MigrateOperation] = []

    def invoke(self, operation: MigrateOperation) -> Any:
        """Note an operation down."""
        self.recorded.append(operation)


def _is_said(value: object) -> bool:
    """Whether an argument says anything; a table can't be asked whether it is true."""
    return value is not None and not (isinstance(value, Sized) and len(value) == 0)


def each_operation(operations: Sequence[MigrateOperation]) -> Iterator[MigrateOperation]:
    """Yield operations in their order, those of a batch one by one."""
    for operation in operations:
        if isinstance(operation, ModifyTableOps):
            yield from each_operation(operation.ops)
        else:
            yield operation
