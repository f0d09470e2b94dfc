"""`current`, `history`, `heads` and `show`: the revisions, and what of them is applied."""

from __future__ import annotations

import pytest

from tests.commands.revisions import branch, ids
from tests.project_folder import ProjectFolder


def test_current_names_the_revision_and_whether_it_is_the_head(behind: ProjectFolder) -> None:
    newest, _, oldest = ids(behind)
    assert f"{oldest} (behind: the head is {newest})\n" == behind.run("current").out
    behind.run("upgrade")
    assert f"{newest} (head)\n" == behind.run("current").out


def test_current_of_an_empty_database_is_base(project: ProjectFolder) -> None:
    project.run("downgrade", "base", "--yes")
    assert project.run("current").out.startswith("base (behind: ")


def test_history_marks_what_is_applied_and_the_head(behind: ProjectFolder) -> None:
    newest, middle, oldest = ids(behind)
    assert [
        f"o  {newest}  fill venue  (head, pending)",
        f"o  {middle}  add venue  (pending)",
        f"*  {oldest}  initial  (current)",
    ] == behind.run("history").out.splitlines()
    behind.run("upgrade", "+1")
    assert [
        f"o  {newest}  fill venue  (head, pending)",
        f"*  {middle}  add venue  (current)",
        f"*  {oldest}  initial",
    ] == behind.run("history").out.splitlines()


def test_history_draws_branches_and_their_merge(project: ProjectFolder) -> None:
    first = ids(project)[0]
    branches = branch(project)
    joined = project.run("merge", "join heads", "--json").json()["revision"]
    shown = project.run("history").out.splitlines()
    assert f"o    {joined}  join heads  (head, pending)" == shown[0]
    assert ["|-.", "|-'"] == [shown[1], shown[4]]
    assert {"o |", "| o"} == {row[:3] for row in shown[2:4]}
    assert set(branches) == {row.split("  ")[1] for row in shown[2:4]}
    assert f"*    {first}  initial  (current)" == shown[5]


def test_history_of_nothing_says_how_to_begin(project: ProjectFolder) -> None:
    for path in project.revisions():
        path.unlink()
    out = project.run("history").out
    assert "There are no revisions yet." == out.splitlines()[0]


def test_heads_shows_the_tip_of_each_branch(project: ProjectFolder) -> None:
    heads = branch(project)
    shown = project.run("heads", "--json").json()["revisions"]
    assert sorted(heads) == sorted(item["id"] for item in shown)
    assert 2 == len(project.run("heads").out.splitlines())


@pytest.mark.parametrize("name", ["head", "the beginning", "the id"])
def test_show_finds_a_revision_by_any_of_its_names(behind: ProjectFolder, name: str) -> None:
    newest = ids(behind)[0]
    word = {"head": "head", "the beginning": newest[:6], "the id": newest}[name]
    out = behind.run("show", word).out
    assert f"revision  {newest}\n" in out
    assert "message   fill venue\n" in out
    assert "state     head, pending\n" in out
    assert "_fill_venue.py\n" in out


def test_show_of_an_unknown_revision_is_wrong_usage(project: ProjectFolder) -> None:
    done = project.run("show", "zzz", code=2)
    assert "There is no revision 'zzz'." in done.err
    assert "" == done.out
