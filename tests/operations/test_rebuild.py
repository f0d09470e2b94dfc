"""SQLite alters most of a table by rebuilding it: nothing of it, and nothing around it, is lost."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import sqlite

from dbtasks.databases.safe_operations import safe_operations
from dbtasks.errors import RefusedError
from tests.models_project import PLAIN_PRELUDE, PRELUDE, TITLE, ModelsProject, model
from tests.states import state_of

ENFORCED = """
import os
from sqlalchemy import event
from sqlalchemy.engine import Engine


@event.listens_for(Engine, "connect")
def enforce_foreign_keys(connection, record):
    if "ENFORCED" in os.environ:  # The listener outlives the test, which is all in one process.
        connection.execute("PRAGMA foreign_keys=ON")
"""
CHILD = model(
    "bookings",
    "gig_id: Mapped[int] = mapped_column(sa.ForeignKey('gigs.id', ondelete='CASCADE'))",
)
LONGER = TITLE.replace("80", "200")
ROWS = (
    "INSERT INTO gigs (title) VALUES ('walk'), ('talk')",
    "INSERT INTO bookings (gig_id) VALUES (1), (2), (2)",
)


def table(project: ModelsProject, name: str = "gigs") -> str:
    """Return the statement that SQLite keeps of a table, in one line."""
    query = f"SELECT sql FROM sqlite_master WHERE name = '{name}'"
    return " ".join(str(project.rows(query)[0][0]).split())


@pytest.fixture
def enforcing(on_sqlite: ModelsProject) -> ModelsProject:
    """A project whose application turns foreign keys on, on every connection."""
    on_sqlite.prelude = PRELUDE + ENFORCED
    on_sqlite.variables["ENFORCED"] = "1"
    return on_sqlite


def test_children_stay_though_the_application_enforces_foreign_keys(
    enforcing: ModelsProject,
) -> None:
    enforcing.begin(model("gigs", TITLE) + CHILD, *ROWS)
    enforcing.change(model("gigs", LONGER) + CHILD)
    assert [(3,)] == enforcing.rows("SELECT count(*) FROM bookings")
    enforcing.run("upgrade")
    assert [(3,)] == enforcing.rows("SELECT count(*) FROM bookings")
    enforcing.run("downgrade", "--yes")
    assert [(3,)] == enforcing.rows("SELECT count(*) FROM bookings")


@pytest.mark.slow
def test_children_stay_in_plain_alembic_too(enforcing: ModelsProject) -> None:
    enforcing.begin(model("gigs", TITLE) + CHILD, *ROWS)
    enforcing.change(model("gigs", LONGER) + CHILD)
    enforcing.process(["alembic", "upgrade", "head"])
    assert [(3,)] == enforcing.rows("SELECT count(*) FROM bookings")


@pytest.mark.slow
def test_a_connection_that_enforces_foreign_keys_is_refused(enforcing: ModelsProject) -> None:
    """Whoever hands over such a connection: better stop than lose rows."""
    enforcing.begin(model("gigs", TITLE) + CHILD, *ROWS)
    engine = sa.create_engine(enforcing.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        with (
            safe_operations(MigrationContext.configure(connection)),
            pytest.raises(RefusedError, match="gigs can't be rebuilt while foreign keys are enf"),
            op.batch_alter_table("gigs") as batch,
        ):
            batch.alter_column("title", type_=sa.String(200))
        connection.commit()
    assert [(3,)] == enforcing.rows("SELECT count(*) FROM bookings")


def test_a_reference_that_would_point_nowhere_stops_the_upgrade(on_sqlite: ModelsProject) -> None:
    plain = model("bookings", "gig_id: Mapped[int]")
    on_sqlite.begin(model("gigs", TITLE) + plain, *ROWS)
    on_sqlite.change(model("gigs", TITLE) + CHILD)
    on_sqlite.execute("INSERT INTO bookings (gig_id) VALUES (99)")
    before = state_of(on_sqlite)
    said = on_sqlite.run("upgrade", code=1).err
    assert (
        "would leave rows that refer to nothing: 1 row of bookings in gigs, one with gig_id 99."
    ) in said
    assert before == state_of(on_sqlite)


def test_references_that_pointed_nowhere_before_do_not_hinder(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE) + CHILD, *ROWS, "INSERT INTO bookings (gig_id) VALUES (9)")
    on_sqlite.change(model("gigs", LONGER) + CHILD)
    on_sqlite.run("upgrade")
    assert [(4,)] == on_sqlite.rows("SELECT count(*) FROM bookings")


def test_a_failure_in_the_middle_leaves_all_as_it_was(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE) + CHILD, *ROWS)
    written = on_sqlite.change(model("gigs", LONGER) + CHILD)
    path = on_sqlite.root / written.out.partition("Wrote ")[2].splitlines()[0]
    text = path.read_text(encoding="utf-8")
    start, end = text.split("\n\n\ndef downgrade")
    path.write_text(f"{start}\n    1 / 0\n\n\ndef downgrade{end}", encoding="utf-8")
    before = state_of(on_sqlite)
    on_sqlite.run("upgrade", code=1)
    assert before == state_of(on_sqlite)
    path.write_text(text, encoding="utf-8")
    on_sqlite.run("upgrade")


def test_triggers_and_views_stay_and_work(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(
        model("gigs", TITLE) + CHILD,
        *ROWS,
        "CREATE TABLE log (what TEXT)",
        "CREATE TRIGGER noted AFTER UPDATE ON gigs "
        "BEGIN INSERT INTO log VALUES (new.title || '; ' || old.title); END",
        "CREATE TRIGGER booked AFTER INSERT ON bookings "
        "BEGIN UPDATE gigs SET title = title || '!' WHERE id = new.gig_id; END",
        "CREATE VIEW titles AS SELECT title FROM gigs",
        "CREATE VIEW booked_titles AS SELECT g.title FROM titles g",
    )
    ignoring = "include_name=lambda name, kind, parents: name != 'log'"
    env = on_sqlite.root / "alembic" / "env.py"
    text = env.read_text(encoding="utf-8").replace("(Base)", f"(Base, {ignoring})")
    env.write_text(text, encoding="utf-8")
    on_sqlite.change(model("gigs", LONGER) + CHILD)
    on_sqlite.run("upgrade")
    on_sqlite.execute("INSERT INTO bookings (gig_id) VALUES (1)")
    assert [("walk!; walk",)] == on_sqlite.rows("SELECT what FROM log")
    assert [("walk!",), ("talk",)] == on_sqlite.rows("SELECT title FROM booked_titles")


def test_a_view_that_a_change_would_break_stops_it(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(
        model("gigs", TITLE, "venue: Mapped[str | None]"),
        "CREATE VIEW venues AS SELECT venue FROM gigs",
    )
    said = on_sqlite.refused(model("gigs", TITLE), code=1)
    assert "gigs.venue is to go, and is read by the view venues. Nothing was written" in said


TRIGGERS = {
    "on the table itself": (
        "CREATE TRIGGER noted AFTER UPDATE ON gigs BEGIN SELECT new.venue; END",
        "a trigger on gigs (UPDATE)",
    ),
    "on another": (
        "CREATE TRIGGER moved AFTER DELETE ON bookings BEGIN UPDATE gigs SET venue = ''; END",
        "a trigger on bookings (DELETE)",
    ),
}


@pytest.mark.parametrize("where", TRIGGERS)
def test_a_trigger_that_a_change_would_break_stops_it(on_sqlite: ModelsProject, where: str) -> None:
    statement, named = TRIGGERS[where]
    models = model("gigs", TITLE, "venue: Mapped[str | None]") + CHILD
    on_sqlite.begin(models, f"{statement};\n{ROWS[0]}", ROWS[1])
    said = on_sqlite.refused(model("gigs", TITLE) + CHILD, code=1)
    assert f"gigs.venue is to go, and is read by {named}. Nothing was written" in said
    on_sqlite.change(models.replace("80", "200"))
    on_sqlite.run("upgrade")


def test_views_and_triggers_follow_a_rename(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(
        model("gigs", TITLE, "fee: Mapped[int | None]"),
        "CREATE VIEW titles AS SELECT title FROM gigs",
        "CREATE TRIGGER cheap AFTER INSERT ON gigs BEGIN UPDATE gigs SET fee = 1 "
        "WHERE title = new.title; END",
        "INSERT INTO gigs (title) VALUES ('walk')",
    )
    after = model("shows", LONGER.replace("title", "name"), "fee: Mapped[str | None]")
    on_sqlite.change(after, "--rename", "gigs=shows", "--rename", "gigs.title=name")
    on_sqlite.run("upgrade")
    on_sqlite.execute("INSERT INTO shows (name) VALUES ('talk')")
    assert [("walk", "1"), ("talk", "1")] == on_sqlite.rows("SELECT name, fee FROM shows")
    assert [("walk",), ("talk",)] == on_sqlite.rows("SELECT * FROM titles")


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
