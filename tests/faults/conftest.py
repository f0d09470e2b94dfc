"""Projects to do harm to: two revisions, a row, and a database of each kind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.broken import FIRST, MODELS, SECOND, revision
from tests.project_folder import ProjectFolder
from tests.servers import Server


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> ProjectFolder:
    """A project whose SQLite database is at the head; made once, to be copied."""
    original = ProjectFolder(tmp_path_factory.mktemp("faults") / "project")
    original.root.mkdir()
    original.write("models.py", MODELS)
    original.write("alembic/versions/1_first.py", FIRST)
    original.write("alembic/versions/2_second.py", SECOND)
    original.run("init", "--models", "models:Base")
    return original


@pytest.fixture
def project(original: ProjectFolder, folder: ProjectFolder) -> ProjectFolder:
    """A copy of that project, on SQLite."""
    shutil.copytree(original.root, folder.root, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def template(original: ProjectFolder, server: Server) -> Iterator[str]:
    """The name of a PostgreSQL database that is at the head, to be copied."""
    with server.database() as url:
        original.run("upgrade", DATABASE_URL=url)
        yield url.partition("@/")[2].partition("?")[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def on_both(request: pytest.FixtureRequest, project: ProjectFolder) -> Iterator[ProjectFolder]:
    """A copy of that project with a database of its own, once for each kind."""
    if request.param == "sqlite":
        project.variables["DATABASE_URL"] = "sqlite:///development.db"
        yield project
        return
    server: Server = request.getfixturevalue("server")
    with server.database(template=request.getfixturevalue("template")) as url:
        project.variables["DATABASE_URL"] = url
        yield project
    assert isinstance(project.root, Path)


@pytest.fixture
def failing(on_both: ProjectFolder) -> ProjectFolder:
    """The same, with a third revision that is pending, and fails after it has done something."""
    on_both.write("alembic/versions/3_third.py", revision("cc333", "abc222", FAILING))
    return on_both


FAILING = """
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE gigs SET venue = 'gone'")
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
