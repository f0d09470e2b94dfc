"""What of the models a database can build."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from dbtasks.autogenerate.state.filters import Filter


def to_build(metadata: sa.MetaData, included: Filter) -> sa.MetaData:
    """Return the models as a database can build them; the given ones stay as they are.

    Tables that are left out, which may be of strange types, are missing, except those that others
    refer to. An index that stands there twice, as by `index=True` and by `Index`, is there once.
    """
    tables = list(metadata.tables.values())
    left_out = {t.key for t in tables if not included.includes_table(t.name, t.schema)}
    wanted = [table for table in tables if table.key not in left_out]
    referred = {key.target_fullname.rpartition(".")[0] for t in wanted for key in t.foreign_keys}
    missing = left_out - referred
    if not missing and not any(True for table in tables for _ in _repeated(table)):
        return metadata
    kept = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in tables:
        if table.key not in missing:
            copy = table.to_metadata(kept)
            copy.indexes.difference_update(list(_repeated(copy)))
    return kept


def _repeated(table: sa.Table) -> Iterator[sa.Index]:
    """Yield the indexes that another one is already, by name and definition."""
    known: set[tuple[object, ...]] = set()
    for index in table.indexes:
        if index.name is None:
            continue
        options = sorted((name, str(value)) for name, value in index.dialect_kwargs.items())
        columns = map(str, index.expressions)
        definition = (index.name, index.unique, *columns, *options)
        if definition in known:
            yield index
        known.add(definition)
