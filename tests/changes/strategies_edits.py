"""Edits of models, one function each; where an edit finds nothing to do, the models stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from hypothesis import strategies as st

from tests.changes import strategies_parts as parts
from tests.changes import strategies_types as t
from tests.changes.strategies import Target, column, model_table, part_of, with_computed
from tests.changes.strategies_model import Column, Model, Part, Table
from tests.changes.strategies_retyping import other_kind, retyped, same_kind

Edit = Callable[[Callable, Model, Target, int], Model]
_COMMENTS = (None, "said anew", 'it\'s 5%: "q"')


def add_column(draw, model: Model, target: Target, number: int) -> Model:
    """Add a plain column, NOT NULL perhaps."""
    table = draw(st.sampled_from(model.tables))
    new = draw(column(f"new {number}", target))
    inline = tuple(word for word in new.inline if new.nullable or "unique" not in word)
    if "not_null=True" in new.type.text:  # which no row that exists could meet at first
        return model
    return _with(model, table, columns=(*table.columns, replace(new, inline=inline)))


def drop_column(draw, model: Model, target: Target, number: int) -> Model:
    """Drop a column, with all that needs it."""
    # Rows that exist could not have a column back whose type allows no NULL.
    found = _columns(
        model, lambda table, item: len(table.columns) > 1 and "not_null=True" not in item.type.text
    )
    if not found:
        return model
    table, gone = draw(st.sampled_from(found))
    return model.with_table(table, _without(table, gone))


def retype_column(draw, model: Model, target: Target, number: int) -> Model:
    """Change a type, to one of the same kind or of another."""
    found = _columns(model, lambda _, c: not c.made and bool(same_kind(c) or other_kind(c)))
    if not found:
        return model
    table, old = draw(st.sampled_from(found))
    same = same_kind(old)
    type_ = draw(st.sampled_from([*same, *other_kind(old)]))
    if type_ in same:
        return model.with_table(table, table.with_column(old, retyped(old, type_)))
    place = table.columns.index(old)
    columns = list(_without(table, old).columns)
    columns.insert(place, replace(retyped(old, type_), inline=()))
    return _with(model, table, columns=tuple(columns), parts=_without(table, old).parts)


def change_default(draw, model: Model, target: Target, number: int) -> Model:
    """Give a column a server default, another one, or none."""
    found = _columns(model, lambda _, c: not c.made and bool(c.type.defaults))
    if not found:
        return model
    table, old = draw(st.sampled_from(found))
    default = draw(st.sampled_from([None, *old.type.defaults]))
    return model.with_table(table, table.with_column(old, replace(old, default=default)))


def change_nullability(draw, model: Model, target: Target, number: int) -> Model:
    """Let a column be NULL, or not."""
    found = _columns(model, lambda _, c: not c.made)
    if not found:
        return model
    table, old = draw(st.sampled_from(found))
    return model.with_table(table, table.with_column(old, replace(old, nullable=not old.nullable)))


def change_comment(draw, model: Model, target: Target, number: int) -> Model:
    """Change the comment on a column."""
    table, old = draw(st.sampled_from(list(model.columns())))
    new = replace(old, comment=draw(st.sampled_from(_COMMENTS)))
    return model.with_table(table, table.with_column(old, new))


def change_table_comment(draw, model: Model, target: Target, number: int) -> Model:
    """Change the comment on a table."""
    table = draw(st.sampled_from(model.tables))
    kept = tuple(option for option in table.options if not option.startswith("comment="))
    comment = draw(st.sampled_from(_COMMENTS))
    options = kept if comment is None else (*kept, f"comment={comment!r}")
    return _with(model, table, options=options)


def add_part(draw, model: Model, target: Target, number: int) -> Model:
    """Add a check, a unique or exclude constraint, or an index."""
    table = draw(st.sampled_from(model.tables))
    part = draw(part_of(table, target, model.convention, number + 5))
    return _with(model, table, parts=(*table.parts, part)) if part else model


def drop_part(draw, model: Model, target: Target, number: int) -> Model:
    """Drop a constraint or an index; that of a column's own line too."""
    found = [(table, part) for table in model.tables for part in table.parts]
    found += [(table, c) for table, c in model.columns() if c.inline and not parts.is_key(c)]
    if not found:
        return model
    table, gone = draw(st.sampled_from(found))
    if isinstance(gone, Column):
        return model.with_table(table, table.with_column(gone, replace(gone, inline=())))
    return _with(model, table, parts=tuple(part for part in table.parts if part is not gone))


def add_reference(draw, model: Model, target: Target, number: int) -> Model:
    """Add columns that refer to a table's key."""
    targets = [item for item in model.tables if parts.key_columns(item) and _is_logged(item)]
    if not targets:
        return model
    table, other = draw(st.sampled_from(model.tables)), draw(st.sampled_from(targets))
    new = [
        Column(f"to{number}_{place}", key.type)
        for place, key in enumerate(parts.key_columns(other))
    ]
    table_with = replace(table, columns=(*table.columns, *new))
    part = parts.foreign_key(draw, table_with, other, new, f", name='fk new {number}'")
    return model.with_table(table, replace(table_with, parts=(*table.parts, part)))


def change_reference(draw, model: Model, target: Target, number: int) -> Model:
    """Change what a foreign key does when its target goes."""
    found = [(table, part) for table in model.tables for part in table.parts if part.refers]
    if not found:
        return model
    table, old = draw(st.sampled_from(found))
    other = next(item for item in model.tables if item.key == old.refers)
    columns = [item for item in table.columns if item.name in old.columns]
    new = parts.foreign_key(draw, table, other, columns, f", name='fk changed {number}'")
    kept = tuple(new if part is old else part for part in table.parts)
    return _with(model, table, parts=kept)


def change_computed(draw, model: Model, target: Target, number: int) -> Model:
    """Add a computed column, or change or drop the one that there is."""
    table = draw(st.sampled_from(model.tables))
    old = table.column("derived")
    bare = _without(table, old) if old else table
    new = bare if draw(st.integers(0, 2)) == 0 else draw(with_computed(bare, target, always=True))
    return model.with_table(table, new)


def change_identity(draw, model: Model, target: Target, number: int) -> Model:
    """Let an integer key count in another way."""
    found = [
        (table, key[0])
        for table in model.tables
        for key in [parts.key_columns(table)]
        if len(key) == 1 and key[0].name == "id"
    ]
    if not found:
        return model
    table, old = draw(st.sampled_from(found))
    made = draw(st.sampled_from(["", "autoincrement=False", *t.IDENTITIES]))
    return model.with_table(table, table.with_column(old, replace(old, made=made)))


def change_schema(draw, model: Model, target: Target, number: int) -> Model:
    """Move a table to another schema."""
    found = [item for item in model.tables if not _is_referred_to(model, item)]
    if not target.version or not found:
        return model
    table = draw(st.sampled_from(found))
    others = [name for name in (None, "other", "Other One") if name != table.schema]
    moved = replace(table, schema=draw(st.sampled_from(others)))
    return model if model.table(moved.key) else model.with_table(table, moved)


def add_table(draw, model: Model, target: Target, number: int) -> Model:
    """Add a table."""
    logged = tuple(item for item in model.tables if _is_logged(item))
    new = draw(model_table(f"table {number}", target, logged, model.convention))
    return replace(model, tables=(*model.tables, new))


def drop_table(draw, model: Model, target: Target, number: int) -> Model:
    """Drop a table that no other one refers to."""
    found = [item for item in model.tables if not _is_referred_to(model, item, by_itself=False)]
    if len(model.tables) < 2 or not found:
        return model
    gone = draw(st.sampled_from(found))
    return replace(model, tables=tuple(table for table in model.tables if table is not gone))


def _with(model: Model, table: Table, **changes: object) -> Model:
    return model.with_table(table, replace(table, **changes))


def _columns(model: Model, wanted: Callable[[Table, Column], bool]) -> list[tuple[Table, Column]]:
    """Return columns that stand in no key and no foreign key, and are not computed."""
    referring = {
        (table.key, name)
        for table in model.tables
        for part in table.parts
        if part.refers
        for name in part.columns
    }
    return [
        (table, item)
        for table, item in model.columns()
        if not parts.is_key(item)
        and (table.key, item.name) not in referring
        and "Computed" not in item.made
        and wanted(table, item)
    ]


def _without(table: Table, gone: Column) -> Table:
    """Return a table without a column, and without what needs it."""
    names = {gone.name, *(c.name for c in table.columns if gone.name in c.needs)}
    return replace(
        table,
        columns=tuple(c for c in table.columns if c.name not in names),
        parts=tuple(part for part in table.parts if not _needs(part, names)),
    )


def _needs(part: Part, names: Iterable[str]) -> bool:
    return any(name in part.columns or repr(name) in part.source for name in names)


def _is_referred_to(model: Model, table: Table, *, by_itself: bool = True) -> bool:
    return any(
        part.refers == table.key
        for other in model.tables
        for part in other.parts
        if by_itself or other is not table
    )


def _is_logged(table: Table) -> bool:
    return not any("UNLOGGED" in option for option in table.options)
