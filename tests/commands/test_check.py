"""`check` and `wait`: whether models and database agree, and whether the server answers."""

from __future__ import annotations

from tests.commands.revisions import SEATS, VENUE
from tests.project_folder import ProjectFolder


def test_check_names_each_difference_and_ends_with_4(project: ProjectFolder) -> None:
    project.add_column(VENUE)
    project.add_column(SEATS)
    out = project.run("check", code=4).out
    assert "Models and database differ in 2 places:" == out.splitlines()[0]
    assert "  + gigs.venue VARCHAR(40) NULL\n" in out
    assert "  + gigs.seats INTEGER NULL\n" in out


def test_check_of_a_database_that_is_behind_leads_to_upgrade(behind: ProjectFolder) -> None:
    done = behind.run("check", code=4)
    assert done.out.endswith(
        "The database is behind: revisions are pending.\nNext: python tasks.py upgrade\n"
    )
    assert behind.run("check", "--json", code=4).json()["is_behind"]
    behind.run("upgrade")
    assert not behind.run("check", "--json").json()["is_behind"]


def test_check_of_what_agrees_says_so(project: ProjectFolder) -> None:
    assert "Models and database agree.\n" == project.run("check").out


def test_wait_ends_as_soon_as_the_server_answers(project: ProjectFolder) -> None:
    assert " answers (after " in project.run("wait", "--timeout", "5").out
