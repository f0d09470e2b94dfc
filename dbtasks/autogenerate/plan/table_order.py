"""In which order tables are made, and the foreign keys that no order serves: those of a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from dbtasks.schema.facts import FOREIGN_KEY, Constraint, Schema, Table


def in_order(schema: Schema, keys: Iterable[str]) -> list[str]:
    """Return the keys of tables so that each stands behind those that it needs.

    Where tables refer to each other in a circle, one of them comes first all the same.
    """
    wanted = set(keys)
    needs = {key: sorted(_needed(schema.tables[key]) & wanted - {key}) for key in sorted(wanted)}
    while True:
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            needed, table = _least_needed(schema, error.args[1])
            needs[table].remove(needed)


def _least_needed(schema: Schema, circle: list[str]) -> tuple[str, str]:
    """Return a table that the next one of a circle can be made without, and that next one."""
    pairs = pairwise(circle)
    return next((one, other) for one, other in pairs if one not in schema.tables[other].inherits)


def forward_references(schema: Schema, ordered: list[str]) -> Iterator[tuple[Table, Constraint]]:
    """Yield the foreign keys that refer to a table which only comes later in the order."""
    place = {key: number for number, key in enumerate(ordered)}
    for key in ordered:
        for constraint in schema.tables[key].constraints:
            if constraint.kind == FOREIGN_KEY and place.get(constraint.referred, -1) > place[key]:
                yield schema.tables[key], constraint


def _needed(table: Table) -> set[str]:
    """Return the keys of the tables that have to be there before a table can be whole."""
    referred = {item.referred for item in table.constraints if item.kind == FOREIGN_KEY}
    return referred | set(table.inherits)
