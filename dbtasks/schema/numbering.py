"""The numbers that PostgreSQL puts behind the names of nameless constraints, as they come.

Two tables that are the same may have been built in another order, and so be numbered differently.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import count

from dbtasks.schema.facts import Constraint, Schema, Table

_NUMBERED = re.compile(r"(.+)_(check|key|fkey|excl)\d*")
_LONGEST = 63
_NEARLY_LONGEST = 55
"""From so many bytes on PostgreSQL may have cut a piece out of a name, to end it with a number."""


def numbered_like(
    live: Schema, other: Schema, given: Mapping[str, Collection[str]] | None = None
) -> Schema:
    """Return `other` with the names that its nameless constraints have, or will get, in `live`.

    `given` are the names that the models give, by table; one that they don't give may be any.
    """
    taken = _names(live)
    tables = dict(other.tables)
    for key in other.tables.keys() & live.tables.keys():
        names = None if given is None else given.get(key, ())
        tables[key] = _numbered(live.tables[key], tables[key], taken[tables[key].schema], names)
    return replace(other, tables=tables)


def is_numbered_differently(one: Constraint, other: Constraint) -> bool:
    """Whether two names are PostgreSQL's own, and differ in their numbers alone."""
    names = [item.name or "" for item in (one, other)]
    first, second = (_NUMBERED.fullmatch(name) for name in names)
    if not first or not second or first[2] != second[2]:
        return False
    if first[1] == second[1]:
        return True
    was_cut = all(len(name.encode()) >= _NEARLY_LONGEST for name in names)
    return was_cut and _is_without_a_piece(*sorted((first[1], second[1]), key=len))


def _numbered(live: Table, table: Table, taken: set[str], given: Collection[str] | None) -> Table:
    gone = [item for item in live.constraints if item not in table.constraints]
    come = [item for item in table.constraints if item not in live.constraints]
    names: dict[Constraint, str | None] = {}
    for item in come:
        is_nameless = given is not None and item.name not in given
        twin = next((other for other in gone if _is_twin(item, other, is_nameless)), None)
        if twin is not None:
            gone.remove(twin)
            names[item] = twin.name
    given = taken - {item.name for item in gone} | set(filter(None, names.values()))
    for item in come:
        if item not in names:
            names[item] = _free(item.name, given)
            given.add(names[item] or "")
    renamed = [replace(c, name=names[c]) if c in names else c for c in table.constraints]
    kept = [item for item in live.constraints if item in renamed]
    new = [item for item in renamed if item not in kept]
    return replace(table, constraints=(*kept, *new))


def _is_twin(one: Constraint, other: Constraint, is_nameless: bool) -> bool:
    same = (one.kind, one.definition) == (other.kind, other.definition)
    return same and (is_nameless or is_numbered_differently(one, other))


def _free(name: str | None, taken: Collection[str]) -> str | None:
    """Return a name with the next number, if it is PostgreSQL's own and given to another."""
    found = _NUMBERED.fullmatch(name or "")
    if found is None or name not in taken:
        return name
    numbered = (_joined(found[1], f"_{found[2]}{number}") for number in count(1))
    return next(candidate for candidate in numbered if candidate not in taken)


def _joined(stem: str, end: str) -> str:
    return stem.encode()[: _LONGEST - len(end)].decode(errors="ignore") + end


def _names(schema: Schema) -> Mapping[str | None, set[str]]:
    """Return the names of tables, constraints and indexes, by the schema where they are."""
    names: dict[str | None, set[str]] = defaultdict(set)
    for table in schema.tables.values():
        found = {item.name for item in table.constraints} | {item.name for item in table.indexes}
        names[table.schema] |= {table.name, *filter(None, found)}
    return names


def _is_without_a_piece(shorter: str, longer: str) -> bool:
    """Whether the shorter text is the longer one with a piece cut out of it."""
    size = len(longer) - len(shorter)
    cuts = (longer[:place] + longer[place + size :] for place in range(len(shorter) + 1))
    return shorter in cuts
