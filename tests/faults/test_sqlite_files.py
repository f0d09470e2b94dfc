"""SQLite databases that can't be read, written or had to oneself."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.faults.broken import revision
from tests.faults.harm import PYTHON, refused, unprivileged
from tests.project_folder import ProjectFolder
from tests.states import state_of

THIRD = "alembic/versions/3_third.py"


@pytest.fixture
def behind(project: ProjectFolder) -> ProjectFolder:
    """A project with a revision that is pending."""
    project.write(THIRD, revision("c3", "abc222", 'op.execute("UPDATE gigs SET venue = 1")'))
    return project


def test_a_file_that_is_no_database_is_left_as_it_is(behind: ProjectFolder) -> None:
    note = behind.root / "notes.db"
    note.write_text("These are notes, and no database at all. " * 9)
    before = note.read_bytes()
    for words in (["status"], ["upgrade"], ["reset", "--yes"], ["init"]):
        said = behind.run(*words, code=1, DATABASE_URL="sqlite:///notes.db").err
        assert (
            "The database sqlite:///notes.db is no SQLite database, but some other file.\n"
            f"Correct DATABASE_URL, or move the file away; then: {PYTHON} init\n"
        ) == said
    assert before == note.read_bytes()


@pytest.fixture
def locked(behind: ProjectFolder) -> Iterator[ProjectFolder]:
    """The same project while another program writes to its database."""
    before = state_of(behind)
    with closing(sqlite3.connect(behind.root / "development.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield behind
        other.execute("ROLLBACK")
    assert before == state_of(behind)


def test_a_locked_database_is_told_and_can_be_looked_at(locked: ProjectFolder) -> None:
    assert (
        "The database sqlite:///development.db is locked: for 3 seconds, another program has "
        "kept it to itself.\n"
        "Close that program (a shell, a database browser, a server), or wait; then try again.\n"
    ) == locked.run("upgrade", code=1).err
    assert "pending" in locked.run("status").out


def test_nothing_to_do_takes_no_lock(project: ProjectFolder) -> None:
    with closing(sqlite3.connect(project.root / "development.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "Nothing to do" in project.run("upgrade").out


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows folders have no read-only mode")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_read_only_can_be_looked_at_and_is_told(behind: ProjectFolder, what: str) -> None:
    (behind.root / "data").mkdir()
    path = shutil.move(behind.root / "development.db", behind.root / "data" / "x.db")
    behind.variables["DATABASE_URL"] = "sqlite:///data/x.db"
    spoiled = path if what == "file" else path.parent
    spoiled.chmod(0o444 if what == "file" else 0o555)
    try:
        before = path.read_bytes()
        assert 0 == unprivileged(behind, "status").code
        result = unprivileged(behind, "upgrade")
        assert 1 == result.code
        assert (
            f'Revision c3 failed: {THIRD}, line 11: op.execute("UPDATE gigs SET venue = 1")\n'
            "  The database sqlite:///data/x.db can't be written: the file or its folder is "
            "read-only.\n"
            "  in: UPDATE gigs SET venue = 1\n"
            "It was rolled back. Nothing was changed.\n"
            "Let your user write to both, then try again.\n"
        ) == result.err
        assert before == path.read_bytes()
    finally:
        spoiled.chmod(0o755)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows folders have no read-only mode")
def test_a_folder_where_no_file_can_be_made_is_told(behind: ProjectFolder) -> None:
    (behind.root / "data").mkdir(mode=0o555)
    behind.variables["DATABASE_URL"] = "sqlite:///data/new.db"
    result = unprivileged(behind, "upgrade")
    assert 1 == result.code
    assert (
        "The database sqlite:///data/new.db can't be opened, or its folder can't be written.\n"
        f"Let your user write there, or correct DATABASE_URL; then: {PYTHON} init\n"
    ) == result.err
    assert [] == list((behind.root / "data").iterdir())


def test_a_database_that_is_opened_read_only_is_told(behind: ProjectFolder) -> None:
    url = "sqlite:///file:development.db?mode=ro&uri=true"
    assert "pending" in behind.run("status", DATABASE_URL=url).out
    said = refused(behind, "upgrade", code=1, DATABASE_URL=url)
    assert said.endswith("Let your user write to both, then try again.\n")


def test_a_folder_that_is_missing_is_told(behind: ProjectFolder) -> None:
    for verb in ("upgrade", "reset"):
        said = behind.run(verb, code=None, DATABASE_URL="sqlite:///no/such/x.db")
        if verb == "upgrade":
            assert (
                "The folder of the database sqlite:///no/such/x.db is missing.\n"
                f"Make both: {PYTHON} init\n"
            ) == said.err
    assert not (behind.root / "no").exists()


def test_a_damaged_file_is_told(behind: ProjectFolder) -> None:
    path = behind.root / "development.db"
    content = bytearray(path.read_bytes())
    content[100:2000] = b"\xff" * 1900
    path.write_bytes(content)
    said = behind.run("upgrade", code=1).err
    assert "is damaged: " in said
    assert said.endswith("Restore the file from a backup.\n")
    assert bytes(content) == path.read_bytes()


def test_a_folder_in_the_place_of_the_file_is_told(behind: ProjectFolder) -> None:
    said = refused(behind, "status", code=1, DATABASE_URL="sqlite:///alembic")
    assert "can't be opened" in said
    assert 2 == len(said.splitlines())
