"""Nobody waits for `migrate`: neither while it asks, nor behind the locks of others."""

from __future__ import annotations

from contextlib import closing

import psycopg2
import pytest

from dbtasks import Project, migrate
from dbtasks.autogenerate.answers import Answers
from dbtasks.databases.postgresql import scratch
from tests import by_hand
from tests.models_project import TITLE, ModelsProject, model

NAME = "name: Mapped[str] = mapped_column(sa.String(80))"
SEATS = "seats: Mapped[int]"


@pytest.fixture
def gigs(on_postgresql: ModelsProject) -> ModelsProject:
    """A project on PostgreSQL with a row in its table."""
    on_postgresql.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('walk')")
    return on_postgresql


def test_tables_are_free_while_a_person_thinks(gigs: ModelsProject) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        by_hand.run_script(gigs.url, "SET lock_timeout = '1s'; UPDATE gigs SET title = 'run'")
        return "y" if "rename" in question else "7"

    gigs.models(model("gigs", NAME, SEATS))
    project = Project.load(gigs.root, {"database-url": gigs.url})
    migrate(project, "change", Answers(ask=answer))
    assert [
        "Did you rename gigs.title to gigs.name? [y/n]",
        "gigs.seats is NOT NULL. What does the row that exists get? (SQL)",
    ] == asked
    gigs.run("upgrade")
    assert [("run", 7)] == gigs.rows("SELECT name, seats FROM gigs")


def test_a_lock_of_somebody_elses_is_not_waited_for_long(
    gigs: ModelsProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "LONGEST_WAIT_FOR_A_LOCK", 1)
    with closing(psycopg2.connect(gigs.url)) as other:
        other.cursor().execute("LOCK TABLE gigs IN ROW EXCLUSIVE MODE")
        said = gigs.refused(model("gigs", TITLE, "seats: Mapped[int | None]"), code=1)
    assert said.startswith("Another program holds a lock")
    assert said.rstrip().endswith("Let it finish, then try again.")
