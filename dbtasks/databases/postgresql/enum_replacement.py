"""Putting a new enumerated type in the place of an old one, as one statement for PostgreSQL.

The server itself finds the columns, defaults, checks and indexes that use the type, so that the
statement can be printed by `--sql` and run elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from dbtasks.operations.sql import text_literal


def with_values(name: str, values: Sequence[str]) -> str:
    """Return the statement that gives the type `name` (quoted) exactly these values."""
    labels = ", ".join(text_literal(value) for value in values)
    return _BLOCK.substitute(name=name, text=text_literal(name), labels=f"ARRAY[{labels}]::text[]")


def with_value(name: str, value: str, before: str | None) -> str:
    """Return the statement that gives a type one value more, at the end or before another.

    Unlike ALTER TYPE ... ADD VALUE it leaves the value usable in the same transaction.
    """
    place = "'infinity'::real"
    if before is not None:
        query = "SELECT enumsortorder - 0.5 FROM pg_enum WHERE enumtypid = kind"
        place = f"coalesce(({query} AND enumlabel = {text_literal(before)}), {place})"
    labels = _LABELS.substitute(value=text_literal(value), place=place)
    return _BLOCK.substitute(name=name, text=text_literal(name), labels=labels)


_LABELS = Template("""(
        SELECT array_agg(label ORDER BY place) FROM (
            SELECT enumlabel::text AS label, enumsortorder AS place
            FROM pg_enum WHERE enumtypid = kind
            UNION ALL SELECT $value, $place) AS labels)""")

_BLOCK = Template("""
DO $$do$$
DECLARE
    kind oid := $text::regtype;
    kinds oid[] := ARRAY[kind, (SELECT typarray FROM pg_type WHERE oid = kind)];
    labels text[] := $labels;
    columns text[] := '{}';
    again text[] := '{}';
    item record;
    statement text;
BEGIN
    -- Checks and indexes that name the type: away, and made again from their own definitions.
    FOR item IN
        SELECT DISTINCT c.conrelid::regclass AS host, c.conname AS name,
            pg_get_constraintdef(c.oid) AS definition
        FROM pg_constraint c JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass
            AND d.objid = c.oid AND d.refclassid = 'pg_type'::regclass AND d.refobjid = ANY (kinds)
        WHERE c.contype = 'c'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', item.host, item.name);
        again := again || format('ALTER TABLE %s ADD CONSTRAINT %I %s',
            item.host, item.name, item.definition);
    END LOOP;
    FOR item IN
        SELECT DISTINCT i.indexrelid::regclass AS name, pg_get_indexdef(i.indexrelid) AS definition
        FROM pg_index i JOIN pg_depend d ON d.classid = 'pg_class'::regclass
            AND d.objid = i.indexrelid AND d.refclassid = 'pg_type'::regclass
            AND d.refobjid = ANY (kinds)
    LOOP
        EXECUTE format('DROP INDEX %s', item.name);
        again := again || item.definition;
    END LOOP;
    -- Columns: their defaults away, their values over by way of text.
    FOR item IN
        SELECT a.attrelid::regclass AS host, a.attname AS name,
            CASE WHEN a.atttypid <> kind THEN '[]' ELSE '' END AS array_of,
            pg_get_expr(x.adbin, x.adrelid) AS value
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
        LEFT JOIN pg_attrdef x ON x.adrelid = a.attrelid AND x.adnum = a.attnum
        WHERE a.atttypid = ANY (kinds) AND NOT a.attisdropped
    LOOP
        IF item.value IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', item.host, item.name);
            again := again || format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s',
                item.host, item.name, item.value);
        END IF;
        columns := columns || format(
            'ALTER TABLE %s ALTER COLUMN %I TYPE $name%s USING %I::text%s::$name%s',
            item.host, item.name, item.array_of, item.name, item.array_of, item.array_of);
    END LOOP;
    ALTER TYPE $name RENAME TO dbtasks_replaced;
    EXECUTE 'CREATE TYPE $name AS ENUM (' || (SELECT string_agg(quote_literal(label), ', '
        ORDER BY place) FROM unnest(labels) WITH ORDINALITY AS u (label, place)) || ')';
    FOREACH statement IN ARRAY columns || again LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('DROP TYPE %s', kind::regtype);
END
$$do$$
""")
