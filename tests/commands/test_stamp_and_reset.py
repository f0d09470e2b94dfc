"""`stamp` and `reset`: what is recorded, and what is made anew."""

from __future__ import annotations

import re

import pytest

from tests.by_hand import run_script
from tests.commands.revisions import columns, current, ids, titles, url
from tests.project_folder import ProjectFolder

SEEDS = """
import sqlalchemy as sa

def seed(connection):
    connection.execute(sa.text("INSERT INTO gigs (title) VALUES ('City walk')"))
"""


def test_stamp_records_a_revision_and_runs_nothing(behind: ProjectFolder) -> None:
    newest = ids(behind)[0]
    assert f"{newest} (head)\n" == behind.run("stamp", "head", "--unchecked").out
    assert [newest] == current(behind)
    assert "venue" not in columns(behind)


def test_stamp_base_forgets_all_revisions(project: ProjectFolder) -> None:
    project.run("stamp", "base", "--unchecked")
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


def test_a_reset_whose_revisions_fail_in_an_empty_database_drops_nothing(
    project: ProjectFolder,
) -> None:
    (path,) = project.revisions()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("sa.Integer()", "sa.Intger()"), encoding="utf-8")
    said = project.run("reset", "--yes", code=1).err
    assert f"on the way from an empty one, revision {ids(project)[0]} fails: " in said
    assert "Nothing was dropped." in said
    assert "title" in columns(project)


def test_a_first_revision_that_takes_tables_for_granted_is_no_way_to_reset(
    project: ProjectFolder,
) -> None:
    (path,) = project.revisions()
    text = path.read_text(encoding="utf-8")
    body = 'op.add_column("gigs", sa.Column("venue", sa.Text()))\n\n\ndef downgrade'
    text = re.sub(r"op\.create_table\(.*def downgrade", body, text, flags=re.DOTALL)
    path.write_text(text, encoding="utf-8")
    run_script(url(project), "INSERT INTO gigs (title) VALUES ('kept')")
    assert "Nothing was dropped." in project.run("reset", "--yes", code=1).err
    assert ["kept"] == titles(project)


def test_a_reset_that_fails_says_what_it_has_dropped(project: ProjectFolder) -> None:
    (path,) = project.revisions()
    text = path.read_text(encoding="utf-8")
    # What reaches further is not tried beforehand.
    further = "def upgrade() -> None:\n    print(open('notes.txt', 'w').close())\n    1 / 0\n"
    path.write_text(text.replace("def upgrade() -> None:\n", further), encoding="utf-8")
    said = project.run("reset", "--yes", code=1).err
    assert "Everything had been dropped before: the database is empty." in said
    assert "Nothing was changed" not in said
    assert set() == columns(project)


@pytest.mark.parametrize("text", ["", "revision = 'a'\ndown_revision = None\nimport nowhere\n"])
def test_a_reset_that_can_not_rebuild_drops_nothing(project: ProjectFolder, text: str) -> None:
    (path,) = project.revisions()
    path.write_text(text, encoding="utf-8") if text else path.unlink()
    said = project.run("reset", "--yes", code=1).err
    assert "Nothing was dropped" in said or "Nothing was changed" in said
    assert "title" in columns(project)


def test_reset_seeds_when_it_is_asked_to(project: ProjectFolder) -> None:
    project.write("seeds.py", SEEDS)
    project.write("pyproject.toml", '[tool.dbtasks]\nseed = "seeds:seed"\n')
    assert "Seeded by seeds:seed." in project.run("reset", "--seed", "--yes").out
    assert ["City walk"] == titles(project)
