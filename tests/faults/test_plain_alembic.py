"""Alembic's own command line in a project that init wrote: the same results as our verbs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dbtasks.databases import Database
from tests.faults.broken import execute, revision
from tests.project_folder import ProjectFolder, Result
from tests.states import contents_of, state_of

pytestmark = pytest.mark.slow

COLUMN = "    seats: Mapped[int | None] = mapped_column(sa.Integer)\n"


def alembic(folder: ProjectFolder, *words: str, code: int | None = 0) -> Result:
    return folder.process(["alembic", *words], code=code)


def database(folder: ProjectFolder) -> object:
    return state_of(folder)[1]


def test_moving_the_database(on_both: ProjectFolder) -> None:
    at_head = database(on_both)
    assert "abc222 (head)" in alembic(on_both, "current").out
    alembic(on_both, "downgrade", "-1")
    one_below = database(on_both)
    on_both.run("upgrade")
    assert at_head == database(on_both)
    on_both.run("downgrade", "--yes")
    assert one_below == database(on_both)
    alembic(on_both, "upgrade", "head")
    assert at_head == database(on_both)


def test_the_sql_of_a_plan(on_both: ProjectFolder) -> None:
    on_both.run("downgrade", "base", "--yes")
    execute(on_both, "DROP TABLE alembic_version")
    before = state_of(on_both)
    ours = on_both.run("upgrade", "--sql").out
    theirs = alembic(on_both, "upgrade", "head", "--sql").out
    assert before == state_of(on_both)
    if on_both.variables["DATABASE_URL"].startswith("postgresql"):
        assert ours.strip() == theirs.strip()
        return
    for number, script in enumerate((ours, theirs)):
        with closing(sqlite3.connect(on_both.root / f"{number}.db")) as connection:
            connection.executescript(script)
    made = [Database.at(f"sqlite:///{number}.db", on_both.root) for number in range(2)]
    assert contents_of(made[0]) == contents_of(made[1])


def test_writing_revisions(on_both: ProjectFolder) -> None:
    kept = {path.name for path in on_both.revisions()}
    path = on_both.root / "models.py"
    path.write_text(path.read_text() + COLUMN)
    alembic(on_both, "revision", "--autogenerate", "-m", "add seats")
    alembic(on_both, "upgrade", "head")
    alembic(on_both, "check")
    alembic(on_both, "revision", "-m", "by hand")
    new = sorted(path.name for path in on_both.revisions() if path.name not in kept)
    assert [True, True] == [name.rpartition(".")[0].endswith(("seats", "hand")) for name in new]
    for name in new:
        id_ = name.split("_")[2]
        assert id_[0].isalpha(), name
        assert "down_revision: str | Sequence[str] | None" in (
            on_both.root / "alembic" / "versions" / name
        ).read_text(encoding="utf-8")
    alembic(on_both, "upgrade", "head")
    on_both.run("status", "--check")


def test_a_revision_that_fails_is_rolled_back_and_told_in_one_message(
    on_both: ProjectFolder,
) -> None:
    upgrade = """
    op.execute("CREATE TABLE half (id int)")
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
    on_both.write("alembic/versions/3_third.py", revision("c3", "abc222", upgrade))
    before = state_of(on_both)
    result = alembic(on_both, "upgrade", "head", code=255)
    assert "Traceback" not in result.text
    assert "nowhere" in result.text
    assert before == state_of(on_both)


def test_what_a_setting_lacks_is_told_in_one_message(ready: ProjectFolder) -> None:
    result = ready.process(
        ["alembic", "upgrade", "head"], code=255, variables={"APP_ENV": "production"}
    )
    assert "FAILED: The environment is production, and DATABASE_URL is not set." in result.text
    assert "Traceback" not in result.text


def test_a_relative_path_is_the_project_s(ready: ProjectFolder, tmp_path: Path) -> None:
    elsewhere = ProjectFolder(tmp_path)
    elsewhere.process(
        ["alembic", "-c", str(ready.root / "alembic.ini"), "upgrade", "head"],
        variables={"DATABASE_URL": "sqlite:///there.db"},
    )
    assert (ready.root / "there.db").is_file()
