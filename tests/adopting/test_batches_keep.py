"""What a batch on SQLite keeps that Alembic's own would lose, whatever it is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from dbtasks.databases import Database
from dbtasks.databases.safe_operations import safe_operations
from dbtasks.errors import MigrationError
from tests.adopting.batches import CONVENTION, longer

TABLES = """
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE a (
    id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER, s TEXT COLLATE NOCASE,
    p_id INTEGER REFERENCES p (id), CHECK (n > 0)
);
CREATE TABLE log (what TEXT);
CREATE INDEX ix_lower ON a (lower(s), n);
CREATE TRIGGER noted AFTER UPDATE ON a BEGIN INSERT INTO log VALUES (new.s) END;
CREATE VIEW texts AS SELECT s FROM a;
INSERT INTO p VALUES (1);
INSERT INTO a VALUES (1, 1, 'one', 1), (9, 2, 'two', NULL);
DELETE FROM a WHERE id = 9;
""".replace("(new.s) END", "(new.s)| END")

GIVEN: dict[str, dict[str, Any]] = {
    "nothing": {},
    "naming_convention": {"naming_convention": CONVENTION},
    "table_args": {"table_args": (sa.UniqueConstraint("n", "s", name="uq"),)},
    "partial_reordering": {"partial_reordering": [("s", "n")]},
    "table_kwargs": {"table_kwargs": {"sqlite_autoincrement": True}},
    "reflect_args": {"reflect_args": [sa.Column("n", sa.BigInteger())]},
    "reflect_kwargs": {"reflect_kwargs": {"listeners": [("column_reflect", longer)]}},
}
OF_THE_REVISION = {"reflect_args", "reflect_kwargs"}
"""There the revision says what the table is, so that Alembic's own way is followed."""


def run(folder: Path, work: Any, script: str = TABLES) -> list[Any]:
    """Return `work(operations)`'s outcome, done on a database that a script has made."""

    def on(connection: sa.Connection) -> Any:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement.replace("|", ";"))
        with safe_operations(MigrationContext.configure(connection)) as operations:
            return work(operations)

    found: list[Any] = Database.at("sqlite:///file.db", folder).run(on)
    return found


def values(operations: Operations, query: str) -> list[Any]:
    """Return the first column of a query."""
    return list(operations.get_bind().exec_driver_sql(query).scalars())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", GIVEN)
def test_triggers_views_and_indexes_with_expressions_stay(what: str, tmp_path: Path) -> None:
    def work(operations: Operations) -> list[Any]:
        with operations.batch_alter_table("a", recreate="always", **GIVEN[what]) as batch:
            batch.alter_column("n", nullable=False)
        operations.execute("UPDATE a SET s = 'more'")
        said = values(operations, "SELECT what FROM log UNION ALL SELECT s FROM texts")
        return [*said, *values(operations, "SELECT name FROM sqlite_master WHERE name LIKE 'ix%'")]

    assert ["more", "more", "ix_lower"] == run(tmp_path, work)


@pytest.mark.parametrize("what", [what for what in GIVEN if what not in OF_THE_REVISION])
def test_checks_without_a_name_and_collations_stay(what: str, tmp_path: Path) -> None:
    def work(operations: Operations) -> list[Any]:
        with operations.batch_alter_table("a", recreate="always", **GIVEN[what]):
            pass
        return values(operations, "SELECT sql FROM sqlite_master WHERE name = 'a'")

    (made,) = run(tmp_path, work)
    assert "CHECK (n > 0)" in made
    assert "TEXT COLLATE NOCASE" in made
    assert "AUTOINCREMENT" in made


@pytest.mark.filterwarnings("ignore")
def test_an_index_with_expressions_goes_with_its_column(tmp_path: Path) -> None:
    def work(operations: Operations) -> list[Any]:
        given = {"reflect_kwargs": {"listeners": []}, "reflect_args": [sa.Column("n", sa.Integer)]}
        operations.execute("DROP VIEW texts")
        operations.execute("DROP TRIGGER noted")
        with operations.batch_alter_table("a", **given) as batch:
            batch.drop_column("s")
        return values(operations, "SELECT name FROM sqlite_master WHERE name LIKE 'ix%'")

    assert [] == run(tmp_path, work)


def test_a_failure_in_the_middle_of_a_batch_that_is_caught_leaves_nothing(tmp_path: Path) -> None:
    def work(operations: Operations) -> list[Any]:
        with (
            pytest.raises(KeyError, match="nope"),
            operations.batch_alter_table("a") as batch,
        ):
            batch.alter_column("n", new_column_name="m")
            batch.add_column(sa.Column("more", sa.Integer))
            batch.drop_column("nope")
        return values(operations, "SELECT name FROM pragma_table_info('a')")

    assert ["id", "n", "s", "p_id"] == run(tmp_path, work)


KEYS = """
CREATE TABLE p (x INTEGER NOT NULL, CONSTRAINT p_key PRIMARY KEY (x));
CREATE TABLE a (x INTEGER, FOREIGN KEY (x) REFERENCES p (x));
INSERT INTO p VALUES (1), (2);
INSERT INTO a VALUES (1), (2);
"""


def without_key(operations: Operations, statement: str = "SELECT 1") -> list[Any]:
    """Take the key away that others refer to, execute a statement, and give the key back."""
    with operations.batch_alter_table("p") as batch:
        batch.drop_constraint("p_key", type_="primary")
    operations.execute(statement)
    with operations.batch_alter_table("p") as batch:
        batch.create_unique_constraint("p_x", ["x"])
    return values(operations, "SELECT count(*) FROM a")


def test_a_key_may_go_and_come_back(tmp_path: Path) -> None:
    assert [2] == run(tmp_path, without_key, KEYS)


def test_rows_that_refer_to_nothing_when_the_key_is_back_are_noticed(tmp_path: Path) -> None:
    def work(operations: Operations) -> list[Any]:
        return without_key(operations, "DELETE FROM p WHERE x = 2")

    with pytest.raises(MigrationError, match="rows that refer to nothing"):
        run(tmp_path, work, KEYS)


def test_a_reference_to_no_key_that_was_there_before_does_not_hinder(tmp_path: Path) -> None:
    def work(operations: Operations) -> list[Any]:
        with operations.batch_alter_table("p") as batch:
            batch.create_unique_constraint("p_x", ["x"])
        return values(operations, "SELECT count(*) FROM a")

    script = KEYS.replace(", CONSTRAINT p_key PRIMARY KEY (x)", "").replace("(2);\n", "(3);\n", 1)
    assert [2] == run(tmp_path, work, script)
