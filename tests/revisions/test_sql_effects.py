"""Which SQL is known to take nothing away, and which only may."""

from __future__ import annotations

import pytest

from dbtasks.databases import BACKENDS
from dbtasks.revisions.sql_effects import is_about_rows_alone, is_harmless

HARMLESS = [
    "SELECT 1",
    "-- a comment\nSELECT count(*) FROM gigs",
    "/* DELETE FROM gigs */ SELECT 1",
    "SELECT 'DELETE FROM gigs'",
    "WITH t AS (SELECT 1 AS one) SELECT one FROM t",
    "INSERT INTO gigs (title) VALUES ('a')",
    "INSERT INTO gigs (title) SELECT title FROM acts",
    "INSERT INTO gigs (id) VALUES (1) ON CONFLICT DO NOTHING",
    "CREATE TABLE t (id INTEGER)",
    "CREATE INDEX ix ON gigs (title)",
    "CREATE VIEW v AS SELECT 1",
    "ALTER TABLE gigs ADD COLUMN c INTEGER",
    "DROP INDEX ix",
    "ANALYZE gigs",
    "SELECT 1; SELECT 2",
    "",
]
MAY_LOSE = [
    "DELETE FROM gigs",
    "UPDATE gigs SET title = ''",
    "-- first of all\nUPDATE gigs SET title = ''",
    "/* really */ DELETE FROM gigs",
    "WITH t AS (SELECT 1) DELETE FROM gigs",
    "WITH t AS (SELECT 1) UPDATE gigs SET id = 1",
    "INSERT INTO gigs (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET title = ''",
    "DROP TABLE gigs",
    "DROP VIEW v CASCADE",
    "ALTER TABLE gigs DROP COLUMN title",
    "ALTER TABLE gigs RENAME TO shows",
    "SELECT 1; DELETE FROM gigs",
    "SELECT purge()",
    "CREATE INDEX ix ON gigs (purge(title))",
    "INSERT INTO gigs (id) SELECT purge()",
    "VACUUM",
    "COMMIT",
    "nonsense of somebody's own",
    "(" * 400,
]
MAY_LOSE_THERE = {
    "postgresql": [
        "WITH gone AS (DELETE FROM gigs RETURNING id) SELECT * FROM gone",
        "MERGE INTO gigs USING acts ON gigs.id = acts.id WHEN MATCHED THEN DELETE",
        "TRUNCATE gigs",
        "COPY gigs FROM '/tmp/x'",
        "COPY gigs TO PROGRAM 'rm x'",
        "DO $$ BEGIN DELETE FROM gigs; END $$",
        "CALL purge()",
        "SELECT id INTO acts FROM gigs",
        "SELECT lo_unlink(1)",
        "EXPLAIN ANALYZE DELETE FROM gigs",
        "PREPARE p AS DELETE FROM gigs",
        "EXECUTE p",
        "SET session_replication_role = replica",
        "DROP SCHEMA public CASCADE",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE TRIGGER t BEFORE INSERT ON gigs EXECUTE FUNCTION purge()",
        "REFRESH MATERIALIZED VIEW v",
        "ALTER TYPE s RENAME VALUE 'a' TO 'b'",
    ],
    "sqlite": [
        "REPLACE INTO gigs (id) VALUES (1)",
        "INSERT OR REPLACE INTO gigs (id) VALUES (1)",
        "UPDATE OR REPLACE gigs SET id = 1",
        "PRAGMA writable_schema = 1",
        "ATTACH 'x.db' AS x",
        "SELECT load_extension('x')",
        "SELECT writefile('x', 'y')",
        "CREATE TRIGGER t AFTER INSERT ON gigs BEGIN DELETE FROM acts; END",
    ],
}


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("sql", HARMLESS)
def test_sql_that_takes_nothing_away_is_no_loss(sql: str, name: str) -> None:
    assert is_harmless(sql, BACKENDS[name])


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("sql", MAY_LOSE)
def test_sql_that_is_not_known_to_be_harmless_is_a_loss(sql: str, name: str) -> None:
    assert not is_harmless(sql, BACKENDS[name])


@pytest.mark.parametrize(
    ("name", "sql"), [(name, sql) for name, texts in MAY_LOSE_THERE.items() for sql in texts]
)
def test_so_is_what_one_database_alone_knows(name: str, sql: str) -> None:
    assert not is_harmless(sql, BACKENDS[name])


@pytest.mark.parametrize("sql", ["UPDATE gigs SET id = 1", "DELETE FROM gigs", "SELECT 1"])
def test_sql_about_rows_leaves_tables_as_they_are(sql: str) -> None:
    assert is_about_rows_alone(sql)


@pytest.mark.parametrize(
    "sql",
    ["ALTER TABLE gigs ADD c INTEGER", "SELECT rebuild()", "SELECT id INTO t FROM gigs", "DO x"],
)
def test_all_other_sql_may_change_a_table(sql: str) -> None:
    assert not is_about_rows_alone(sql)
