"""`migrate` and `merge`: what they write, what they leave alone, and what a message may be."""

from __future__ import annotations

import pytest

from tests.by_hand import run_script
from tests.commands.revisions import SEATS, VENUE, branch, columns, titles, url
from tests.project_folder import ProjectFolder
from tests.states import state_of


def test_migrate_writes_the_difference_and_names_the_file_to_review(
    project: ProjectFolder,
) -> None:
    project.add_column(VENUE)
    shown = project.run("migrate", "add venue").out.splitlines()
    assert "+ gigs.venue VARCHAR(40) NULL" == shown[0]
    path = project.root / shown[-2].removeprefix("Wrote ")
    assert path in project.revisions()
    assert shown[-1].startswith("Review it, then: ")
    assert "venue" not in columns(project)


def test_migrate_without_a_difference_writes_nothing(project: ProjectFolder) -> None:
    before = project.revisions()
    out = project.run("migrate", "nothing").out
    assert "Nothing to do: models and database agree. No revision was written.\n" == out
    assert before == project.revisions()


def test_migrate_while_the_database_is_behind_writes_nothing(behind: ProjectFolder) -> None:
    before = behind.revisions()
    behind.add_column(SEATS)
    done = behind.run("migrate", "add seats", code=3)
    assert done.err.rstrip().endswith("upgrade")
    assert before == behind.revisions()


def test_an_empty_revision_is_for_a_migration_of_data(project: ProjectFolder) -> None:
    run_script(url(project), "INSERT INTO gigs (title) VALUES ('walk')")
    name = project.run("migrate", "capital letters", "--empty", "--json").json()["path"]
    path = project.root / name
    text_ = path.read_text(encoding="utf-8")
    body = '    op.execute("UPDATE gigs SET title = upper(title)")\n'
    head = "def upgrade() -> None:\n"
    path.write_text(text_.replace(head, head + body, 1), encoding="utf-8")
    project.run("upgrade")
    assert ["WALK"] == titles(project)


def test_merge_joins_the_heads_and_upgrade_goes_on(project: ProjectFolder) -> None:
    branch(project)
    assert project.run("merge", "join heads").out.startswith("Wrote ")
    project.run("upgrade")
    assert {"venue", "seats"} < columns(project)
    assert "Up to date." == project.run("status").out.splitlines()[0]


def test_merge_of_a_single_head_writes_nothing(project: ProjectFolder) -> None:
    before = project.revisions()
    done = project.run("merge", "join heads", code=1)
    assert "There is nothing to join" in done.err
    assert before == project.revisions()


@pytest.mark.slow
@pytest.mark.parametrize("words", [["migrate", "--help"], ["merge", "--plan"]])
def test_plain_invoke_takes_an_option_for_the_message_and_it_is_refused(
    ready: ProjectFolder, words: list[str]
) -> None:
    before = state_of(ready)
    verb, option = words
    result = ready.process(["inv", *words], code=2)
    assert [
        f"{option!r} is an option and no message. Nothing was written.",
        f"See the options: inv --help {verb}",
    ] == result.err.splitlines()
    assert before == state_of(ready)


@pytest.mark.slow
def test_the_command_that_it_names_shows_the_options(ready: ProjectFolder) -> None:
    assert "--allow-drops" in ready.process(["inv", "--help", "migrate"]).out
