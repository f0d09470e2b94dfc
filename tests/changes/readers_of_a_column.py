"""All that can read a column of `gigs` on PostgreSQL, and what of it is to come back."""

from __future__ import annotations

EVERYTHING = """
GRANT ALL ON gigs TO pg_monitor;
CREATE SCHEMA "Box";
CREATE VIEW dear WITH (security_barrier) AS SELECT title, fee FROM gigs WHERE fee > 2
    WITH LOCAL CHECK OPTION;
COMMENT ON VIEW dear IS 'it''s dear: 100 %';
COMMENT ON COLUMN dear.fee IS 'in cents';
GRANT SELECT ON dear TO PUBLIC;
GRANT UPDATE (fee) ON dear TO pg_signal_backend WITH GRANT OPTION;
ALTER VIEW dear OWNER TO pg_monitor;
ALTER VIEW dear ALTER COLUMN fee SET DEFAULT 7;
CREATE VIEW "Box"."Very dear" ("F", "T") AS SELECT fee, title FROM dear WHERE fee > 3;
CREATE MATERIALIZED VIEW summed AS SELECT "T", sum("F") AS total FROM "Box"."Very dear" GROUP BY 1;
CREATE UNIQUE INDEX summed_title ON summed ("T");
CREATE INDEX summed_total ON summed (total) WHERE "T" <> '';
ALTER MATERIALIZED VIEW summed CLUSTER ON summed_title;
COMMENT ON INDEX summed_total IS 'what it brings';
COMMENT ON MATERIALIZED VIEW summed IS 'once a day';
CREATE MATERIALIZED VIEW not_yet AS SELECT fee FROM gigs WITH NO DATA;
CREATE FUNCTION cheap() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM gigs WHERE fee < 4; END;
COMMENT ON FUNCTION cheap IS 'not dear';
REVOKE ALL ON FUNCTION cheap FROM PUBLIC;
CREATE FUNCTION all_dear() RETURNS SETOF dear LANGUAGE sql AS 'SELECT * FROM public.dear';
GRANT EXECUTE ON FUNCTION all_dear() TO pg_monitor;
CREATE VIEW counts AS SELECT cheap() AS cheap, (SELECT count(*) FROM all_dear()) AS dear;
CREATE MATERIALIZED VIEW kept_counts AS SELECT * FROM counts;
CREATE VIEW by_key AS SELECT id, title, fee FROM gigs GROUP BY id;
CREATE TABLE log (what text, fee int);
CREATE RULE noted AS ON UPDATE TO gigs WHERE NEW.fee <> OLD.fee
    DO ALSO INSERT INTO log VALUES (NEW.title, NEW.fee);
CREATE RULE into_dear AS ON INSERT TO dear
    DO INSTEAD INSERT INTO gigs (id, title, fee, seats) VALUES (9, NEW.title, NEW.fee, 1);
COMMENT ON RULE into_dear ON dear IS 'lets it in';
CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER dearer BEFORE UPDATE OF fee ON gigs FOR EACH ROW WHEN (NEW.fee > 5)
    EXECUTE FUNCTION same();
ALTER TABLE gigs DISABLE TRIGGER dearer;
COMMENT ON TRIGGER dearer ON gigs IS 'off for now';
CREATE TRIGGER instead INSTEAD OF UPDATE ON "Box"."Very dear" FOR EACH ROW
    EXECUTE FUNCTION same();
ALTER TABLE gigs ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_gigs ON gigs FOR SELECT TO pg_monitor USING (fee > 1);
CREATE POLICY of_log ON log USING (EXISTS (SELECT FROM dear d WHERE d.fee = log.fee))
    WITH CHECK (fee > 0);
CREATE VIEW titles AS SELECT title FROM gigs;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_read_all_data
"""
TAKEN_DOWN = {
    "view dear",
    "view Box.Very dear",
    "view counts",
    "view by_key",
    "materialized view summed",
    "materialized view not_yet",
    "materialized view kept_counts",
    "function cheap()",
    "function all_dear()",
    "rule noted on gigs",
    "trigger dearer on gigs",
    "policy of_gigs on gigs",
    "policy of_log on log",
}
KEPT = """
SELECT c.oid::regclass::text, relowner::regrole::text, reloptions::text,
    (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(
        coalesce(relacl, acldefault('r', relowner))) AS x), relispopulated::text
FROM pg_class c WHERE relkind IN ('v', 'm') AND relnamespace::regnamespace::text !~ '^(pg_|info)'
UNION ALL SELECT attrelid::regclass::text, attname, attacl::text, '', '' FROM pg_attribute
WHERE attacl IS NOT NULL AND attrelid > 16000
UNION ALL SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisclustered::text,
    '', '' FROM pg_index WHERE indrelid::regclass::text !~ '^pg_'
UNION ALL SELECT classoid::regclass::text, description, objsubid::text, '', ''
FROM pg_description WHERE objoid > 16000
UNION ALL SELECT p.oid::regprocedure::text, proowner::regrole::text,
    (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(proacl) AS x), '', ''
FROM pg_proc p WHERE p.oid > 16000
UNION ALL SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid), '', '', '' FROM pg_attrdef
ORDER BY 1, 2, 3
"""
