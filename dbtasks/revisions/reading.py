"""What a revision does in one direction, as its file says it: operations in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alembic.operations.ops import MigrateOperation
from sqlalchemy.types import UserDefinedType


@dataclass(frozen=True)
class Reading:
    """The operations of `upgrade` or `downgrade`.

    What the reader did not understand stands among them, in its place, as a `NotUnderstoodOp`.
    """

    operations: tuple[MigrateOperation, ...] = ()


class NotUnderstoodOp(MigrateOperation):
    """Python whose effect is not known, since nothing of a revision is run to read it.

    `source` is its code, from line `line` of the file on. `is_confined` tells whether it is known
    to reach nothing but the database that `op` is given.
    """

    def __init__(self, source: str, line: int, *, is_confined: bool = False) -> None:
        self.source = source
        self.line = line
        self.is_confined = is_confined

    @property
    def place(self) -> str:
        """Where it stands, and its first line, for a person."""
        first, _, rest = self.source.strip().partition("\n")
        return f"line {self.line}: {first.rstrip()}{' ...' if rest else ''}"

    def to_diff_tuple(self) -> tuple[str, str]:
        """Return the operation as Alembic shows it."""
        return ("not_understood", self.source)


class UnreadType(UserDefinedType[Any]):
    """A type of the project's own, of which only the Python that names it is known."""

    cache_ok = True

    def __init__(self, source: str) -> None:
        self.source = source

    def get_col_spec(self, **_: Any) -> str:
        """Return the Python, in the place of SQL that nobody knows."""
        return self.source

    def __repr__(self) -> str:
        return self.source
