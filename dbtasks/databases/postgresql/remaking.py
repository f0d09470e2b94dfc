"""How PostgreSQL's objects are dropped and made again, as statements that the server writes.

Each belongs to a step; those below 1 take down, the others put up, in the order of their steps.
Within a step, what others stand on comes first on the way up, and last on the way down.
"""

from __future__ import annotations

_PLACE = "format('%I.%I', n.nspname, c.relname)"
_ENABLED = "CASE {} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END"
_OPTIONS = """coalesce(' WITH (' || (SELECT string_agg(format('%I = %L', split_part(o, '=', 1),
    substr(o, strpos(o, '=') + 1)), ', ') FROM unnest(v.reloptions) AS o) || ')', '')"""
_GRANTEE = "CASE {0} WHEN 0 THEN 'PUBLIC' ELSE format('%I', pg_get_userbyid({0})) END"
_GRANTABLE = "CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"


def _attached(kind: str, alias: str, host: str, condition: str, columns: str) -> str:
    """Return the query for rules and triggers: of what goes, and of what stays and needs it."""
    return f"""(
    SELECT {alias}.oid, {columns}, {_PLACE} AS host FROM pg_{kind} {alias}
    JOIN pg_class c ON c.oid = {alias}.{host} JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {condition} AND ({alias}.{host} IN (SELECT oid FROM relations) OR {alias}.oid IN
        (SELECT object FROM others WHERE class = 'pg_{kind}'::regclass)))"""


_RULES = _attached("rewrite", "r", "ev_class", "r.rulename <> '_RETURN'", "rulename, ev_enabled")
_TRIGGERS = _attached("trigger", "t", "tgrelid", "NOT t.tgisinternal", "tgname, tgenabled")
_SUBJECTS = f"""relations AS (
    SELECT c.*, g.level, {_PLACE} AS place,
        CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
    FROM gone g JOIN pg_class c ON c.oid = g.object AND g.class = 'pg_class'::regclass
    JOIN pg_namespace n ON n.oid = c.relnamespace
), rules AS {_RULES},
triggers AS {_TRIGGERS},
policies AS (
    SELECT p.*, {_PLACE} AS host, pg_get_expr(p.polqual, p.polrelid) AS condition,
        pg_get_expr(p.polwithcheck, p.polrelid) AS rule
    FROM others o JOIN pg_policy p ON p.oid = o.object AND o.class = 'pg_policy'::regclass
    JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
), routines AS (
    SELECT p.*, g.level, format('%I.%I(%s)', n.nspname, p.proname,
        pg_get_function_identity_arguments(p.oid)) AS place
    FROM gone g JOIN pg_proc p ON p.oid = g.object AND g.class = 'pg_proc'::regclass
    JOIN pg_namespace n ON n.oid = p.pronamespace
), emptied AS (
    SELECT pg_get_functiondef(p.oid) AS definition
    FROM others o JOIN pg_proc p ON p.oid = o.object AND o.class = 'pg_proc'::regclass
)"""

# A function stays and loses its body for a while: its rights and what calls it stay too. So do
# policies, which let nobody through meanwhile.
_DOWN = r"""
    SELECT -1 AS step, 0 AS level, format('DROP RULE %I ON %s', rulename, host) AS item FROM rules
    UNION ALL SELECT -1, 0, format('DROP TRIGGER %I ON %s', tgname, host) FROM triggers
    UNION ALL SELECT -1, 0, format('ALTER POLICY %I ON %s%s%s', polname, host,
        CASE WHEN condition IS NULL THEN '' ELSE ' USING (false)' END,
        CASE WHEN rule IS NULL THEN '' ELSE ' WITH CHECK (false)' END) FROM policies
    UNION ALL SELECT -1, 0, regexp_replace(definition, E'\n(BEGIN ATOMIC|RETURN ).*', E'\nAS ''''')
        FROM emptied
    UNION ALL SELECT 0, -level, format('DROP %s %s', kind, place) FROM relations
    UNION ALL SELECT 0, -level, format('DROP ROUTINE %s', place) FROM routines"""

_UP = f"""
    UNION ALL SELECT 1, level, format('CREATE %s %s%s%s AS %s%s', v.kind, v.place,
            CASE v.relkind WHEN 'm' THEN (SELECT format(' USING %I', m.amname)
                FROM pg_am m WHERE m.oid = v.relam) END, {_OPTIONS}
            || coalesce((SELECT format(' TABLESPACE %I', s.spcname)
                FROM pg_tablespace s WHERE s.oid = v.reltablespace), ''),
            rtrim(pg_get_viewdef(v.oid), ';'),
            CASE v.relkind WHEN 'm' THEN ' WITH NO DATA' END)
        FROM relations v
    UNION ALL SELECT 1, level, pg_get_functiondef(oid) FROM routines
    UNION ALL SELECT 2, 0, format('ALTER %s %s OWNER TO %I', kind, place,
        pg_get_userbyid(relowner)) FROM relations
    UNION ALL SELECT 2, 0, format('ALTER ROUTINE %s OWNER TO %I', place,
        pg_get_userbyid(proowner)) FROM routines
    UNION ALL SELECT 3, 0, definition FROM emptied
    UNION ALL SELECT 3, 0, format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', v.place,
            a.attname, pg_get_expr(x.adbin, x.adrelid))
        FROM relations v JOIN pg_attrdef x ON x.adrelid = v.oid
        JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum = x.adnum
    UNION ALL SELECT 3, 0, format('ALTER MATERIALIZED VIEW %s ALTER COLUMN %I SET STATISTICS %s',
            v.place, a.attname, a.attstattarget)
        FROM relations v JOIN pg_attribute a ON a.attrelid = v.oid
        WHERE v.relkind = 'm' AND a.attnum > 0 AND a.attstattarget >= 0
    UNION ALL SELECT 6, level, format('REFRESH MATERIALIZED VIEW %s', place)
        FROM relations WHERE relkind = 'm' AND relispopulated
    UNION ALL SELECT 7, 0, pg_get_indexdef(i.indexrelid)
        FROM relations v JOIN pg_index i ON i.indrelid = v.oid
    UNION ALL SELECT 7, 0, pg_get_statisticsobjdef(s.oid)
        FROM relations v JOIN pg_statistic_ext s ON s.stxrelid = v.oid
    UNION ALL SELECT 8, 0, format('ALTER MATERIALIZED VIEW %s CLUSTER ON %I', v.place, c.relname)
        FROM relations v JOIN pg_index i ON i.indrelid = v.oid AND i.indisclustered
        JOIN pg_class c ON c.oid = i.indexrelid
    UNION ALL SELECT 8, 0, rtrim(pg_get_ruledef(oid), ';') FROM rules
    UNION ALL SELECT 8, 0, pg_get_triggerdef(oid) FROM triggers
    UNION ALL SELECT 3, 0, format('ALTER POLICY %I ON %s%s%s', polname, host,
        coalesce(' USING (' || condition || ')', ''), coalesce(' WITH CHECK (' || rule || ')', ''))
        FROM policies
    UNION ALL SELECT 9, 0, format('ALTER TABLE %s %s RULE %I', host,
        {_ENABLED.format("ev_enabled")}, rulename) FROM rules WHERE ev_enabled <> 'O'
    UNION ALL SELECT 9, 0, format('ALTER TABLE %s %s TRIGGER %I', host,
        {_ENABLED.format("tgenabled")}, tgname) FROM triggers WHERE tgenabled <> 'O'"""

# What comes back may be given rights by default that it had not. Whoever fills a materialized view
# needs all rights, functions and policies.
_RIGHTS = f"""
    UNION ALL SELECT 4, 0, format('REVOKE ALL ON %s FROM %s', v.place,
            {_GRANTEE.format("e.grantee")})
        FROM relations v JOIN pg_default_acl a ON a.defaclobjtype = 'r'
            AND a.defaclrole = current_user::regrole AND a.defaclnamespace IN (0, v.relnamespace)
        CROSS JOIN LATERAL aclexplode(a.defaclacl) AS e
        WHERE e.grantee <> v.relowner
    UNION ALL SELECT 4, 0, format('REVOKE ALL ON %s FROM %I', place, pg_get_userbyid(relowner))
        FROM relations WHERE relacl IS NOT NULL
    UNION ALL SELECT 5, 0, format('GRANT %s ON %s TO %s%s', e.privilege_type, v.place,
            {_GRANTEE.format("e.grantee")}, {_GRANTABLE})
        FROM relations v CROSS JOIN LATERAL aclexplode(v.relacl) AS e
    UNION ALL SELECT 5, 0, format('GRANT %s (%I) ON %s TO %s%s', e.privilege_type, a.attname,
            v.place, {_GRANTEE.format("e.grantee")}, {_GRANTABLE})
        FROM relations v JOIN pg_attribute a ON a.attrelid = v.oid
        CROSS JOIN LATERAL aclexplode(a.attacl) AS e
    UNION ALL SELECT 4, 0, format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, %I', place,
            pg_get_userbyid(proowner))
        FROM routines WHERE proacl IS NOT NULL
    UNION ALL SELECT 5, 0, format('GRANT %s ON ROUTINE %s TO %s%s', e.privilege_type, p.place,
            {_GRANTEE.format("e.grantee")}, {_GRANTABLE})
        FROM routines p CROSS JOIN LATERAL aclexplode(p.proacl) AS e"""

_COMMENTS = """
    UNION ALL SELECT 10, 0, format('COMMENT ON %s IS %L', x.subject, d.description) FROM (
        SELECT 'pg_class'::regclass AS class, oid AS object, 0 AS part,
            format('%s %s', kind, place) AS subject FROM relations
        UNION ALL SELECT 'pg_class'::regclass, v.oid, a.attnum,
            format('COLUMN %s.%I', v.place, a.attname)
            FROM relations v JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0
        UNION ALL SELECT 'pg_class'::regclass, c.oid, 0,
            format('INDEX %I.%I', n.nspname, c.relname)
            FROM relations v JOIN pg_index i ON i.indrelid = v.oid
            JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        UNION ALL SELECT 'pg_statistic_ext'::regclass, s.oid, 0,
            format('STATISTICS %I.%I', n.nspname, s.stxname)
            FROM relations v JOIN pg_statistic_ext s ON s.stxrelid = v.oid
            JOIN pg_namespace n ON n.oid = s.stxnamespace
        UNION ALL SELECT 'pg_rewrite'::regclass, oid, 0,
            format('RULE %I ON %s', rulename, host) FROM rules
        UNION ALL SELECT 'pg_trigger'::regclass, oid, 0,
            format('TRIGGER %I ON %s', tgname, host) FROM triggers
        UNION ALL SELECT 'pg_proc'::regclass, oid, 0, format('ROUTINE %s', place) FROM routines
    ) AS x JOIN pg_description d ON d.classoid = x.class AND d.objoid = x.object
        AND d.objsubid = x.part"""

STATEMENTS = f"""{_SUBJECTS}
SELECT array_agg(s.item ORDER BY s.step, s.level, s.item) FILTER (WHERE s.step < 1),
    array_agg(s.item ORDER BY s.step, s.level, s.item) FILTER (WHERE s.step > 0)
    INTO downs, ups FROM ({_DOWN}{_UP}{_RIGHTS}{_COMMENTS}
) AS s;"""
"""The end of a query that begins with a `closure`, in PL/pgSQL: into `downs` and `ups`."""
