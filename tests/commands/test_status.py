"""`status`: the verdict, what it is based on, and the command that goes on."""

from __future__ import annotations

from tests.by_hand import run_script
from tests.commands.revisions import VENUE, branch, ids, url
from tests.project_folder import ProjectFolder


def test_status_begins_with_the_verdict(project: ProjectFolder) -> None:
    assert "Up to date." == project.run("status").out.splitlines()[0]


def test_status_names_the_environment_the_database_and_where_its_address_is_from(
    project: ProjectFolder,
) -> None:
    out = project.run("status", APP_ENV="test").out
    assert "environment  test\n" in out
    assert "(DATABASE_URL)" in out


def test_status_names_what_is_pending_and_the_command_that_applies_it(
    behind: ProjectFolder,
) -> None:
    shown = behind.run("status").out.splitlines()
    assert "The database is behind: 2 revisions are pending." == shown[0]
    newest, middle, _ = ids(behind)
    assert [f"  {middle}  add venue", f"  {newest}  fill venue"] == shown[-3:-1]
    assert shown[-1].startswith("Next: ")
    assert shown[-1].endswith(" upgrade")


def test_status_with_check_ends_with_3_only_while_the_database_is_behind(
    behind: ProjectFolder,
) -> None:
    behind.run("status", "--check", code=3)
    behind.run("status")
    behind.run("upgrade")
    behind.run("status", "--check")


def test_status_shows_what_the_models_hold_and_no_revision_does(project: ProjectFolder) -> None:
    project.add_column(VENUE)
    out = project.run("status").out
    assert "Models and database differ in 1 place." == out.splitlines()[0]
    assert "  + gigs.venue VARCHAR(40) NULL\n" in out
    assert out.rstrip().endswith('migrate "what changed"')


def test_status_tells_of_several_heads_and_how_to_join_them(project: ProjectFolder) -> None:
    heads = branch(project)
    out = project.run("status").out
    assert "There are 2 heads, and 2 revisions are pending." == out.splitlines()[0]
    assert f"heads        {', '.join(sorted(heads))}\n" in out
    assert out.rstrip().endswith('merge "join heads"')


def test_status_tells_of_a_revision_that_no_file_has(project: ProjectFolder) -> None:
    run_script(url(project), "UPDATE alembic_version SET version_num = 'abc123'")
    out = project.run("status").out
    assert "The database is at abc123, which no file has." == out.splitlines()[0]


def test_no_verb_takes_a_revision_that_no_file_has_for_the_head_or_for_nothing(
    project: ProjectFolder,
) -> None:
    run_script(url(project), "UPDATE alembic_version SET version_num = 'abc123'")
    assert "abc123" in project.run("status", "--check", code=3).out.splitlines()[0]
    assert project.run("status", "--json").json()["is_behind"]
    result = project.run("check", code=1)
    assert ("", True) == (result.out, "The database is at revision abc123, and no" in result.err)
    assert 2 == len(result.err.splitlines())
    said = "The database is at abc123, which no file has."
    assert [said] == project.run("current").out.splitlines()
    assert ["abc123"] == project.run("current", "--json").json()["unknown"]
    out = project.run("history").out
    assert said == out.splitlines()[0]
    assert "pending" not in out
    (item,) = project.run("history", "--json").json()["revisions"]
    assert item["is_applied"] is None
    assert "pending" not in project.run("show", "head").out


def test_status_of_a_project_without_revisions_says_so(project: ProjectFolder) -> None:
    project.run("downgrade", "base", "--yes")
    for path in project.revisions():
        path.unlink()
    out = project.run("status").out
    assert "There are no revisions yet." == out.splitlines()[0]


def test_status_of_a_database_that_is_not_there_creates_none(
    project: ProjectFolder,
) -> None:
    project.variables["DATABASE_URL"] = "sqlite:///other.db"
    out = project.run("status").out
    assert "The database is not created yet: 1 revision is pending." == out.splitlines()[0]
    assert not (project.root / "other.db").exists()
