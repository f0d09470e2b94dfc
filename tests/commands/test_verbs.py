"""Every verb on both databases: what it answers, what it changes, and what it leaves alone."""

from __future__ import annotations

import sys

import pytest
from sqlalchemy import create_engine, inspect

from tests.by_hand import rows, run_script
from tests.project_folder import MODELS, ProjectFolder

VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"
SEATS = "seats: Mapped[int | None]"
SEEDS = """
import sqlalchemy as sa

def seed(connection):
    connection.execute(sa.text("INSERT INTO gigs (title) VALUES ('City walk')"))
"""


@pytest.fixture
def project(folder: ProjectFolder, database_url: str) -> ProjectFolder:
    """A project whose database is at its one revision, on either database."""
    project = ProjectFolder(folder.root, {"DATABASE_URL": database_url})
    project.write_models()
    project.run("init", "--models", "models:Base")
    return project


@pytest.fixture
def behind(project: ProjectFolder) -> ProjectFolder:
    """The same with two pending revisions: "add venue" and "fill venue"."""
    add_revision(project, VENUE, "add venue")
    project.run("migrate", "fill venue", "--empty")
    return project


def add_revision(project: ProjectFolder, column: str, message: str) -> str:
    """Add a column to the models and write its revision; return the id."""
    project.add_column(column)
    return str(project.run("migrate", message, "--json").json()["revision"])


def branch(project: ProjectFolder) -> tuple[str, str]:
    """Let two revisions follow the same one, as two colleagues do; return their ids."""
    first = add_revision(project, VENUE, "add venue")
    (path,) = (project.root / "alembic" / "versions").glob("*add_venue.py")
    aside = path.rename(path.with_suffix(".aside"))
    project.write_models()
    second = add_revision(project, SEATS, "add seats")
    aside.rename(path)
    project.write_models(f"{MODELS}    {VENUE}\n    {SEATS}\n")
    return first, second


def columns(project: ProjectFolder, table: str = "gigs") -> set[str]:
    """Return the columns that a table has in the database; none if there is no table."""
    engine = create_engine(url(project).replace("postgresql:", "postgresql+psycopg2:"))
    inspector = inspect(engine)
    found = inspector.get_columns(table) if inspector.has_table(table) else []
    engine.dispose()
    return {column["name"] for column in found}


def url(project: ProjectFolder) -> str:
    """Return the address of the project's database."""
    return project.variables["DATABASE_URL"]


def ids(project: ProjectFolder) -> list[str]:
    """Return the ids of all revisions, the newest first."""
    return [item["id"] for item in project.run("history", "--json").json()["revisions"]]


def current(project: ProjectFolder) -> list[str]:
    """Return the revisions that the database names."""
    return list(project.run("current", "--json").json()["current"])


# status


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
    assert "The models hold 1 change that no revision does." == out.splitlines()[0]
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


# current, history, heads, show


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


# check, wait


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


# migrate, merge


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


# upgrade


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


def test_upgrade_refuses_several_heads_and_changes_nothing(project: ProjectFolder) -> None:
    before = current(project)
    branch(project)
    done = project.run("upgrade", code=1)
    assert done.err.rstrip().endswith('merge "join heads"')
    assert before == current(project)


# downgrade


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


# stamp, reset, init


def test_stamp_records_a_revision_and_runs_nothing(behind: ProjectFolder) -> None:
    newest = ids(behind)[0]
    assert f"{newest} (head)\n" == behind.run("stamp", "head").out
    assert [newest] == current(behind)
    assert "venue" not in columns(behind)


def test_stamp_base_forgets_all_revisions(project: ProjectFolder) -> None:
    project.run("stamp", "base")
    assert [] == current(project)
    assert "title" in columns(project)


def test_stamp_with_purge_leaves_a_revision_that_no_file_has(project: ProjectFolder) -> None:
    run_script(url(project), "UPDATE alembic_version SET version_num = 'abc123'")
    project.run("stamp", "head", code=1)
    assert ["abc123"] == current(project)
    project.run("stamp", "head", "--purge")
    assert "Up to date." == project.run("status").out.splitlines()[0]


def test_reset_rebuilds_from_the_migrations(behind: ProjectFolder) -> None:
    run_script(url(behind), "INSERT INTO gigs (title) VALUES ('gone after this')")
    run_script(url(behind), "CREATE TABLE left_over (id INTEGER)")
    out = behind.run("reset", "--yes").out
    assert "(3 steps, " in out
    assert [] == titles(behind)
    assert set() == columns(behind, "left_over")
    assert "venue" in columns(behind)


def test_reset_seeds_when_it_is_asked_to(project: ProjectFolder) -> None:
    project.write("seeds.py", SEEDS)
    project.write("pyproject.toml", '[tool.dbtasks]\nseed = "seeds:seed"\n')
    assert "Seeded by seeds:seed." in project.run("reset", "--seed", "--yes").out
    assert ["City walk"] == titles(project)


def test_init_can_be_repeated(project: ProjectFolder) -> None:
    before = {path: path.read_bytes() for path in project.root.rglob("*.py")}
    out = project.run("init").out
    assert "kept tasks.py, " in out
    assert "Nothing to do: " in out
    assert before == {path: path.read_bytes() for path in project.root.rglob("*.py")}


def test_init_shows_what_it_wrote_in_the_order_in_which_it_happened(
    project: ProjectFolder,
) -> None:
    for path in project.revisions():
        path.unlink()
    project.run("reset", "--yes")
    (project.root / "justfile").unlink()
    shown = project.run("init").out.splitlines()
    assert "wrote justfile" == shown[0]
    assert any(row.startswith("wrote alembic/versions/") for row in shown)
    assert shown[-3].startswith("1/1  ")
    assert shown[-1].endswith("status")


def titles(project: ProjectFolder) -> list[str]:
    """Return the titles of the gigs."""
    return [row[0] for row in rows(url(project), "SELECT title FROM gigs ORDER BY title")]


# the tasks themselves


def test_each_collection_of_tasks_has_its_help(project: ProjectFolder) -> None:
    first, second = (project.run("help", "upgrade").out for _ in range(2))
    assert "show the steps and stop" in first
    assert first == second


@pytest.mark.slow
def test_a_verb_can_come_before_a_task_of_ones_own(behind: ProjectFolder) -> None:
    name = behind.root / "tasks.py"
    own = """
from invoke import task

@task(pre=[namespace["upgrade"]])
def serve(context):
    print("serving")

namespace.add_task(serve)

if __name__"""
    head, _, end = name.read_text(encoding="utf-8").rpartition("\nif __name__")
    name.write_text(head + own + end, encoding="utf-8")
    out = behind.process([sys.executable, "tasks.py", "serve"]).out
    assert "(2 steps, " in out
    assert out.endswith("serving\n")
