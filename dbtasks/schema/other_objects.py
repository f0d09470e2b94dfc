"""What a database holds beside tables, and models can't declare: views, triggers, functions.

They are known by their SQL alone, as the database keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dbtasks.values import Change

_MOST_LISTED = 12


@dataclass(frozen=True)
class OtherObject:
    """An object by its kind and name. `table` is the one that it changes the working of, if any.

    `definition` is its SQL. `schema` is None for the default one; the name tells any other.
    """

    kind: str
    name: str
    definition: str
    table: str = ""
    schema: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.kind, self.table, self.name

    @property
    def text(self) -> str:
        """How it is called in a line."""
        place = f" on {self.table}" if self.table and self.table != self.name else ""
        return f"{self.kind} {self.name}{place}"


OtherObjects = tuple[OtherObject, ...]


def other_differences(old: OtherObjects, new: OtherObjects) -> Iterator[Change]:
    """Yield what would have to happen for `old` to become `new`.

    What only `old` has, and what changes no table's working, is let be: see `strangers`.
    """
    before, after = _by_name(old), _by_name(new)
    for name, item in after.items():
        if name not in before:
            yield Change("+", item.text)
        elif before[name].definition != item.definition:
            yield Change("~", f"{item.text}: another definition")
    for name, item in before.items():
        if item.table and name not in after:
            yield Change("-", item.text)


def strangers(old: OtherObjects, new: OtherObjects) -> list[OtherObject]:
    """Return what only `old` has, and what changes the working of no table."""
    known = _by_name(new)
    return [item for name, item in _by_name(old).items() if name not in known and not item.table]


def listed(objects: Iterable[OtherObject]) -> str:
    """Return objects in a line; of very many, the first."""
    texts = sorted(item.text for item in objects)
    more = [f"and {len(texts) - _MOST_LISTED} more"] if len(texts) > _MOST_LISTED else []
    return ", ".join(texts[:_MOST_LISTED] + more)


def _by_name(objects: OtherObjects) -> dict[tuple[str, str, str], OtherObject]:
    return {item.key: item for item in objects}
