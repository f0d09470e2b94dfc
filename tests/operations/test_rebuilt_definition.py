"""A table that SQLite rebuilds keeps its definition to the letter, but for what was to change."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from tests.models_project import PLAIN_PRELUDE, TITLE, ModelsProject, model

LONGER = TITLE.replace("80", "200")
ROWS = (
    "INSERT INTO gigs (title) VALUES ('walk'), ('talk')",
    "INSERT INTO bookings (gig_id) VALUES (1), (2), (2)",
)


def table(project: ModelsProject, name: str = "gigs") -> str:
    """Return the statement that SQLite keeps of a table, in one line."""
    query = f"SELECT sql FROM sqlite_master WHERE name = '{name}'"
    return " ".join(str(project.rows(query)[0][0]).split())


HARD = """CREATE TABLE "gigs" (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- counts on, (for ever)
    [title] VARCHAR(80) NOT NULL ON CONFLICT ABORT COLLATE NOCASE,
    `fee` INTEGER DEFAULT (1 + 2) CHECK (fee >= 0),
    "kind" TEXT CONSTRAINT "a kind" CHECK ("kind" IN ('a, b', 'c)')) DEFAULT 'c)',
    twice INTEGER GENERATED ALWAYS AS (fee * 2) VIRTUAL,
    UNIQUE (title, fee) ON CONFLICT REPLACE,
    CHECK (length(title) > /* not empty */ 0)
)"""
HARD_MODEL = (
    "title: Mapped[str] = mapped_column(sa.String({}, collation='NOCASE'))",
    "fee: Mapped[int | None] = mapped_column(server_default=sa.text('1 + 2'))",
    "kind: Mapped[str | None] = mapped_column(sa.Text, server_default='c)')",
    "twice: Mapped[int | None] = mapped_column(sa.Computed('fee * 2'))",
)


def test_a_rebuild_changes_what_it_is_told_and_nothing_else(on_sqlite: ModelsProject) -> None:
    on_sqlite.prelude = PLAIN_PRELUDE
    on_sqlite.begin("")
    on_sqlite.execute(HARD, "INSERT INTO gigs (id, title, fee) VALUES (7, 'Walk', 4)")
    on_sqlite.run("migrate", "widen", "--empty")
    (path,) = on_sqlite.revisions()
    batch = (
        '    with op.batch_alter_table("gigs") as batch_op:\n'
        '        batch_op.alter_column("title", type_=sa.String(200, collation="NOCASE"))\n'
    )
    start = "def upgrade() -> None:\n"
    text = path.read_text(encoding="utf-8").replace(start, start + batch, 1)
    path.write_text(text, encoding="utf-8")
    on_sqlite.run("upgrade")
    made = table(on_sqlite)
    for kept in (
        "PRIMARY KEY AUTOINCREMENT",
        "VARCHAR(200) NOT NULL ON CONFLICT ABORT",
        "DEFAULT (1 + 2) CHECK (fee >= 0)",
        """CONSTRAINT "a kind" CHECK ("kind" IN ('a, b', 'c)'))""",
        "GENERATED ALWAYS AS (fee * 2) VIRTUAL",
        "UNIQUE (title, fee) ON CONFLICT REPLACE",
        "CHECK (length (title) > 0)",
    ):
        assert kept in made
    assert [(7, "Walk", 8)] == on_sqlite.rows(
        "SELECT id, title, twice FROM gigs WHERE title='walk'"
    )
    on_sqlite.execute("INSERT INTO gigs (title) VALUES ('Talk')")
    assert [(8,)] == on_sqlite.rows("SELECT max(id) FROM gigs")


def test_texts_in_a_definition_stay_to_the_letter(on_sqlite: ModelsProject) -> None:
    said = "Mr. X ( and Mrs. Y ) , too"
    note = f"note: Mapped[str] = mapped_column(sa.String(80), server_default='{said}')"
    on_sqlite.begin(model("gigs", TITLE, note))
    on_sqlite.change(model("gigs", LONGER, note))
    on_sqlite.run("upgrade")
    on_sqlite.execute("INSERT INTO gigs (title) VALUES ('walk')")
    assert [(said,)] == on_sqlite.rows("SELECT note FROM gigs")


def with_options(models: str, options: str) -> str:
    name = '__tablename__ = "gigs"\n'
    return models.replace(name, f"{name}    __table_args__ = {options}\n")


PLAIN = model("gigs", TITLE.replace("sa.String(80)", "sa.Text"))
OPTIONS = {
    "{'sqlite_autoincrement': True}": "AUTOINCREMENT",
    "{'sqlite_with_rowid': False}": "WITHOUT ROWID",
}
if "strict" in dict(sqlite.dialect.construct_arguments or ())[sa.Table]:  # SQLAlchemy 2.0.37
    OPTIONS["{'sqlite_strict': True}"] = "STRICT"


@pytest.mark.parametrize(("options", "word"), OPTIONS.items())
def test_options_of_a_table_are_kept_in_a_rebuild(
    on_sqlite: ModelsProject, options: str, word: str
) -> None:
    models = with_options(PLAIN, options)
    on_sqlite.begin(models, "INSERT INTO gigs (id, title) VALUES (1, 'walk')")
    on_sqlite.run("check")
    assert "Up to date." in on_sqlite.run("status").out
    on_sqlite.change(models.replace("(sa.Text)", "(sa.Text, unique=True)"))
    on_sqlite.run("upgrade")
    on_sqlite.run("check")
    assert word in table(on_sqlite)
    on_sqlite.run("downgrade", "--yes")
    assert word in table(on_sqlite)
    assert [(1, "walk")] == on_sqlite.rows("SELECT id, title FROM gigs")


@pytest.mark.parametrize(("options", "word"), OPTIONS.items())
def test_a_change_of_them_is_refused_by_name(
    on_sqlite: ModelsProject, options: str, word: str
) -> None:
    on_sqlite.begin(PLAIN)
    said = on_sqlite.refused(with_options(PLAIN, options), code=1)
    assert said.startswith("gigs")
    assert word in said.upper()
    assert "Nothing was written." in said


def test_a_change_of_them_on_postgresql_is_refused_by_name(on_postgresql: ModelsProject) -> None:
    on_postgresql.begin(PLAIN)
    changed = with_options(PLAIN, "{'prefixes': ['UNLOGGED']}")
    said = on_postgresql.refused(changed, code=1)
    assert said.startswith("gigs changes from no options to UNLOGGED")


def test_an_autoincrement_key_goes_on_counting_above_rows_that_are_gone(
    on_sqlite: ModelsProject,
) -> None:
    counting = model("gigs", TITLE).replace(
        '__tablename__ = "gigs"\n',
        "__tablename__ = 'gigs'\n    __table_args__ = {'sqlite_autoincrement': True}\n",
    )
    on_sqlite.begin(counting, ROWS[0], "DELETE FROM gigs WHERE id = 2")
    on_sqlite.change(counting.replace("80", "200"))
    on_sqlite.run("upgrade")
    on_sqlite.execute("INSERT INTO gigs (title) VALUES ('new')")
    assert [(3,)] == on_sqlite.rows("SELECT max(id) FROM gigs")


def test_constraints_without_a_name_are_changed_one_by_one(on_sqlite: ModelsProject) -> None:
    on_sqlite.prelude = PLAIN_PRELUDE
    checks = "sa.CheckConstraint('fee >= 0'), sa.CheckConstraint('seats < {}')"
    lines = (
        TITLE,
        "fee: Mapped[int | None] = mapped_column(unique=True)",
        "seats: Mapped[int | None]",
    )
    on_sqlite.begin(model("gigs", *lines, args=checks.format(10)))
    on_sqlite.change(model("gigs", *lines, args=checks.format(20)))
    on_sqlite.run("upgrade")
    on_sqlite.run("check")
    made = table(on_sqlite)
    assert "CHECK (fee >= 0)" in made
    assert "CHECK (seats < 20)" in made
    assert "UNIQUE (fee)" in made


def test_checks_over_the_same_column_that_have_no_name_are_refused(
    on_sqlite: ModelsProject,
) -> None:
    on_sqlite.prelude = PLAIN_PRELUDE
    checks = "sa.CheckConstraint('fee >= 0'), sa.CheckConstraint('fee < {}')"
    fee = "fee: Mapped[int | None]"
    on_sqlite.begin(model("gigs", TITLE, fee, args=checks.format(10)))
    said = on_sqlite.refused(model("gigs", TITLE, fee, args=checks.format(20)), code=1)
    assert said.startswith("gigs (fee) has several check constraints without a name")
