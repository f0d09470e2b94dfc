"""Every verb through every driver, beside a running event loop too, and with one driver alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dbtasks import (
    Project,
    check_models,
    downgrade,
    initialize,
    migrate,
    read_current,
    read_history,
    read_status,
    reset,
    sql,
    stamp,
    upgrade,
)
from dbtasks.commands.wait import wait_for
from tests.databases.drivers import (
    DRIVERS,
    POSTGRESQL_DRIVERS,
    SQLITE_DRIVERS,
    hiding,
    with_driver,
)
from tests.in_process import as_if_new
from tests.project_folder import MODELS, ProjectFolder
from tests.selection import rarely

COLUMN = "    venue: Mapped[str | None] = mapped_column(sa.String(40))\n"
SEEDS = """
import sqlalchemy as sa

def seed(connection):
    connection.execute(sa.text("INSERT INTO gigs (title) VALUES ('City walk')"))
"""


@pytest.fixture(params=rarely(DRIVERS, "asyncpg", "aiosqlite"))
def driver_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once for each driver."""
    if request.param in SQLITE_DRIVERS:
        return with_driver(f"sqlite:///{(tmp_path / 'x.db').as_posix()}", request.param)
    return with_driver(request.getfixturevalue("postgresql_url"), request.param)


def test_every_verb_works_through_every_driver(folder: ProjectFolder, driver_url: str) -> None:
    project = ProjectFolder(folder.root, {"DATABASE_URL": driver_url})
    project.write_models()
    project.write("seeds.py", SEEDS)
    project.write("pyproject.toml", '[tool.dbtasks]\nseed = "seeds:seed"\n')

    assert "is at" in project.run("init", "--models", "models:Base").out
    assert "answers" in project.run("wait", "--timeout", "5").out
    project.write_models(MODELS + COLUMN)
    assert "+ gigs.venue VARCHAR(40) NULL" in project.run("migrate", "add venue").out
    project.run("status", "--check", code=3)
    assert "add venue" in project.run("upgrade", "--plan").out
    assert "ADD COLUMN" in project.run("upgrade", "--sql").out
    assert "add venue" in project.run("upgrade").out
    assert "Nothing to do" in project.run("upgrade").out
    project.run("status", "--check")
    project.run("check")
    assert "add venue" in project.run("history").out
    head = project.run("current", "--json").json()["current"][0]
    assert head in project.run("heads").out
    assert "add venue" in project.run("show", head).out

    assert "add venue" in project.run("downgrade", "-1", "--yes").out
    project.run("check", code=4)
    project.run("stamp", "head", code=1)
    project.run("stamp", head, "--unchecked")
    project.run("stamp", "base", code=1)
    project.run("stamp", "base", "--unchecked")
    project.run("reset", "--yes", "--seed")
    project.run("status", "--check")

    project.run("migrate", "left", "--empty")
    (left,) = (project.root / "alembic" / "versions").glob("*left.py")
    aside = left.rename(left.with_suffix(".aside"))
    project.run("migrate", "right", "--empty")
    aside.rename(left)
    project.run("upgrade", code=1)
    project.run("merge", "join heads")
    project.run("upgrade")
    project.run("check")


def test_the_library_works_beside_a_running_event_loop(
    folder: ProjectFolder, driver_url: str
) -> None:
    folder.write_models()

    def project() -> Project:
        return Project.load(folder.root, {"database-url": driver_url})

    async def work() -> None:
        async def tick() -> None:
            while True:
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        assert initialize(project(), "models:Base").outcome.current == project().revisions.heads
        assert "" == migrate(project(), "nothing to do").path
        downgrade(project(), "base")
        assert () == read_current(project()).current
        assert 1 == len(read_status(project()).pending)
        assert "CREATE TABLE gigs" in sql(project(), "upgrade", "head").sql
        upgrade(project())
        assert not check_models(project()).differs
        assert [True] == [revision.is_applied for revision in read_history(project()).revisions]
        assert stamp(project(), "head").is_at_head
        wait_for(project().database, 5)
        reset(project())
        ticking.cancel()

    with as_if_new(folder.root, folder.environment()):
        asyncio.run(work())


@pytest.mark.long
@pytest.mark.parametrize("alone", POSTGRESQL_DRIVERS)
def test_a_plain_address_takes_the_driver_that_is_installed(
    ready: ProjectFolder, tmp_path: Path, postgresql_url: str, alone: str
) -> None:
    others = [driver for driver in POSTGRESQL_DRIVERS if driver != alone]
    variables = hiding(tmp_path / "hiding", "aiosqlite", *others)
    for scheme in ("postgres", "postgresql"):
        address = postgresql_url.replace("postgresql", scheme, 1)
        assert "is at" in ready.run_process("upgrade", DATABASE_URL=address, **variables).out
    assert (
        "FAILED"
        not in ready.process(
            ["alembic", "upgrade", "head"], variables={"DATABASE_URL": postgresql_url, **variables}
        ).text
    )


@pytest.mark.slow
def test_no_driver_at_all_is_told_with_the_command_that_installs_one(
    ready: ProjectFolder, tmp_path: Path
) -> None:
    variables = hiding(tmp_path / "hiding", *POSTGRESQL_DRIVERS, "aiosqlite")
    address = "postgresql://u:secret@127.0.0.1:1/d"
    assert (
        "DATABASE_URL needs a driver for postgresql, and it is not installed.\n"
        'Install it: pip install "dbtasks[postgres]"\n'
    ) == ready.run_process("status", code=1, DATABASE_URL=address, **variables).err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "hidden", "command"),
    [
        ("postgresql+psycopg2://h/d", "psycopg2", 'pip install "dbtasks[postgres]"'),
        ("postgresql+psycopg://h/d", "psycopg", 'pip install "psycopg[binary]"'),
        ("postgresql+asyncpg://h/d", "asyncpg", 'pip install "dbtasks[async]"'),
        ("postgresql+asyncpg://h/d", "greenlet", 'pip install "dbtasks[async]"'),
        ("sqlite+aiosqlite:///x.db", "aiosqlite", 'pip install "dbtasks[async]"'),
    ],
)
def test_a_driver_that_is_named_and_not_installed_is_told(
    ready: ProjectFolder, tmp_path: Path, url: str, hidden: str, command: str
) -> None:
    driver = url.partition("+")[2].partition(":")[0]
    variables = hiding(tmp_path / "hiding", hidden)
    said = ready.run_process("status", code=1, DATABASE_URL=url, **variables).err
    assert (
        f"DATABASE_URL needs the driver {driver}, and it is not installed.\nInstall it: {command}\n"
    ) == said


@pytest.mark.slow
@pytest.mark.needs("psycopg")
def test_a_driver_that_does_not_load_is_told(ready: ProjectFolder, tmp_path: Path) -> None:
    variables = hiding(tmp_path / "hiding", "psycopg_binary")
    variables["PSYCOPG_IMPL"] = "binary"
    said = ready.run_process(
        "status", code=1, DATABASE_URL="postgresql+psycopg://u:secret@h/d", **variables
    ).err
    assert said.startswith("The driver psycopg does not load: couldn't import requested psycopg")
    assert said.endswith('Install it anew: pip install "psycopg[binary]"\n')
    assert 2 == len(said.splitlines())
