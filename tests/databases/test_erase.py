"""What a reset leaves behind: nothing that migrations or models may have made."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from dbtasks.databases import Database
from tests.project_folder import ProjectFolder
from tests.servers import Server

_LEFT = """
SELECT 'relation ' || relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL SELECT 'routine ' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
UNION ALL SELECT 'type ' || typname FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = t.oid AND deptype IN ('e', 'i'))
UNION ALL SELECT 'collation ' || collname FROM pg_collation JOIN pg_namespace n
ON n.oid = collnamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL SELECT 'schema ' || nspname FROM pg_namespace
WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
"""

_ANY_EXTENSION = """
SELECT name FROM pg_available_extensions
WHERE name IN ('vector', 'hstore', 'citext', 'ltree') AND installed_version IS NULL LIMIT 1
"""
_MEMBERS = "SELECT count(*) FROM pg_depend WHERE deptype = 'e'"

_EVERYTHING = """
CREATE TYPE mood AS ENUM ('sad', 'so''so', 'a % b');
CREATE TYPE pair AS (a int, b mood);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE COLLATION plain FROM "C";
CREATE TABLE parent (id serial PRIMARY KEY, m mood);
CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE, p positive);
CREATE TABLE "Odd: ""Name"" 100%:x" (id int PRIMARY KEY REFERENCES parent);
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0) TO (9);
CREATE VIEW seen AS SELECT * FROM child;
CREATE MATERIALIZED VIEW kept AS SELECT * FROM seen;
CREATE SEQUENCE counter;
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
CREATE FUNCTION twice(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION touch();
CREATE SCHEMA other;
CREATE TABLE other.parent (id int, m public.mood);
CREATE TYPE other.mood AS ENUM ('x')
"""


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
def test_postgresql_keeps_nothing_but_extensions(
    folder: ProjectFolder, server: Server, postgresql_url: str, driver: str
) -> None:
    database = Database.at(postgresql_url.replace("://", f"+{driver}://", 1), folder.root)
    extension = str(database.read(lambda connection: connection.scalar(text(_ANY_EXTENSION))))
    server.execute(
        f"CREATE EXTENSION {extension}", *_EVERYTHING.split(";\n"), database=database.short_name
    )
    members = database.read(lambda connection: connection.scalar(text(_MEMBERS)))
    database.erase()
    assert [] == database.read(lambda connection: connection.scalars(text(_LEFT)).all())
    assert members == database.read(lambda connection: connection.scalar(text(_MEMBERS)))


@pytest.mark.long
def test_postgresql_erases_more_tables_than_one_transaction_can_hold(
    folder: ProjectFolder, server: Server, postgresql_url: str
) -> None:
    database = Database.at(postgresql_url, folder.root)
    tables = [f"CREATE TABLE t{number} (id int PRIMARY KEY)" for number in range(2200)]
    pieces = [";".join(tables[start : start + 200]) for start in range(0, len(tables), 200)]
    server.execute(*pieces, database=database.short_name)
    database.erase()
    assert [] == database.read(lambda connection: connection.scalars(text(_LEFT)).all())


def test_sqlite_keeps_nothing(folder: ProjectFolder) -> None:
    database = Database.at("sqlite:///x.db", folder.root)

    def fill(connection: Connection) -> None:
        for statement in (
            "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)",
            "CREATE TABLE child (id INT REFERENCES parent ON DELETE RESTRICT NOT NULL)",
            "CREATE TABLE a_circle (id INT PRIMARY KEY REFERENCES b_circle)",
            "CREATE TABLE b_circle (id INT PRIMARY KEY REFERENCES a_circle)",
            'CREATE TABLE "Odd: ""Name"" 100%:x" (id INT)',
            "CREATE TABLE sqlitelike (id INT)",
            "CREATE VIEW seen AS SELECT * FROM child",
            "CREATE VIEW seen_twice AS SELECT * FROM seen",
            "CREATE INDEX by_name ON parent (name)",
            "CREATE TRIGGER t1 AFTER DELETE ON parent BEGIN SELECT RAISE(ABORT, 'no'); END",
            "CREATE TRIGGER t2 INSTEAD OF DELETE ON seen BEGIN SELECT 1; END",
            "CREATE VIRTUAL TABLE words USING fts5(text)",
            "INSERT INTO parent (name) VALUES ('Ada')",
            "INSERT INTO child VALUES (1)",
            "INSERT INTO words VALUES ('hello')",
        ):
            connection.exec_driver_sql(statement)
        connection.commit()

    database.run(fill)
    database.erase()
    left = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    assert [] == database.read(lambda connection: connection.exec_driver_sql(left).all())
    assert [] == database.read(
        lambda connection: connection.exec_driver_sql("SELECT * FROM sqlite_sequence").all()
    )
