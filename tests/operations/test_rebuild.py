"""SQLite alters most of a table by rebuilding it: nothing of it, and nothing around it, is lost."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.runtime.migration import MigrationContext

from dbtasks.databases.safe_operations import safe_operations
from dbtasks.errors import RefusedError
from tests.models_project import PRELUDE, TITLE, ModelsProject, model
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
