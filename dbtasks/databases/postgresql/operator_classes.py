"""Operator classes that only the database names, where PostgreSQL has none of its own to take.

A GIN index over text can't be made without one. Models that tell just the index are built with that
of the index which is there by its name: to go without was never possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Index, MetaData, text

from dbtasks.databases.postgresql import catalog

_WITHOUT_DEFAULT = """
SELECT n.nspname AS schema, t.relname AS table_name, c.relname AS index_name, m.amname AS method,
    a.attname AS column,
    CASE WHEN pg_opclass_is_visible(o.oid) THEN quote_ident(o.opcname)
        ELSE quote_ident(p.nspname) || '.' || quote_ident(o.opcname) END AS operator_class
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indclass::oid[]) AS u (number, class)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
JOIN pg_opclass o ON o.oid = u.class JOIN pg_namespace p ON p.oid = o.opcnamespace
WHERE NOT EXISTS (SELECT 1 FROM pg_opclass d
    WHERE d.opcmethod = o.opcmethod AND d.opcintype = o.opcintype AND d.opcdefault)
"""
_Place = tuple[str, str, str, str]


@contextmanager
def operator_classes_known(connection: Connection, metadata: MetaData) -> Iterator[None]:
    """Let the indexes of `metadata` have the operator classes meanwhile that the database knows."""
    default, known = catalog.default_schema(connection), _known(connection)
    before = []
    for table in metadata.tables.values() if known else ():
        for index in table.indexes:
            options = index.dialect_options["postgresql"]
            place = table.schema or default, table.name, str(index.name), _method(index)
            found = known.get(place, {})
            classes = {item.key: found[item.name] for item in index.columns if item.name in found}
            before.append((options, options["ops"]))
            options["ops"] = {**classes, **options["ops"]}
    try:
        yield
    finally:
        for options, given in before:
            options["ops"] = given


def _known(connection: Connection) -> dict[_Place, dict[str, str]]:
    """Return the operator classes by column, of each index that can't be without them."""
    found: defaultdict[_Place, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(text(_WITHOUT_DEFAULT)):
        place = row.schema, row.table_name, row.index_name, row.method
        found[place][row.column] = row.operator_class
    return found


def _method(index: Index) -> str:
    return str(index.dialect_options["postgresql"]["using"] or "btree").lower()
