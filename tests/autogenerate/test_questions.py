"""What `migrate` asks a person on a real terminal."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model

pytest.importorskip("pty", reason="Windows has no pty to test a terminal with")

from tests.selection import everyday_on
from tests.terminals import terminal

pytestmark = pytest.mark.slow

NAME = "name: Mapped[str] = mapped_column(sa.String(80))"
INSERT = "INSERT INTO gigs (title) VALUES ('walk')"
QUESTION = "Did you rename gigs.title to gigs.name? [y/n]"


def answered(project: ModelsProject, models: str, *dialogue: tuple[str, str]) -> str:
    """Run `migrate` on a terminal, answer its questions; return all that was shown."""
    project.models(models)
    with terminal(project, "migrate", "change") as opened:
        for question, answer in dialogue:
            opened.wait_for(question)
            opened.received.clear()
            opened.type(f"{answer}\n")
        assert 0 == opened.end(), opened.shown
        return opened.shown


@everyday_on("sqlite")
def test_yes_on_a_terminal_keeps_the_values(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    # Neither Enter alone nor a word that is no answer counts as a no.
    dialogue = ((QUESTION, ""), (QUESTION, "what?"), (QUESTION, "y"))
    assert "~ gigs.title renamed to name" in answered(project, model("gigs", NAME), *dialogue)
    project.run("upgrade")
    assert [("walk",)] == project.rows("SELECT name FROM gigs")


def test_no_on_a_terminal_drops_and_adds(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    fill = ("gigs.name is NOT NULL. What does the row that exists get? (SQL)", "upper('x')")
    shown = answered(on_sqlite, model("gigs", NAME), (QUESTION, "n"), fill)
    assert "- gigs.title" in shown
    assert "drops gigs.title with 1 value" in shown
    on_sqlite.run("upgrade")
    assert [("X",)] == on_sqlite.rows("SELECT name FROM gigs")


def test_the_end_of_input_is_no_answer_and_writes_nothing(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    kept = on_sqlite.revisions()
    on_sqlite.models(model("gigs", NAME))
    with terminal(on_sqlite, "migrate", "change") as opened:
        opened.wait_for(QUESTION)
        opened.type("\x04")
        assert 1 == opened.end()
        assert "No answer was given. Nothing was done." in opened.shown
    assert kept == on_sqlite.revisions()


@everyday_on("sqlite")
def test_a_person_on_a_terminal_is_asked_until_there_is_an_answer(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), f"{INSERT}, ('talk')")
    project.models(model("gigs", TITLE, "seats: Mapped[int]"))
    question = "gigs.seats is NOT NULL. What do the 2 rows that exist get? (SQL)"
    with terminal(project, "migrate", "change") as opened:
        for answer in ("\n", "length(title)\n"):
            opened.wait_for(question)
            opened.received.clear()
            opened.type(answer)
        assert 0 == opened.end(), opened.shown
        assert "gigs.seats: NULL first, 2 rows filled, then NOT NULL" in opened.shown
    project.run("upgrade")
    assert [(4,), (4,)] == project.rows("SELECT seats FROM gigs")
