"""`downgrade`: how far it goes, and that it loses no data unasked."""

from __future__ import annotations

import pytest

from tests.by_hand import rows, run_script
from tests.commands.revisions import columns, current, ids, url
from tests.project_folder import ProjectFolder


@pytest.mark.parametrize(("words", "steps"), [([], 1), (["-1"], 1), (["-2"], 2), (["base"], 3)])
def test_downgrade_takes_back_as_many_revisions_as_it_is_told(
    behind: ProjectFolder, words: list[str], steps: int
) -> None:
    behind.run("upgrade")
    behind.run("downgrade", *words, "--yes")
    assert ids(behind)[steps : steps + 1] == current(behind)


def test_downgrade_goes_to_a_revision(behind: ProjectFolder) -> None:
    behind.run("upgrade")
    oldest = ids(behind)[-1]
    behind.run("downgrade", oldest[:6], "--yes")
    assert [oldest] == current(behind)
    assert "venue" not in columns(behind)


def test_downgrade_below_the_base_is_wrong_usage(project: ProjectFolder) -> None:
    before = current(project)
    assert (
        "There are fewer than 2 revisions that way." in project.run("downgrade", "-2", code=2).err
    )
    assert before == current(project)


def test_a_plan_of_a_downgrade_touches_nothing(behind: ProjectFolder) -> None:
    behind.run("upgrade")
    newest, middle, oldest = ids(behind)
    shown = behind.run("downgrade", "-2", "--plan").out.splitlines()
    assert f"Downgrade in 2 steps: {newest} -> {oldest}" == shown[0]
    steps = [row for row in shown if "/2  " in row]
    assert [f"1/2  {newest}  fill venue", f"2/2  {middle}  add venue"] == steps
    assert [newest] == current(behind)


def test_the_sql_of_a_downgrade_touches_nothing_until_somebody_runs_it(
    behind: ProjectFolder,
) -> None:
    behind.run("upgrade")
    before = current(behind)
    script = behind.run("downgrade", "-2", "--sql").out
    assert before == current(behind)
    assert "venue" in columns(behind)

    run_script(url(behind), script)
    assert ids(behind)[-1:] == current(behind)
    assert "venue" not in columns(behind)


def test_downgrade_refuses_to_lose_data_where_nobody_can_be_asked(behind: ProjectFolder) -> None:
    behind.run("upgrade")
    run_script(url(behind), "INSERT INTO gigs (title, venue) VALUES ('walk', 'harbour')")
    before = current(behind)
    done = behind.run("downgrade", "-2", code=2)
    assert "Data will be lost." in done.err
    assert "gigs.venue" in done.err
    assert done.err.rstrip().endswith("--yes")
    assert before == current(behind)
    assert [("harbour",)] == rows(url(behind), "SELECT venue FROM gigs")
