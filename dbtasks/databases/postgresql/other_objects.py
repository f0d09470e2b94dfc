"""What a PostgreSQL database holds beside tables, columns, constraints, indexes, enums and domains.

Each as the server itself writes it down. What is an extension's is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, text

from dbtasks.schema.other_objects import OtherObject, OtherObjects

_NAME = "CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname || '.' END || {name}"
_TABLE = _NAME.format(name="c.relname")
_OF_A_TABLE = "JOIN pg_class c ON c.oid = {oid} JOIN pg_namespace n ON n.oid = c.relnamespace"
_RELATION = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
_OWN = """n.nspname IN :schemas AND NOT EXISTS (SELECT 1 FROM pg_depend e
    WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid} AND e.deptype = 'e')"""
_COLUMNS = """(SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod)),
    ', ' ORDER BY a.attnum) FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)"""


def _part(kind: str, name: str, table: str, definition: str, source: str, own: str) -> str:
    return (
        f"SELECT {kind} AS kind, ({name})::text AS name, ({table})::text AS on_table, "
        f"({definition})::text AS definition, NULLIF(n.nspname, current_schema()) AS schema "
        f"{source} AND {own}"
    )


def _of_class(kind: str, definition: str, condition: str, table: str = "''") -> str:
    own = _OWN.format(catalog="pg_class", oid="c.oid")
    return _part(kind, _TABLE, table, definition, f"{_RELATION} WHERE {condition}", own)


def _on_table(kind: str, name: str, definition: str, source: str, oid: str) -> str:
    joined = source.format(table=_OF_A_TABLE.format(oid=oid))
    return _part(
        kind, name, _TABLE, definition, joined, _OWN.format(catalog="pg_class", oid="c.oid")
    )


_PARTS = (
    _of_class(
        "CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END",
        "concat_ws(' ', pg_get_viewdef(c.oid), c.reloptions)",
        "c.relkind IN ('v', 'm')",
    ),
    _of_class(
        "'sequence'",
        "SELECT concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,"
        " s.seqcache, s.seqcycle) FROM pg_sequence s WHERE s.seqrelid = c.oid",
        "c.relkind = 'S' AND NOT EXISTS (SELECT 1 FROM pg_depend o WHERE o.objid = c.oid"
        " AND o.classid = 'pg_class'::regclass AND o.deptype IN ('a', 'i'))",
    ),
    _of_class("'foreign table'", _COLUMNS, "c.relkind = 'f'"),
    _of_class("'composite type'", _COLUMNS, "c.relkind = 'c'"),
    _of_class(
        "'partition'",
        "pg_get_expr(c.relpartbound, c.oid)",
        "c.relispartition AND c.relkind IN ('r', 'p', 'f')",
    ),
    _of_class(
        "'inheritance of'",
        "SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)"
        " FROM pg_inherits i WHERE i.inhrelid = c.oid",
        "c.relkind = 'r' AND NOT c.relispartition"
        " AND EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhrelid = c.oid)",
        table=_TABLE,
    ),
    _of_class(
        "'row security of'",
        "concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity)",
        "(c.relrowsecurity OR c.relforcerowsecurity)",
        table=_TABLE,
    ),
    _on_table(
        "'trigger'",
        "t.tgname",
        "concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)",
        "FROM pg_trigger t {table} WHERE NOT t.tgisinternal AND NOT c.relispartition",
        "t.tgrelid",
    ),
    _on_table(
        "'disabled constraint'",
        "k.conname",
        "string_agg(t.tgenabled::text, '')",
        "FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint {table}"
        " WHERE t.tgisinternal AND t.tgenabled <> 'O'",
        "t.tgrelid",
    )
    + " GROUP BY 1, 2, 3, n.nspname",
    _on_table(
        "'policy'",
        "p.polname",
        "concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), 'CHECK',"
        " pg_get_expr(p.polwithcheck, p.polrelid), ARRAY(SELECT pg_get_userbyid(r)"
        " FROM unnest(p.polroles) AS u (r) ORDER BY 1))",
        "FROM pg_policy p {table} WHERE true",
        "p.polrelid",
    ),
    _on_table(
        "'rule'",
        "r.rulename",
        "concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled)",
        "FROM pg_rewrite r {table} WHERE r.rulename <> '_RETURN'",
        "r.ev_class",
    ),
    _part(
        "CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END",
        _NAME.format(name="p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'"),
        "''",
        "CASE WHEN p.prokind = 'a' THEN 'aggregate' ELSE pg_get_functiondef(p.oid) END",
        "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE true",
        _OWN.format(catalog="pg_proc", oid="p.oid"),
    ),
    _part(
        "'range type'",
        _NAME.format(name="t.typname"),
        "''",
        "SELECT r.rngsubtype::regtype FROM pg_range r WHERE r.rngtypid = t.oid",
        "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'r'",
        _OWN.format(catalog="pg_type", oid="t.oid"),
    ),
    _part(
        "'collation'",
        _NAME.format(name="l.collname"),
        "''",
        "concat_ws(' ', l.collprovider, l.collcollate, l.collisdeterministic)",
        "FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace WHERE true",
        _OWN.format(catalog="pg_collation", oid="l.oid"),
    ),
    _part(
        "'statistics'",
        _NAME.format(name="s.stxname"),
        "''",
        "pg_get_statisticsobjdef(s.oid)",
        "FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE true",
        _OWN.format(catalog="pg_statistic_ext", oid="s.oid"),
    ),
    _on_table(
        "'comment on constraint'",
        "k.conname",
        "d.description",
        "FROM pg_description d JOIN pg_constraint k ON k.oid = d.objoid"
        " AND d.classoid = 'pg_constraint'::regclass {table} WHERE true",
        "k.conrelid",
    ),
    _on_table(
        "'comment on index'",
        "x.relname",
        "d.description",
        "FROM pg_description d JOIN pg_index i ON i.indexrelid = d.objoid"
        " AND d.classoid = 'pg_class'::regclass JOIN pg_class x ON x.oid = i.indexrelid {table}"
        " WHERE true",
        "i.indrelid",
    ),
    _part(
        "'comment on type'",
        _NAME.format(name="t.typname"),
        _NAME.format(name="t.typname"),
        "d.description",
        "FROM pg_description d JOIN pg_type t ON t.oid = d.objoid"
        " AND d.classoid = 'pg_type'::regclass JOIN pg_namespace n ON n.oid = t.typnamespace"
        " WHERE true",
        _OWN.format(catalog="pg_type", oid="t.oid"),
    ),
)


def read(connection: Connection, schemas: Iterable[str]) -> OtherObjects:
    """Return all that there is in the schemas, by their names in the database."""
    query = text(" UNION ALL ".join(_PARTS)).bindparams(bindparam("schemas", expanding=True))
    rows = connection.execute(query, {"schemas": sorted(schemas)}).all()
    return tuple(
        OtherObject(row.kind, row.name, row.definition or "", row.on_table, row.schema)
        for row in rows
    )
