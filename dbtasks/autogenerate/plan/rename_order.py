"""An order for renames in which no name is given while something has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from alembic.operations.ops import MigrateOperation

Place = tuple[str | None, str]
"""Where a name has to be the only one, and the name: a schema's table, a table's column."""

_LABEL = re.compile(r"_(pkey|key|fkey|check|excl|seq)$")
_ROOM = 50
"""How much of a name is kept where more is put behind it: PostgreSQL cuts after 63 bytes."""


@dataclass(frozen=True)
class Step:
    """Something that gets another name, or another schema."""

    old: Place
    new: Place
    operations: Callable[[Place, Place], Iterable[MigrateOperation]]


def in_turn(steps: Iterable[Step], held: Collection[Place] = ()) -> Iterator[Step]:
    """Yield steps, each when the name that it gives is free.

    Where names go round in a circle, one of them is put aside first. So it is where two differ in
    case alone, which SQLite takes for the same. `held` are other names that there are.
    """
    waiting = list(steps)
    while waiting:
        taken = {folded(step.old) for step in waiting}
        free = next((step for step in waiting if folded(step.new) not in taken), None)
        if free is None:
            first = waiting.pop(0)
            aside = put_aside(first.old, taken | {folded(place) for place in held})
            yield replace(first, new=aside)
            waiting.append(replace(first, old=aside))
        else:
            waiting.remove(free)
            yield free


def put_aside(place: Place, taken: Collection[Place]) -> Place:
    """Return another name in the same place, of the same kind, that nothing has."""
    scope, name = place
    label = match.group() if (match := _LABEL.search(name)) else ""
    stem = f"{name.removesuffix(label)[:_ROOM]}_renamed"
    while folded((scope, f"{stem}{label}")) in taken:
        stem += "_"
    return scope, f"{stem}{label}"


def folded(place: Place) -> Place:
    """Return a place as SQLite takes it, for which upper and lower case are the same."""
    return place[0], place[1].lower()
