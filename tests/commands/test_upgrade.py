"""`upgrade`: how far it goes, what its plan and its SQL say, and what it refuses."""

from __future__ import annotations

import pytest

from tests.by_hand import run_script
from tests.commands.revisions import branch, columns, current, ids, url
from tests.project_folder import ProjectFolder


def test_upgrade_applies_all_and_shows_each_step_with_its_time(behind: ProjectFolder) -> None:
    newest, middle, _ = ids(behind)
    shown = behind.run("upgrade").out.splitlines()
    assert shown[0].startswith(f"1/2  {middle}  add venue  (")
    assert shown[0].endswith(" ms)")
    assert shown[1].startswith(f"2/2  {newest}  fill venue  (")
    assert f" is at {newest} (2 steps, " in shown[2]
    assert "venue" in columns(behind)


@pytest.mark.parametrize("target", ["+1", "the id", "the beginning"])
def test_upgrade_goes_as_far_as_it_is_told(behind: ProjectFolder, target: str) -> None:
    middle = ids(behind)[1]
    behind.run("upgrade", {"the id": middle, "the beginning": middle[:5]}.get(target, target))
    assert [middle] == current(behind)


def test_upgrade_at_the_head_does_nothing(project: ProjectFolder) -> None:
    assert project.run("upgrade").out.startswith("Nothing to do: ")


def test_a_plan_of_an_upgrade_names_its_steps_and_touches_nothing(behind: ProjectFolder) -> None:
    newest, middle, oldest = ids(behind)
    shown = behind.run("upgrade", "--plan").out.splitlines()
    assert f"Upgrade in 2 steps: {oldest} -> {newest}" == shown[0]
    steps = [row for row in shown if "/2  " in row]
    assert [f"1/2  {middle}  add venue", f"2/2  {newest}  fill venue"] == steps
    assert [oldest] == current(behind)


def test_a_plan_of_nothing_says_so(project: ProjectFolder) -> None:
    assert project.run("upgrade", "--plan").out.startswith("Nothing to do: ")


def test_the_sql_of_an_upgrade_touches_nothing_until_somebody_runs_it(
    behind: ProjectFolder,
) -> None:
    before = current(behind)
    script = behind.run("upgrade", "--sql").out
    assert before == current(behind)
    assert "venue" not in columns(behind)

    run_script(url(behind), script)
    assert ids(behind)[:1] == current(behind)
    assert "venue" in columns(behind)


@pytest.mark.slow
def test_what_a_revision_prints_is_no_part_of_the_sql(behind: ProjectFolder) -> None:
    (path,) = (behind.root / "alembic" / "versions").glob("*add_venue.py")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("def upgrade() -> None:\n", "def upgrade() -> None:\n    print('at work')\n"),
        encoding="utf-8",
    )
    shown = behind.run_process("upgrade", "--sql")
    assert "at work" not in shown.out
    assert "at work" in shown.err
    assert "venue" in shown.out


def test_upgrade_refuses_several_heads_and_changes_nothing(project: ProjectFolder) -> None:
    before = current(project)
    branch(project)
    done = project.run("upgrade", code=1)
    assert done.err.rstrip().endswith('merge "join heads"')
    assert before == current(project)
