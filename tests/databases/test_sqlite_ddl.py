"""SQLite's CREATE TABLE, taken apart and put together again, is the same table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from dbtasks.databases.sqlite.ddl import (
    COLLATE,
    DEFAULT,
    GENERATED,
    NOT_NULL,
    NULL,
    parse_table,
    spaced,
)
from dbtasks.databases.sqlite.schema import table_facts
from dbtasks.schema.facts import CHECK, FOREIGN_KEY, PRIMARY_KEY, UNIQUE

HARD = {
    "names in all four styles": """CREATE TABLE "odd ""na""me" (
        plain INTEGER, "double ""q""x" TEXT, `back ``tick` TEXT, [square ]  TEXT, 'single' TEXT,
        UNIQUE ("double ""q""x", `back ``tick`, [square ]))""",
    "comments everywhere": """CREATE /* a, ( */ TABLE t -- b ) ,
        ( -- , first
        a INTEGER, -- it's "quoted", CHECK (
        /* b TEXT, */ c TEXT /* DEFAULT 'x' */ DEFAULT 'y' -- last
        )""",
    "parentheses in parentheses": """CREATE TABLE t (a NUMERIC(10, 2) DEFAULT (1 + (2 * (3 - 1))),
        b TEXT CHECK (((a > 0) AND (length(b) < (5 + 1))) OR b IN ('(', ')', ',')))""",
    "constraints with and without a name": """CREATE TABLE t (
        a INTEGER CONSTRAINT pk PRIMARY KEY CONSTRAINT a_positive CHECK (a > 0) NOT NULL,
        b TEXT CONSTRAINT nn NOT NULL CONSTRAINT "u q" UNIQUE CHECK (b <> ''),
        CONSTRAINT both UNIQUE (a, b), UNIQUE (b, a), CHECK (a <> 7),
        CONSTRAINT [c k] CHECK (a < 99))""",
    "generated columns": """CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED,
        c INT AS (a + b) VIRTUAL NOT NULL, d TEXT AS ('x' || a), e INT CHECK (e > 0))""",
    "collations": """CREATE TABLE t (a TEXT COLLATE NOCASE NOT NULL, b TEXT COLLATE "RTRIM",
        PRIMARY KEY (a COLLATE BINARY), UNIQUE (b COLLATE NOCASE, a))""",
    "what happens on conflict": """CREATE TABLE t (
        a INTEGER PRIMARY KEY ON CONFLICT REPLACE, b TEXT NOT NULL ON CONFLICT IGNORE DEFAULT 'x',
        c TEXT UNIQUE ON CONFLICT ROLLBACK, UNIQUE (b, c) ON CONFLICT FAIL)""",
    "references": """CREATE TABLE t (id INTEGER PRIMARY KEY,
        a INT REFERENCES t ON DELETE SET NULL ON UPDATE CASCADE,
        b INT REFERENCES t (id) ON DELETE SET DEFAULT DEFAULT 3 NOT NULL,
        c INT NOT NULL REFERENCES "t"(id) MATCH FULL DEFERRABLE INITIALLY DEFERRED,
        d INT REFERENCES t (id) NOT DEFERRABLE INITIALLY IMMEDIATE NULL,
        CONSTRAINT f FOREIGN KEY (a, b) REFERENCES other (x, y) ON DELETE NO ACTION,
        FOREIGN KEY (c) REFERENCES t (id) ON UPDATE RESTRICT NOT DEFERRABLE)""",
    "defaults": """CREATE TABLE t (a INT DEFAULT -1, b INT DEFAULT +2.5e3, c TEXT DEFAULT NULL,
        d TEXT DEFAULT CURRENT_TIMESTAMP, e TEXT DEFAULT 'it''s, (x)', f BLOB DEFAULT x'00ff',
        g INT DEFAULT TRUE NOT NULL, h TEXT DEFAULT ('a' || 'b') NULL, i TEXT DEFAULT "word",
        j REAL DEFAULT 1e-5, k REAL DEFAULT .5, l INT DEFAULT 0xFF, m INT DEFAULT (1+2*-3),
        n TEXT DEFAULT 'Mr. X ( and Mrs. Y ) , -- too', o TEXT CHECK (o <> 'a , b . c ( d'))""",
    "words that begin a clause, as names": """CREATE TABLE "check" ("primary" INT, "unique" TEXT,
        "constraint" TEXT DEFAULT 'default', "foreign" INT, [not] TEXT,
        `references` INT CHECK ("not" > ''))""",
    "types of several words": """CREATE TABLE t (a UNSIGNED BIG INT NOT NULL, b DOUBLE PRECISION,
        c VARYING CHARACTER (255) DEFAULT '', d NATIVE CHARACTER(70) UNIQUE, e, f DECIMAL(10,5))""",
    "options": "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID",
    "a key that counts on": "CREATE TABLE t (a INTEGER PRIMARY KEY ASC AUTOINCREMENT, b)",
    "keys in both directions": "CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a DESC, b ASC))",
    "no space at all": """CREATE TABLE t(a INTEGER PRIMARY KEY,b TEXT NOT NULL DEFAULT'x',
UNIQUE(b),CHECK(a>=-1))""",
    "letters of all kinds": """CREATE TABLE größe (straße TEXT,
        "日本" TEXT CHECK ("日本" <> 'x'), a$b INT)""",
    "operators": """CREATE TABLE t (a INT CHECK (a<<2 >= 0 AND a>>1 <> 5 AND a != 7 AND a == a),
        b TEXT CHECK (b ->> '$.x' IS NOT NULL OR b -> 'y' IS NULL OR a % 2 = 0 OR ~a < 1))""",
    "case and between": """CREATE TABLE t (a INT CHECK (CASE WHEN a > 1 THEN a NOT BETWEEN 3 AND 4
        ELSE a NOT IN (5, 6) END), b TEXT CHECK (b NOT LIKE '%x' ESCAPE '\\' AND b NOT NULL))""",
}


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as opened:
        yield opened


def statement(connection: sqlite3.Connection) -> str:
    query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return str(connection.execute(query).fetchone()[0])


def described(connection: sqlite3.Connection, name: str) -> list[Any]:
    """Return what SQLite's own PRAGMAs say of a table, names of automatic indexes apart."""

    def ask(pragma: str, what: str) -> list[Any]:
        return connection.execute(f"SELECT * FROM pragma_{pragma}(?)", (what,)).fetchall()

    indexes = ask("index_list", name)
    return [
        [
            (column, kind.replace(" ", ""), not_null, str(default).replace(" ", ""), *rest)
            for _, column, kind, not_null, default, *rest in ask("table_xinfo", name)
        ],
        ask("foreign_key_list", name),
        [
            (unique, origin, [row[2:] for row in ask("index_xinfo", index)])
            for _, index, unique, origin, _ in indexes
        ],
        connection.execute(
            "SELECT wr, strict FROM pragma_table_list WHERE name = ?", (name,)
        ).fetchall(),
    ]


@pytest.mark.parametrize("what", HARD)
def test_a_table_put_together_again_is_the_same(connection: sqlite3.Connection, what: str) -> None:
    connection.execute(HARD[what])
    definition = parse_table(statement(connection))
    expected = described(connection, definition.name)
    assert expected[0], "SQLite knows no table of that name"

    connection.execute(f'DROP TABLE "{definition.name.replace(chr(34), chr(34) * 2)}"')
    connection.execute(definition.sql())
    assert expected == described(connection, definition.name)
    again = parse_table(statement(connection))
    assert definition == again
    assert table_facts(definition) == table_facts(again)


def test_strings_are_kept_to_the_letter() -> None:
    table = parse_table(HARD["defaults"])
    assert [
        "DEFAULT 'it''s, (x)'",
        "DEFAULT x'00ff'",
        "DEFAULT 'Mr. X ( and Mrs. Y ) , -- too'",
        "CHECK (o <> 'a , b . c ( d')",
    ] == [table.column(name).clauses[0].sql for name in "efno"]


def test_each_clause_is_known_for_what_it_is() -> None:
    table = parse_table(HARD["references"])
    assert [
        ["id", PRIMARY_KEY],
        ["a", FOREIGN_KEY],
        ["b", FOREIGN_KEY, DEFAULT, NOT_NULL],
        ["c", NOT_NULL, FOREIGN_KEY],
        ["d", FOREIGN_KEY, NULL],
    ] == [[column.name, *(clause.kind for clause in column.clauses)] for column in table.columns]
    assert [("f", FOREIGN_KEY), (None, FOREIGN_KEY)] == [
        (clause.name, clause.kind) for clause in table.constraints
    ]


def test_names_belong_to_the_clause_that_follows() -> None:
    table = parse_table(HARD["constraints with and without a name"])
    found = [(clause.kind, clause.name) for column in table.columns for clause in column.clauses]
    assert [
        (PRIMARY_KEY, "pk"),
        (CHECK, "a_positive"),
        (NOT_NULL, None),
        (NOT_NULL, "nn"),
        (UNIQUE, "u q"),
        (CHECK, None),
    ] == found
    assert ["both", None, None, "c k"] == [clause.name for clause in table.constraints]


def test_a_constraint_has_quotes_around_its_name_only_where_it_needs_them() -> None:
    """SQLAlchemy 2.0 reads no others of primary and foreign keys."""
    table = parse_table(
        """CREATE TABLE t (a INT CONSTRAINT "Plain" CHECK (a > 0) CONSTRAINT "a b" UNIQUE,
        CONSTRAINT "select" CHECK (a < 9), CONSTRAINT "é" CHECK (a < 8))"""
    )
    clauses = [*table.columns[0].clauses, *table.constraints]
    assert ["Plain", '"a b"', '"select"', '"é"'] == [
        clause.sql.removeprefix("CONSTRAINT ").removesuffix(f" {spaced(clause.tokens)}")
        for clause in clauses
    ]


def test_what_a_column_is_made_of() -> None:
    generated = parse_table(HARD["generated columns"])
    assert [None, "a * 2 stored", "a + b virtual", "'x' || a virtual", None] == [
        column.generated for column in table_facts(generated).columns
    ]
    assert [False, True, True, True, False] == [
        column.clause(GENERATED) is not None for column in generated.columns
    ]
    collated = table_facts(parse_table(HARD["collations"]))
    assert ["NOCASE", "RTRIM"] == [column.collation for column in collated.columns]
    assert parse_table(HARD["collations"]).columns[0].clause(COLLATE) is not None


def test_facts_are_equal_where_only_the_spelling_differs() -> None:
    one = """CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9) NOT NULL,
        b INT REFERENCES t (id) ON DELETE NO ACTION, CHECK (a <> ''))"""
    other = """create table [t] ("id" integer primary key, `a` varchar( 9 ) not null,
        b INT references "t"("id"), check ( ("a" <> '') ))"""
    assert table_facts(parse_table(one)) == table_facts(parse_table(other))


@pytest.mark.parametrize(
    "change",
    [
        ("''", "'x'"),
        ("NOT NULL", ""),
        ("VARCHAR(9)", "VARCHAR(10)"),
        ("NO ACTION", "CASCADE"),
        ("'Open'", "'open'"),
        ("PRIMARY KEY", "PRIMARY KEY AUTOINCREMENT"),
        ("(a <> '')", "(a <> '' OR b)"),
    ],
)
def test_facts_differ_where_the_meaning_does(change: tuple[str, str]) -> None:
    sql = """CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9) NOT NULL DEFAULT 'Open',
        b INT REFERENCES t (id) ON DELETE NO ACTION, CHECK (a <> ''))"""
    assert change[0] in sql
    other = sql.replace(*change)
    assert table_facts(parse_table(sql)) != table_facts(parse_table(other))
