"""The whole workflow of a developer, as processes, on both databases."""

from __future__ import annotations

from tests.by_hand import rows, run_script
from tests.workshop import MODELS, Workshop

VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"
SEATS = "seats: Mapped[int | None]"


def test_a_developer_gets_from_init_to_reset(workshop: Workshop, database_url: str) -> None:
    workshop.variables["DATABASE_URL"] = database_url
    workshop.write_models()

    workshop.run("init", "--models", "models:Base")
    assert "Up to date." in workshop.run("status").out

    workshop.add_column(VENUE)
    assert "+ gigs.venue VARCHAR(40) NULL" in workshop.run("migrate", "add venue").out
    assert "add venue" in workshop.run("status", "--check", code=3).out
    workshop.run("upgrade")
    assert "Models and database agree." in workshop.run("check").out

    workshop.run("downgrade", "--yes")
    workshop.run("check", code=4)
    workshop.run("reset", "--yes")
    workshop.run("status", "--check")


def test_two_developers_get_from_two_heads_to_one(workshop: Workshop, database_url: str) -> None:
    workshop.variables["DATABASE_URL"] = database_url
    workshop.write_models()
    workshop.run("init", "--models", "models:Base")

    workshop.add_column(VENUE)
    workshop.run("migrate", "add venue")
    (hers,) = workshop.root.glob("alembic/versions/*add_venue.py")
    aside = hers.rename(hers.with_suffix(".aside"))
    workshop.write_models(f"{MODELS}    {SEATS}\n")
    his = workshop.run("migrate", "add seats", "--json").json()["revision"]
    aside.rename(hers)
    workshop.write_models(f"{MODELS}    {VENUE}\n    {SEATS}\n")

    workshop.run("upgrade", code=1)
    workshop.run("upgrade", his[:7])
    assert [his] == workshop.run("current", "--json").json()["current"]
    workshop.run("merge", "join heads")
    workshop.run("upgrade")
    assert "Models and database agree." in workshop.run("check").out


def test_data_is_migrated_step_by_step(workshop: Workshop, database_url: str) -> None:
    workshop.variables["DATABASE_URL"] = database_url
    workshop.write_models()
    workshop.run("init", "--models", "models:Base")
    run_script(database_url, "INSERT INTO gigs (title) VALUES ('walk')")

    workshop.add_column(VENUE)
    workshop.run("migrate", "add venue")
    written = workshop.run("migrate", "name the venue", "--empty", "--json").json()
    path = workshop.root / written["path"]
    statement = "    op.execute(\"UPDATE gigs SET venue = 'the harbour'\")\n"
    start = "def upgrade() -> None:\n"
    source = path.read_text(encoding="utf-8").replace(start, start + statement, 1)
    path.write_text(source, encoding="utf-8")

    workshop.run("upgrade", "+1")
    assert [("walk", None)] == rows(database_url, "SELECT title, venue FROM gigs")
    workshop.run("upgrade", "+1")
    assert [("walk", "the harbour")] == rows(database_url, "SELECT title, venue FROM gigs")

    workshop.run("stamp", "base")
    workshop.run("stamp", written["revision"][:8])
    workshop.run("status", "--check")


def test_the_sql_builds_the_database_that_upgrade_builds(
    workshop: Workshop, database_url: str
) -> None:
    """Somebody who has no dbtasks applies the SQL to a database that nothing was done to yet."""
    workshop.variables["DATABASE_URL"] = database_url
    workshop.write_models()
    workshop.run("init", "--models", "models:Base")
    workshop.add_column(VENUE)
    workshop.run("migrate", "add venue")
    workshop.run("downgrade", "base", "--yes")
    run_script(database_url, "DROP TABLE alembic_version")

    run_script(database_url, workshop.run("upgrade", "--sql").out)
    assert "Up to date." in workshop.run("status").out
    assert "Models and database agree." in workshop.run("check").out
