"""The facts of a PostgreSQL database, read from its catalogs in a handful of queries.

Definitions are those that the server prints (pg_get_constraintdef and its like), so that two of
them differ only where the server sees a difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects import postgresql

from dbtasks.schema.facts import (
    CHECK,
    EXCLUDE,
    FOREIGN_KEY,
    PRIMARY_KEY,
    UNIQUE,
    Column,
    Constraint,
    Domain,
    Enum,
    Index,
    Schema,
    Table,
    key_of,
)

_KINDS = {"p": PRIMARY_KEY, "u": UNIQUE, "f": FOREIGN_KEY, "c": CHECK, "x": EXCLUDE}
_IDENTITIES = {"a": "ALWAYS", "d": "BY DEFAULT"}

_OWN = """
    n.nspname IN :schemas AND NOT EXISTS (
        SELECT 1 FROM pg_depend e WHERE e.objid = {oid} AND e.deptype = 'e')
"""
_TABLES = """
SELECT c.oid, n.nspname, c.relname, obj_description(c.oid, 'pg_class') AS comment,
    concat_ws(' ', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END,
        'PARTITION BY ' || pg_get_partkeydef(c.oid),
        'WITH (' || array_to_string(c.reloptions, ', ') || ')') AS options,
    ARRAY(SELECT p.relnamespace::regnamespace::text || ' ' || p.relname
        FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno) AS parents
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND
""" + _OWN.format(oid="c.oid")
_COLUMNS = """
SELECT a.attrelid AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
    NOT a.attnotnull AS nullable, pg_get_expr(d.adbin, d.adrelid) AS expression,
    a.attgenerated::text AS generated, a.attidentity::text AS identity,
    CASE WHEN a.attcollation <> t.typcollation THEN l.collname END AS collation,
    col_description(a.attrelid, a.attnum) AS comment,
    s.seqrelid::regclass::text AS sequence,
    concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
        s.seqcycle) AS sequence_options
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_depend o ON o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
    AND o.refclassid = 'pg_class'::regclass AND o.classid = 'pg_class'::regclass
    AND o.deptype IN ('a', 'i') AND EXISTS (SELECT 1 FROM pg_sequence WHERE seqrelid = o.objid)
LEFT JOIN pg_sequence s ON s.seqrelid = o.objid
WHERE a.attrelid IN :tables AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""
_CONSTRAINTS = """
SELECT k.conrelid AS table, k.conname AS name, k.contype::text AS kind,
    pg_get_constraintdef(k.oid) AS definition,
    n.nspname AS referred_schema, r.relname AS referred_name,
    ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
        ORDER BY u.place) AS columns
FROM pg_constraint k
LEFT JOIN pg_class r ON r.oid = k.confrelid
LEFT JOIN pg_namespace n ON n.oid = r.relnamespace
WHERE k.conrelid IN :tables AND k.contype IN ('p', 'u', 'f', 'c', 'x')
ORDER BY k.conrelid, k.contype, k.conname
"""
_INDEXES = """
SELECT i.indrelid AS table, c.relname AS name, i.indisunique AS unique,
    pg_get_indexdef(i.indexrelid) AS definition, i.indisvalid AS valid,
    ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
        ORDER BY u.place) AS columns
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid IN :tables
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid
      AND k.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, c.relname
"""
_USES = """
    ARRAY(SELECT a.attrelid::text || ' ' || a.attname FROM pg_attribute a
        WHERE a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped AND a.attnum > 0
        ORDER BY a.attrelid, a.attnum) AS uses
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = '{kind}' AND
""" + _OWN.format(oid="t.oid")
_ENUMS = """
SELECT n.nspname, t.typname,
    ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid
        ORDER BY e.enumsortorder) AS values,
""" + _USES.format(kind="e")
_DOMAINS = """
SELECT n.nspname, t.typname, concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
    (SELECT 'COLLATE ' || l.collname FROM pg_collation l JOIN pg_type b ON b.oid = t.typbasetype
        WHERE l.oid = t.typcollation AND l.oid <> b.typcollation),
    'DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN 'NOT NULL' END,
    (SELECT string_agg(concat_ws(' ', 'CONSTRAINT', k.conname, pg_get_constraintdef(k.oid)), ' '
        ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')
    ) AS definition,
""" + _USES.format(kind="d")

_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]

Keyed = TypeVar("Keyed", Table, Enum, Domain)
Grouped = dict[int, list[Row[Any]]]


def default_schema(connection: Connection) -> str:
    """Return the schema that a table without one is made in."""
    return str(connection.scalar(text("SELECT current_schema()")) or "public")


def read(connection: Connection, schemas: Mapping[str, str | None]) -> Schema:
    """Return the facts of the schemas.

    `schemas` maps the names that they have in the database to those that they go by in the
    result, None standing for the default schema.
    """
    wanted = {"schemas": list(schemas)}
    heads = _rows(connection, _TABLES, wanted)
    tables = _tables(connection, heads, schemas) if heads else {}
    keys = {head.oid: tables[head.oid].key for head in heads}
    enums = [_enum(row, schemas, keys) for row in _rows(connection, _ENUMS, wanted)]
    domains = [_domain(row, schemas, keys) for row in _rows(connection, _DOMAINS, wanted)]
    return Schema(_by_key(tables.values()), _by_key(enums), _by_key(domains))


def _by_key(items: Iterable[Keyed]) -> dict[str, Keyed]:
    return {item.key: item for item in sorted(items, key=lambda item: item.key)}


def _tables(
    connection: Connection, heads: list[Row[Any]], schemas: Mapping[str, str | None]
) -> dict[int, Table]:
    oids = {"tables": [head.oid for head in heads]}
    columns = _grouped(_rows(connection, _COLUMNS, oids))
    constraints = _grouped(_rows(connection, _CONSTRAINTS, oids))
    indexes = _grouped(_rows(connection, _INDEXES, oids))
    return {
        head.oid: Table(
            name=head.relname,
            schema=schemas[head.nspname],
            columns=tuple(_column(row, schemas) for row in columns[head.oid]),
            constraints=tuple(_constraint(row, schemas) for row in constraints[head.oid]),
            indexes=tuple(_index(row, schemas) for row in indexes[head.oid]),
            comment=head.comment,
            options=head.options,
            inherits=tuple(_parents(head, schemas)),
        )
        for head in heads
    }


def _rows(connection: Connection, query: str, parameters: dict[str, list[Any]]) -> list[Row[Any]]:
    statement = text(query).bindparams(*(bindparam(name, expanding=True) for name in parameters))
    return list(connection.execute(statement, parameters).all())


def _grouped(rows: Iterable[Row[Any]]) -> Grouped:
    groups: Grouped = defaultdict(list)
    for row in rows:
        groups[row.table].append(row)
    return groups


def _column(row: Row[Any], schemas: Mapping[str, str | None]) -> Column:
    default = row.expression and _as_called(row.expression, schemas)
    generated, identity = None, None
    if row.generated:
        kind = "stored" if row.generated == "s" else "virtual"
        default, generated = None, f"{default} {kind}"
    elif row.identity:
        identity = f"{_IDENTITIES[row.identity]} {row.sequence_options}"
    elif row.sequence and str(default).startswith("nextval("):
        # A serial column: which name its sequence has is no difference.
        default, identity = None, f"serial {row.sequence_options}"
    return Column(
        name=row.name,
        type=_as_called(row.type, schemas),
        nullable=row.nullable,
        default=default,
        generated=generated,
        identity=identity,
        collation=row.collation,
        comment=row.comment,
    )


def _parents(row: Row[Any], schemas: Mapping[str, str | None]) -> Iterator[str]:
    for parent in row.parents:
        schema, name = parent.split(" ", 1)
        yield key_of(name, schemas.get(schema, schema))


def _constraint(row: Row[Any], schemas: Mapping[str, str | None]) -> Constraint:
    referred = ""
    if row.referred_name:
        referred = key_of(row.referred_name, schemas.get(row.referred_schema, row.referred_schema))
    definition = _as_called(row.definition, schemas)
    if row.kind == "f":
        # The server qualifies the table by its search path; we by the schema that it goes by.
        definition = re.sub(
            r" REFERENCES .*?\((?=[^()]*\))", f" REFERENCES {referred} (", definition, count=1
        )
    return Constraint(_KINDS[row.kind], row.name, definition, tuple(row.columns), referred)


def _index(row: Row[Any], schemas: Mapping[str, str | None]) -> Index:
    definition = _as_called(row.definition.partition(" USING ")[2], schemas)
    valid = "" if row.valid else " INVALID"
    return Index(row.name, row.unique, definition + valid, tuple(row.columns))


def _as_called(sql: str, schemas: Mapping[str, str | None]) -> str:
    """Return SQL with the schemas of types and functions by the names that they go by."""
    for name, known in schemas.items():
        if known and known != name:
            sql = sql.replace(f"{name}.", f"{_quote(known)}.")
    return sql


def _enum(row: Row[Any], schemas: Mapping[str, str | None], keys: Mapping[int, str]) -> Enum:
    return Enum(row.typname, schemas[row.nspname], tuple(row.values), _uses(row, keys))


def _domain(row: Row[Any], schemas: Mapping[str, str | None], keys: Mapping[int, str]) -> Domain:
    definition = _as_called(row.definition, schemas)
    return Domain(row.typname, schemas[row.nspname], definition, _uses(row, keys))


def _uses(row: Row[Any], keys: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    uses = (use.split(" ", 1) for use in row.uses)
    return tuple(sorted((keys[int(oid)], column) for oid, column in uses if int(oid) in keys))
