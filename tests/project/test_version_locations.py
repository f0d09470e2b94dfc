"""Folders of revisions that alembic.ini names from the project's root, wherever a verb is run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dbtasks import Project, read_history, read_status, upgrade, write_empty
from tests.faults.broken import revision
from tests.in_process import as_if_new
from tests.project_folder import ProjectFolder


@pytest.fixture
def moved(ready: ProjectFolder) -> ProjectFolder:
    """A project with revisions in two folders, both named from its root, and one below it."""
    (first,) = ready.revisions()
    (ready.root / "history").mkdir()
    first.rename(ready.root / "history" / first.name)
    first.parent.rmdir()
    head = first.name.split("_")[2]
    ready.write("more/history/second.py", revision("second", head))
    (ready.root / "some" / "folder").mkdir(parents=True)
    name_folders(ready, os.pathsep.join(["history", "./more/history"]))
    return ready


def name_folders(project: ProjectFolder, folders: str) -> None:
    ini = project.root / "alembic.ini"
    line = "script_location = %(here)s/alembic\n"
    text = ini.read_text(encoding="utf-8")
    assert line in text
    text = text.replace(line, f"{line}version_locations = {folders}\n")
    ini.write_text(text, encoding="utf-8")


def below(project: ProjectFolder) -> ProjectFolder:
    return ProjectFolder(project.root / "some" / "folder", project.variables)


@pytest.mark.long
def test_verbs_find_them_from_a_folder_below(moved: ProjectFolder) -> None:
    there = below(moved)
    there.run_process("status", "--check", code=3)
    assert "more/history/second.py" in there.run_process("show", "second").out
    there.run_process("upgrade")
    written = there.run_process("migrate", "by hand", "--empty", "--json").json()
    assert written["path"].startswith("more/history/")  # beside the revision that it follows
    assert (moved.root / written["path"]).is_file()
    there.run_process("upgrade")
    there.run_process("status", "--check")
    assert [] == list(there.root.iterdir())


def test_the_library_finds_them_from_any_folder(moved: ProjectFolder, tmp_path: Path) -> None:
    with as_if_new(tmp_path, moved.environment()):
        project = Project.load(moved.root)
        assert ("second",) == project.revisions.heads
        assert ["second"] == [item.id for item in read_status(project).pending]
        upgrade(project)
        written = write_empty(project, "by hand")
        assert (moved.root / written.path).is_file()
        assert 3 == len(read_history(project).revisions)


@pytest.mark.slow
def test_plain_alembic_finds_the_same(moved: ProjectFolder) -> None:
    """Its own paths are those of the folder that it is run in: the project's root."""
    moved.process([sys.executable, "-m", "alembic", "upgrade", "head"])
    below(moved).run_process("status", "--check")


def test_a_folder_that_is_missing_is_named_from_the_root(ready: ProjectFolder) -> None:
    name_folders(ready, "nowhere")
    said = ready.run("status", code=1).err
    assert said.startswith("The folder nowhere/ is missing.\n")
