"""The order of a table's columns after a batch, as Alembic finds it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy.exc import CircularDependencyError

Pair = tuple[str, str]
"""Two columns, of which the first comes before the second."""


@dataclass
class ColumnOrder:
    """What a batch says of the order: `partial` for all columns, `place` for one that is new."""

    partial: Sequence[Sequence[str]]
    existing: list[str]
    _pairs: list[Pair] = field(default_factory=list)

    def place(self, column: str, before: str | None, after: str | None) -> None:
        """Note where a new column goes. Raises `KeyError` for a place beside none."""
        if not self.partial:
            before, after = self._both(before, after)
        if before:
            self._pairs.append((column, before))
        if after:
            self._pairs.append((after, column))
        if not self.partial and not before and not after and self.existing:
            self._pairs.append((self.existing[-1], column))

    def rename(self, old: str, new: str) -> None:
        """Let a column go by another name from now on."""
        self.existing = [new if name == old else name for name in self.existing]
        self._pairs = [(_or(new, old, a), _or(new, old, b)) for a, b in self._pairs]

    def drop(self, column: str) -> None:
        """Forget a column. What was placed beside it is in no place of its own any longer."""
        self.existing = [name for name in self.existing if name != column]

    def sorted(self, columns: Sequence[str]) -> list[str]:
        """Return the columns in their order. Raises SQLAlchemy's `CircularDependencyError`."""
        if not self.partial and not self._pairs:
            return list(columns)
        chains = self.partial or (self.existing,)
        pairs = {pair for chain in chains for pair in pairwise(chain)}
        return list(_sorted({*pairs, *self._pairs}, columns))

    def _both(self, before: str | None, after: str | None) -> tuple[str | None, str | None]:
        """Return both neighbours of a new column where only one is said."""
        if after and not before:
            if after not in self.existing:
                return dict(self._pairs)[after], after
            place = self.existing.index(after) + 1
            return (self.existing[place] if place < len(self.existing) else None), after
        if before and not after:
            if before not in self.existing:
                return before, {second: first for first, second in self._pairs}[before]
            place = self.existing.index(before) - 1
            return before, (self.existing[place] if place >= 0 else None)
        return before, after


def _or(new: str, old: str, name: str) -> str:
    return new if name == old else name


def _sorted(pairs: Collection[Pair], columns: Sequence[str]) -> Iterator[str]:
    """Yield columns: those that may come now in the order that they have, then the next ones."""
    left = list(columns)
    while left:
        waiting = {second for first, second in pairs if first in left}
        ready = [name for name in left if name not in waiting]
        if not ready:
            circle = {pair for pair in pairs if set(pair) <= set(left)}
            message = "Circular dependency detected."
            raise CircularDependencyError(message, set(left), circle)
        yield from ready
        left = [name for name in left if name not in ready]
