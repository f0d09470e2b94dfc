"""How a database compares with what the history yields: equal, or with each difference named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic.script import Script

from dbtasks.autogenerate.proof.yielded import Yielded, schemas_of, side, yielded
from dbtasks.autogenerate.state.comparison import without_unused_types
from dbtasks.autogenerate.state.reflection import leftovers
from dbtasks.project.project import Project
from dbtasks.schema import Schema
from dbtasks.schema.differences import differences
from dbtasks.schema.numbering import numbered_like
from dbtasks.schema.other_objects import OtherObject, listed, other_differences, strangers
from dbtasks.values import Change, NotKnown


@dataclass(frozen=True)
class Likeness:
    """How a database compares with what the history yields at `revisions`.

    `changes` are what would have to happen in it to be the same. `notes` say what was passed over.
    `is_of_others` tells that there is something in the database, and nothing of it is yielded.
    """

    revisions: tuple[str, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    is_of_others: bool = False


def likeness(
    project: Project, connection: sa.Connection, scripts: Sequence[Script]
) -> Likeness | NotKnown:
    """Return how the project's database compares with what `scripts`, from the base, yield."""
    found = likenesses(project, connection, scripts, each=False)
    return found if isinstance(found, NotKnown) else found[-1]


def likenesses(
    project: Project, connection: sa.Connection, scripts: Sequence[Script], *, each: bool = True
) -> list[Likeness] | NotKnown:
    """Return the same for each revision on the way, the empty database first."""
    found = yielded(project, connection, scripts, each=each)
    if isinstance(found, NotKnown):
        return found
    live = side(project, connection, schemas_of(found))
    return [_compared(connection, live, one) for one in found]


def beside_the_models(connection: sa.Connection, others: Sequence[OtherObject]) -> tuple[str, ...]:
    """Return what to say of that in a database which no model declares, a line each."""
    notes = [f"not compared: {listed(others)}"] if others else []
    return (*notes, *leftovers(connection))


def _compared(connection: sa.Connection, live: Yielded, one: Yielded) -> Likeness:
    actual, wanted = live.schema, one.schema
    if one.others is None:
        actual, wanted = without_unused_types(actual, wanted), without_unused_types(wanted, wanted)
    wanted = numbered_like(actual, wanted)
    others, live_others = one.others or (), live.others or ()
    changes = [c for item in differences(actual, wanted) for c in item.changes()]
    changes += other_differences(live_others, others)
    notes = beside_the_models(connection, strangers(live_others, others))
    return Likeness(one.revisions, tuple(changes), notes, _names(actual).isdisjoint(_names(wanted)))


def _names(schema: Schema) -> set[str]:
    return {key.lower() for key in (*schema.tables, *schema.enums, *schema.domains)}
