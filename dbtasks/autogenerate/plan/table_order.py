"""In which order tables are made, and the foreign keys that no order serves: those of a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from dbtasks.schema.facts import FOREIGN_KEY, Constraint, Schema, Table


def in_order(schema: Schema, keys: Iterable[str]) -> list[str]:
    """Return the keys of tables so that each stands behind those that it needs.

    Where tables need each other in a circle, one of them comes first all the same.
    """
    wanted = set(keys)
    needs = {key: sorted(_needed(schema.tables[key]) & wanted - {key}) for key in sorted(wanted)}
    while True:
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            needed, table = error.args[1][:2]
            needs[table].remove(needed)


def forward_references(schema: Schema, ordered: list[str]) -> Iterator[tuple[Table, Constraint]]:
    """Yield the foreign keys that refer to a table which only comes later in the order."""
    place = {key: number for number, key in enumerate(ordered)}
    for key in ordered:
        for constraint in schema.tables[key].constraints:
            if constraint.kind == FOREIGN_KEY and place.get(constraint.referred, -1) > place[key]:
                yield schema.tables[key], constraint


def _needed(table: Table) -> set[str]:
    """Return the keys of the tables that have to be there before a table can be whole."""
    return {item.referred for item in table.constraints if item.kind == FOREIGN_KEY}
