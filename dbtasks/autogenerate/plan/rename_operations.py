"""The operations that rename, and those by which the names of parts follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.plan.blocks import RenameColumnOp, RenameTableOp
from dbtasks.autogenerate.plan.rename_order import Place, Step, folded, in_turn, put_aside
from dbtasks.autogenerate.plan.renames import Renames
from dbtasks.autogenerate.state.definitions import fixed_name
from dbtasks.databases.backend import Backend
from dbtasks.operations.enums import RenameEnumOp, RenameEnumValueOp
from dbtasks.operations.names import default_name, sequence_name
from dbtasks.operations.renames import RenameConstraintOp, RenameIndexOp, RenameSequenceOp
from dbtasks.operations.schemas import MoveTableOp
from dbtasks.schema.difference import ConstraintRenamed, Difference, IndexRenamed
from dbtasks.schema.facts import CHECK, FOREIGN_KEY, Constraint, Enum, Schema, Table


def rename_operations(
    renames: Renames, old: Schema, backend: Backend
) -> Iterator[MigrateOperation]:
    """Yield the operations that rename, and let names follow that the database had chosen.

    Values of enums come first: where they are used is told by the old names.
    """
    values = (_value_step(*value) for value in renames.values)
    yield from _carried_out(values)
    for enum, named in renames.enums:
        yield RenameEnumOp(enum.name, (named.name,), enum.schema)
    in_the_way = list(_parts_in_the_way(renames, old, backend))
    yield from _carried_out(in_the_way)
    yield from _table_operations(renames, old)
    asides = {step.old: step.new for step in in_the_way}
    followers: list[Step] = []
    for key, before in old.tables.items():
        after = renames.tables.get(key, before)
        columns = {name: new for at, name, new in renames.columns if at == after.key}
        if key in renames.tables or columns:
            after = _renamed(before, after, columns)
            steps = (_column_step(after, name, new) for name, new in columns.items())
            yield from _carried_out(steps, [(after.key, c.name) for c in after.columns])
            followers += _followers(before, after, asides, backend)
        if key in renames.going:
            followers += _left_to_others(before, after, old)
    yield from _carried_out(followers)


def taken_over(renames: Renames, new: Schema) -> bool:
    """Whether a name that something gives up is there afterwards as well."""
    columns = (new.tables[key].column(name) for key, name, _ in renames.columns)
    return any(key in new.tables for key in renames.tables) or any(columns)


def early_renames(differences: Iterable[Difference], actual: Schema) -> Iterator[MigrateOperation]:
    """Yield the renames of constraints and indexes that are to come before all else.

    What takes over a table's name, or a column's, wants the names of its constraints and indexes
    too. A name that something else has goes on having it; there the differences are left.
    """
    steps = [step for item in differences for step in _part_steps(item)]
    tables = actual.tables.values()
    held = {folded(step.old) for table in tables for step in _parts(table)}
    while True:
        others = held - {folded(step.old) for step in steps}
        free = [step for step in steps if folded(step.new) not in others]
        if len(free) == len(steps):
            break
        steps = free
    yield from _carried_out(steps, held)


def _carried_out(steps: Iterable[Step], held: Collection[Place] = ()) -> Iterator[MigrateOperation]:
    for step in in_turn(steps, held):
        yield from step.operations(step.old, step.new)


def _value_step(enum: Enum, old: str, new: str) -> Step:
    def operations(before: Place, after: Place) -> Iterator[MigrateOperation]:
        yield RenameEnumValueOp(enum.name, before[1], after[1], enum.uses, enum.schema)

    return Step((enum.key, old), (enum.key, new), operations)


def _column_step(table: Table, old: str, new: str) -> Step:
    def operations(before: Place, after: Place) -> Iterator[MigrateOperation]:
        yield RenameColumnOp(table.name, before[1], schema=table.schema, modify_name=after[1])

    return Step((table.key, old), (table.key, new), operations)


def _table_operations(renames: Renames, old: Schema) -> Iterator[MigrateOperation]:
    """Yield the renames of tables, and the moves to other schemas."""
    held = {(table.schema, table.name) for table in old.tables.values()}

    def operations(before: Place, after: Place) -> Iterator[MigrateOperation]:
        held.discard(before)
        yield from _moved(before, after, held)
        held.add(after)

    steps = (
        Step((old.tables[key].schema, old.tables[key].name), (new.schema, new.name), operations)
        for key, new in renames.tables.items()
    )
    yield from _carried_out(steps, {*held, *((t.schema, t.name) for t in renames.tables.values())})


def _moved(old: Place, new: Place, held: Collection[Place]) -> Iterator[MigrateOperation]:
    """Yield what takes a table from one place to another, under a name that is free in both."""
    (schema, name), (new_schema, new_name) = old, new
    if schema == new_schema:
        yield RenameTableOp(name, new_name, schema=schema)
        return
    names = (name, new_name, put_aside((schema, name), held)[1])
    way = next(n for n in names if not {(schema, n), (new_schema, n)} & {*held})
    if way != name:
        yield RenameTableOp(name, way, schema=schema)
    yield MoveTableOp(way, new_schema, schema)
    if way != new_name:
        yield RenameTableOp(way, new_name, schema=new_schema)


def _renamed(table: Table, named: Table, new_names: Mapping[str, str]) -> Table:
    """Return a table in another place, with columns under other names, in its constraints too."""

    def names(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new_names.get(name, name) for name in columns)

    return replace(
        table,
        name=named.name,
        schema=named.schema,
        columns=tuple(replace(c, name=new_names.get(c.name, c.name)) for c in table.columns),
        constraints=tuple(replace(c, columns=names(c.columns)) for c in table.constraints),
    )


def _parts_in_the_way(renames: Renames, old: Schema, backend: Backend) -> Iterator[Step]:
    """Yield what puts aside the names of parts that a table can't take to another schema.

    Something else has them there.
    """
    parts = {key: [*_counting(table, backend), *_parts(table)] for key, table in old.tables.items()}
    held = {folded(step.old) for steps in parts.values() for step in steps}
    for key, new in renames.tables.items():
        for step in parts[key] if new.schema != old.tables[key].schema else ():
            if folded((new.schema, step.old[1])) in held:
                aside = put_aside(step.old, held)
                held |= {folded(aside), folded((new.schema, aside[1]))}
                yield replace(step, new=aside)


def _followers(
    before: Table, after: Table, asides: Mapping[Place, Place], backend: Backend
) -> Iterator[Step]:
    """Yield the renames of sequences, and of constraints that PostgreSQL had named itself.

    `asides` are those of their names that have been put aside.
    """

    def now(name: str) -> str:
        return asides.get((before.schema, name), (None, name))[1]

    for old_column, new_column in zip(before.columns, after.columns, strict=True):
        if backend.counts(before, old_column):
            old_name = now(sequence_name(before.name, old_column.name))
            new_name = sequence_name(after.name, new_column.name)
            if old_name != new_name:
                yield _sequence_step(after, old_name, new_name)
    for old, new in zip(before.constraints, after.constraints, strict=True):
        old_name, new_name = default_name(before.name, old), default_name(after.name, new)
        if old.name in {None, old_name} and now(old_name) != new_name:
            yield _constraint_step(after, new, now(old_name), new_name)


def _left_to_others(before: Table, after: Table, old: Schema) -> Iterator[Step]:
    """Yield what puts aside the names of parts of a table that goes; another may want them."""
    held = {folded(step.old) for table in old.tables.values() for step in _parts(table)}
    own = {default_name(before.name, item) for item in before.constraints}
    for step in _parts(after):
        if step.old[1] not in own:
            aside = put_aside(step.old, held)
            held.add(folded(aside))
            yield replace(step, new=aside)


def _counting(table: Table, backend: Backend) -> Iterator[Step]:
    """Yield a step for each sequence of a table, which leads to no other name."""
    for column in table.columns:
        if backend.counts(table, column):
            name = sequence_name(table.name, column.name)
            yield _sequence_step(table, name, name)


def _parts(table: Table) -> Iterator[Step]:
    """Yield a step for each index of a table, and each constraint, which leads to no other name."""
    yield from (_index_step(table, index.name, index.name) for index in table.indexes)
    for item in table.constraints:
        name = str(fixed_name(table, item))
        yield _constraint_step(table, item, name, name)


def _sequence_step(table: Table, old: str, new: str) -> Step:
    def operations(before: Place, after: Place) -> Iterator[MigrateOperation]:
        yield RenameSequenceOp(before[1], after[1], schema=table.schema)

    return Step((table.schema, old), (table.schema, new), operations)


def _constraint_step(table: Table, constraint: Constraint, old: str, new: str) -> Step:
    def operations(before: Place, after: Place) -> Iterator[MigrateOperation]:
        names = before[1], after[1]
        yield RenameConstraintOp(*names, table.name, table.schema, constraint.kind)

    scope = _scope(table, constraint)
    return Step((scope, old), (scope, new), operations)


def _part_steps(item: Difference) -> Iterator[Step]:
    if isinstance(item, ConstraintRenamed):
        names = fixed_name(item.table, item.old), fixed_name(item.table, item.new)
        yield _constraint_step(item.table, item.new, *names)
    elif isinstance(item, IndexRenamed):
        yield _index_step(item.table, item.old.name, item.new.name)


def _index_step(table: Table, old: str, new: str) -> Step:
    def operations(before: Place, after: Place) -> Iterator[MigrateOperation]:
        yield RenameIndexOp(before[1], after[1], schema=table.schema)

    return Step((table.schema, old), (table.schema, new), operations)


def _scope(table: Table, constraint: Constraint) -> str | None:
    """Return where a constraint's name is the only one: one with an index, in the schema."""
    return table.key if constraint.kind in {FOREIGN_KEY, CHECK} else table.schema
