"""How a database compares with what the history yields: equal, or with each difference named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic.script import Script

from dbtasks.autogenerate.proof.yielded import Yielded, schemas_of, side, yielded
from dbtasks.autogenerate.state.comparison import scripts_up_to, without_unused_types
from dbtasks.autogenerate.state.nameless import nameless_like
from dbtasks.autogenerate.state.reflection import leftovers
from dbtasks.project.project import Project
from dbtasks.schema import Schema
from dbtasks.schema.difference import Difference, TableAdded, TableDropped
from dbtasks.schema.differences import differences
from dbtasks.schema.lines import lines
from dbtasks.schema.numbering import numbered_like
from dbtasks.schema.other_objects import OtherObject, listed, other_differences, strangers
from dbtasks.values import Change, NotKnown


@dataclass(frozen=True)
class Likeness:
    """How a database compares with what the history yields at `revisions`.

    `changes` are what would have to happen in it to be the same. `notes` say what was passed over.
    `distance` weighs the changes: a table counts as its columns. `is_of_others` tells that there
    is something in the database, and nothing of it is yielded.
    """

    revisions: tuple[str, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    distance: int = 0
    is_of_others: bool = False


def likeness(
    project: Project, connection: sa.Connection, scripts: Sequence[Script]
) -> Likeness | NotKnown:
    """Return how the project's database compares with what `scripts`, from the base, yield."""
    found = yielded(project, connection, scripts)
    if isinstance(found, NotKnown):
        return found
    live = side(project, connection, schemas_of(found))
    one = found[-1]
    if strangers(live.others or (), one.others or ()):
        # What a later revision makes is not others', and would be in its way.
        graph = project.revisions.script
        everything = scripts_up_to(graph, tuple(graph.get_heads()))
        found = yielded(project, connection, everything, each=True)
        if isinstance(found, NotKnown):
            return found
    return _compared(connection, live, one, found)


def likenesses(
    project: Project, connection: sa.Connection, scripts: Sequence[Script]
) -> list[Likeness] | NotKnown:
    """Return the same for each revision of the whole history, the empty database first."""
    found = yielded(project, connection, scripts, each=True)
    if isinstance(found, NotKnown):
        return found
    live = side(project, connection, schemas_of(found))
    return [_compared(connection, live, one, found) for one in found]


def beside_the_models(connection: sa.Connection, others: Sequence[OtherObject]) -> tuple[str, ...]:
    """Return what to say of that in a database which no model declares, a line each."""
    notes = [f"not compared: {listed(others)}"] if others else []
    return (*notes, *leftovers(connection))


def _compared(
    connection: sa.Connection, live: Yielded, one: Yielded, made: Iterable[Yielded]
) -> Likeness:
    """Compare a database with what is yielded at one revision; `made` tells of all of them."""
    actual, wanted = live.schema, one.schema
    if one.others is None:
        actual, wanted = without_unused_types(actual, wanted), without_unused_types(wanted, wanted)
    wanted = nameless_like(actual, numbered_like(actual, wanted))
    others, live_others = one.others or (), live.others or ()
    found = differences(actual, wanted)
    changes = list(lines(found))
    changes += other_differences(live_others, others)
    ours = {item.key for each in made for item in each.others or ()}
    strange = strangers(live_others, others)
    changes += [Change("-", item.text) for item in strange if item.key in ours]
    return Likeness(
        revisions=one.revisions,
        changes=tuple(changes),
        notes=beside_the_models(connection, [item for item in strange if item.key not in ours]),
        distance=len(changes) + sum(_columns_at_stake(item) for item in found),
        is_of_others=_names(actual).isdisjoint(_names(wanted)),
    )


def _columns_at_stake(difference: Difference) -> int:
    if isinstance(difference, (TableAdded, TableDropped)):
        return len(difference.table.columns)
    return 0


def _names(schema: Schema) -> set[str]:
    return {key.lower() for key in (*schema.tables, *schema.enums, *schema.domains)}
