"""The page on what fails quotes what the program says, word for word."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases.drivers import POSTGRESQL_DRIVERS, hiding
from tests.faults.broken import execute, revision
from tests.faults.harm import append, write
from tests.faults.test_failing_migrations import HALF_WAY
from tests.faults.test_interrupts import PYTHON_SLEEPS, UPGRADE, interrupted, write_slow_revision
from tests.network import free_port
from tests.project_folder import REPOSITORY, ProjectFolder
from tests.servers import Server

PAGE = REPOSITORY / "docs" / "guides" / "troubleshooting.md"
THIRD = "alembic/versions/3_third.py"

Spoil = Callable[[ProjectFolder], object]
ON_FILES: dict[str, tuple[Spoil, str]] = {
    "Models that do not import": (append("models.py", "import geoalchemy3"), "status"),
    "An env.py that runs nothing": (
        write("alembic/env.py", "from alembic import context\n"),
        "status",
    ),
    "A revision that fails": (write(THIRD, revision("c3", "abc222", HALF_WAY)), "upgrade"),
    "Tables that are there already": (
        lambda project: execute(project, "DELETE FROM alembic_version"),
        "upgrade",
    ),
    "A revision that no file has": (
        lambda project: execute(project, "UPDATE alembic_version SET version_num = 'deadbeef'"),
        "upgrade",
    ),
    "Several heads": (write(THIRD, revision("c3", "abc111")), "upgrade"),
    "Files that form no history": (write(THIRD, revision("c3", "gone")), "upgrade"),
    "An address that is none": (
        lambda project: project.variables.update(DATABASE_URL="postgresql:/u:secret@h/d"),
        "upgrade",
    ),
    "Production without an address": (
        lambda project: project.variables.update(APP_ENV="production"),
        "upgrade",
    ),
}
ELSEWHERE = {
    *("No server at the address", "A password that is wrong", "A role that is missing"),
    *("A database that is missing", "A role that may not create tables", "No driver"),
    *("A file that is locked", "Ctrl+C", "A folder that hides Alembic"),
}


def quoted() -> dict[str, str]:
    """Return the message of each section of the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"^### (.+?)\n\n```text\n(.*?)```$", text, re.MULTILINE | re.DOTALL)
    return dict(found)


def said(project: ProjectFolder, *words: str, **variables: str) -> str:
    """Return what a verb says when it fails, as it would in Ada's project."""
    return as_ada(project, project.run(*words, code=None, **variables).err)


def as_ada(project: ProjectFolder, message: str) -> str:
    paths = re.escape(str(project.root)) + r"[\w\\/.]+"
    return re.sub(
        paths,
        lambda path: (Path("/home/ada/shop") / Path(path[0]).relative_to(project.root)).as_posix(),
        message,
    )


def test_every_message_on_the_page_is_tried() -> None:
    assert set(quoted()) == set(ON_FILES) | ELSEWHERE


@pytest.mark.parametrize("section", ON_FILES)
def test_messages_of_a_project(project: ProjectFolder, section: str) -> None:
    spoil, verb = ON_FILES[section]
    spoil(project)
    assert quoted()[section] == said(project, verb)


@pytest.mark.slow
def test_the_message_of_a_folder_that_hides_alembic(project: ProjectFolder) -> None:
    project.write("alembic/__init__.py", "")
    message = project.run_process("status", code=1).err
    assert quoted()["A folder that hides Alembic"] == as_ada(project, message)


@pytest.mark.slow
def test_messages_of_a_server(project: ProjectFolder, server: Server, tmp_path: Path) -> None:
    port = free_port()
    address = f"postgresql://ada:secret@127.0.0.1:{port}/shop"
    message = said(project, "status", DATABASE_URL=address)
    message = message.replace(f"127.0.0.1:{port}", "localhost:5432")
    message = re.sub(r"Connection refused.*\.", "Connection refused.", message)
    assert quoted()["No server at the address"] == message
    drivers = hiding(tmp_path / "hiding", *POSTGRESQL_DRIVERS)
    without = project.run_process("status", code=None, DATABASE_URL=address, **drivers).err
    without = without.replace("python -m dbtasks", "python tasks.py")
    assert quoted()["No driver"] == as_ada(project, without)

    with server.tcp() as (host, port), server.role("right") as role, server.database() as url:
        place = f"{host}:{port}"
        name = url.partition("@/")[2].partition("?")[0]
        for section, verb, userinfo, database in (
            ("A password that is wrong", "status", f"{role}:wrong", name),
            ("A role that is missing", "status", "ada:secret", name),
            ("A database that is missing", "status", f"{role}:right", "shop"),
            ("A role that may not create tables", "upgrade", f"{role}:right", name),
        ):
            message = said(
                project, verb, DATABASE_URL=f"postgresql://{userinfo}@{place}/{database}"
            )
            message = message.replace(place, "localhost:5432").replace(role, "ada")
            assert quoted()[section] == message


def test_the_message_of_a_locked_file(project: ProjectFolder) -> None:
    project.write(THIRD, revision("c3", "abc222"))
    with closing(sqlite3.connect(project.root / "development.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert quoted()["A file that is locked"] == said(project, "upgrade")


@pytest.mark.slow
def test_the_message_of_an_interrupt(project: ProjectFolder) -> None:
    write_slow_revision(project, PYTHON_SLEEPS)
    message = interrupted(project, *UPGRADE).err
    assert quoted()["Ctrl+C"] == as_ada(project, message)
