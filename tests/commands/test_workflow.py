"""The whole workflow of a developer, on both databases; the first on SQLite, as processes."""

from __future__ import annotations

import pytest

from tests.by_hand import rows, run_script
from tests.project_folder import MODELS, ProjectFolder

VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"
SEATS = "seats: Mapped[int | None]"


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_developer_gets_from_init_to_reset(folder: ProjectFolder, database_url: str) -> None:
    folder.variables["DATABASE_URL"] = database_url
    folder.write_models()

    folder.run_process("init", "--models", "models:Base")
    assert "Up to date." in folder.run_process("status").out

    folder.add_column(VENUE)
    assert "+ gigs.venue VARCHAR(40) NULL" in folder.run_process("migrate", "add venue").out
    assert "add venue" in folder.run_process("status", "--check", code=3).out
    folder.run_process("upgrade")
    assert "Models and database agree." in folder.run_process("check").out

    folder.run_process("downgrade", "--yes")
    folder.run_process("check", code=4)
    folder.run_process("reset", "--yes")
    folder.run_process("status", "--check")


def test_two_developers_get_from_two_heads_to_one(folder: ProjectFolder, database_url: str) -> None:
    folder.variables["DATABASE_URL"] = database_url
    folder.write_models()
    folder.run("init", "--models", "models:Base")

    folder.add_column(VENUE)
    folder.run("migrate", "add venue")
    (hers,) = folder.root.glob("alembic/versions/*add_venue.py")
    aside = hers.rename(hers.with_suffix(".aside"))
    folder.write_models(f"{MODELS}    {SEATS}\n")
    his = folder.run("migrate", "add seats", "--json").json()["revision"]
    aside.rename(hers)
    folder.write_models(f"{MODELS}    {VENUE}\n    {SEATS}\n")

    folder.run("upgrade", code=1)
    folder.run("upgrade", his[:7])
    assert [his] == folder.run("current", "--json").json()["current"]
    folder.run("merge", "join heads")
    folder.run("upgrade")
    assert "Models and database agree." in folder.run("check").out


def test_data_is_migrated_step_by_step(folder: ProjectFolder, database_url: str) -> None:
    folder.variables["DATABASE_URL"] = database_url
    folder.write_models()
    folder.run("init", "--models", "models:Base")
    run_script(database_url, "INSERT INTO gigs (title) VALUES ('walk')")

    folder.add_column(VENUE)
    folder.run("migrate", "add venue")
    written = folder.run("migrate", "name the venue", "--empty", "--json").json()
    path = folder.root / written["path"]
    statement = "    op.execute(\"UPDATE gigs SET venue = 'the harbour'\")\n"
    start = "def upgrade() -> None:\n"
    source = path.read_text(encoding="utf-8").replace(start, start + statement, 1)
    path.write_text(source, encoding="utf-8")

    folder.run("upgrade", "+1")
    assert [("walk", None)] == rows(database_url, "SELECT title, venue FROM gigs")
    folder.run("upgrade", "+1")
    assert [("walk", "the harbour")] == rows(database_url, "SELECT title, venue FROM gigs")

    folder.run("stamp", "base", "--unchecked")
    folder.run("stamp", written["revision"][:8])
    folder.run("status", "--check")


def test_the_sql_builds_the_database_that_upgrade_builds(
    folder: ProjectFolder, database_url: str
) -> None:
    """Somebody who has no dbtasks applies the SQL to a database that nothing was done to yet."""
    folder.variables["DATABASE_URL"] = database_url
    folder.write_models()
    folder.run("init", "--models", "models:Base")
    folder.add_column(VENUE)
    folder.run("migrate", "add venue")
    folder.run("downgrade", "base", "--yes")
    run_script(database_url, "DROP TABLE alembic_version")

    run_script(database_url, folder.run("upgrade", "--sql").out)
    assert "Up to date." in folder.run("status").out
    assert "Models and database agree." in folder.run("check").out
