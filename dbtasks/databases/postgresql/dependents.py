"""What reads the columns of a table on PostgreSQL, which changes none of them underneath it.

Views and materialized views, those that read these, and so on; rules, triggers with conditions,
policies, and functions whose body the server has parsed.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from dbtasks.operations.sql import POSTGRESQL, literal_sql, quoted, text_literal
from dbtasks.schema.other_objects import OtherObject


def columns_of(table: str, schema: str | None, columns: Collection[str]) -> str:
    """Return the condition on `pg_attribute` (a) that is met by some columns of a table.

    Without columns, by all of them and by the table itself.
    """
    place = text_literal(quoted(POSTGRESQL, schema, table))
    names = ", ".join(map(text_literal, columns))
    which = f"a.attname IN ({names})" if names else "(a.attnum > 0 OR a.attname = 'tableoid')"
    return f"a.attrelid = to_regclass({place}) AND {which}"


def columns_with_type(name: str) -> str:
    """Return the same of the columns of a type, or of arrays of it. `name` is quoted."""
    types = f"SELECT oid, typarray FROM pg_type WHERE oid = to_regtype({text_literal(name)})"
    return f"EXISTS (SELECT 1 FROM ({types}) AS t WHERE a.atttypid IN (t.oid, t.typarray))"


def closure(columns: str) -> str:
    """Return the beginning of a query: WITH `gone` and `others`, which depend on columns.

    `gone` are relations and functions that have to be dropped, by what they stand on (`level`);
    `others` is what reads the same, or them, and stands on a table that stays.
    """
    return f"WITH RECURSIVE {_FAMILY.format(columns=columns)}{_BASE}{_GONE}{_OTHERS}"


def dependents(
    connection: sa.Connection, table: str, schema: str | None, columns: Collection[str]
) -> list[OtherObject]:
    """Return what reads columns of a table. Without columns, what reads the table at all."""
    return named(connection, columns_of(table, schema, columns))


def readers(
    connection: sa.Connection,
    table: str,
    schema: str | None,
    columns: Collection[str],
    going: Collection[str],
) -> list[str]:
    """Return the same as texts, without what stands on tables that are `going`."""
    found = dependents(connection, table, schema, columns)
    return [item.text for item in found if item.table not in going]


def dependents_on_type(
    connection: sa.Connection, name: str, schema: str | None
) -> list[OtherObject]:
    """Return what reads columns of an enumerated type."""
    return named(connection, columns_with_type(quoted(POSTGRESQL, schema, name)))


def named(connection: sa.Connection, columns: str) -> list[OtherObject]:
    """Return what depends on columns that meet a condition, by kind and name."""
    if not connection.scalar(literal_sql(_IS_READ.format(columns=columns))):
        return []
    rows = connection.execute(literal_sql(closure(columns) + _NAMED)).all()
    return [OtherObject(kind, name, "", table) for kind, name, table in rows]


# Most tables are read by nothing of the kind, which is found out in a fraction of the time.
_READING = """d.deptype = 'n' AND d.classid IN ('pg_rewrite'::regclass, 'pg_trigger'::regclass,
    'pg_policy'::regclass, 'pg_proc'::regclass)"""
_IS_READ = f"""WITH hosts AS (
    SELECT DISTINCT a.attrelid AS host FROM pg_attribute a WHERE {{columns}})
SELECT EXISTS (SELECT 1 FROM hosts JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass
    AND d.refobjid = host WHERE {_READING})
OR EXISTS (SELECT 1 FROM hosts JOIN pg_constraint k ON k.conrelid = host
    JOIN pg_depend d ON d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid
    WHERE {_READING})
OR EXISTS (SELECT 1 FROM hosts JOIN pg_inherits i ON i.inhparent = host)"""

# Columns of partitions and of inheriting tables change with those of their parents.
_FAMILY = """family AS (
    SELECT a.attrelid AS relation, a.attname AS name FROM pg_attribute a
    WHERE NOT a.attisdropped AND {columns}
    UNION
    SELECT i.inhrelid, f.name FROM family f JOIN pg_inherits i ON i.inhparent = f.relation
), """

# Its tableoid stands for a table itself. GROUP BY a primary key makes a view depend on that.
_BASE = """base AS (
    SELECT 'pg_class'::regclass AS class, a.attrelid AS object, greatest(a.attnum, 0) AS part
    FROM family f JOIN pg_attribute a ON a.attrelid = f.relation AND a.attname = f.name
    UNION
    SELECT 'pg_constraint'::regclass, k.oid, 0
    FROM family f JOIN pg_attribute a ON a.attrelid = f.relation AND a.attname = f.name
    JOIN pg_constraint k ON k.conrelid = f.relation AND a.attnum = ANY (k.conkey)
), """

# A function that takes or gives rows of a view can't stay where it goes.
_GONE = """gone_at AS (
    SELECT 'pg_class'::regclass AS class, r.ev_class AS object, 1 AS level
    FROM base b JOIN pg_depend d ON d.refclassid = b.class AND d.refobjid = b.object
        AND d.refobjsubid = b.part AND d.classid = 'pg_rewrite'::regclass AND d.deptype = 'n'
    JOIN pg_rewrite r ON r.oid = d.objid AND r.rulename = '_RETURN'
    UNION
    SELECT CASE WHEN r.oid IS NULL THEN 'pg_proc'::regclass ELSE 'pg_class'::regclass END,
        coalesce(r.ev_class, d.objid), g.level + 1
    FROM gone_at g
    LEFT JOIN pg_type t ON g.class = 'pg_class'::regclass AND t.typrelid = g.object
    JOIN pg_depend d ON d.deptype = 'n' AND (d.refclassid = g.class AND d.refobjid = g.object
        OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray))
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
        AND r.rulename = '_RETURN'
    WHERE g.level < 100 AND coalesce(r.ev_class, d.objid) <> g.object AND (r.oid IS NOT NULL
        OR d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass)
), gone AS (
    SELECT class, object, max(level) AS level FROM gone_at GROUP BY class, object
), """

_OTHERS = """needed AS (
    SELECT class, object, part FROM base UNION ALL SELECT class, object, NULL FROM gone
    UNION ALL SELECT 'pg_type'::regclass, x.oid, NULL
    FROM gone g JOIN pg_type t ON t.typrelid = g.object AND g.class = 'pg_class'::regclass
    CROSS JOIN LATERAL (VALUES (t.oid), (t.typarray)) AS x (oid)
), others AS (
    SELECT DISTINCT d.classid AS class, d.objid AS object, h.oid AS host
    FROM pg_depend d JOIN needed n ON d.refclassid = n.class AND d.refobjid = n.object
        AND (n.part IS NULL OR d.refobjsubid = n.part)
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
    LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
    LEFT JOIN pg_class h ON h.oid = coalesce(r.ev_class, t.tgrelid, p.polrelid)
    WHERE d.deptype = 'n' AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.class = d.classid
            AND g.object = d.objid OR g.class = 'pg_class'::regclass AND g.object = h.oid)
        AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = d.classid
            AND e.objid = d.objid AND e.deptype IN ('P', 'S'))
        AND (h.oid IS NOT NULL AND coalesce(r.rulename, '') <> '_RETURN'
            AND coalesce(NOT t.tgisinternal, true) OR d.classid = 'pg_proc'::regclass)
)"""

_NAME = "CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname || '.' END || {name}"
_NAMED = f"""
SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS kind,
    {_NAME.format(name="c.relname")} AS name, '' AS host
FROM gone g JOIN pg_class c ON c.oid = g.object AND g.class = 'pg_class'::regclass
JOIN pg_namespace n ON n.oid = c.relnamespace
UNION ALL
SELECT 'function', {_NAME.format(name="p.proname")} || '('
    || pg_get_function_identity_arguments(p.oid) || ')', ''
FROM (SELECT class, object FROM gone UNION SELECT class, object FROM others) AS x
JOIN pg_proc p ON p.oid = x.object AND x.class = 'pg_proc'::regclass
JOIN pg_namespace n ON n.oid = p.pronamespace
UNION ALL
SELECT CASE WHEN r.oid IS NOT NULL THEN 'rule' WHEN t.oid IS NOT NULL THEN 'trigger'
    ELSE 'policy' END, coalesce(r.rulename, t.tgname, p.polname), {_NAME.format(name="c.relname")}
FROM others o JOIN pg_class c ON c.oid = o.host JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_rewrite r ON o.class = 'pg_rewrite'::regclass AND r.oid = o.object
LEFT JOIN pg_trigger t ON o.class = 'pg_trigger'::regclass AND t.oid = o.object
LEFT JOIN pg_policy p ON o.class = 'pg_policy'::regclass AND p.oid = o.object
ORDER BY 1 DESC, 2, 3"""
