"""Databases that are created where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from dbtasks.databases import Database
from dbtasks.errors import DatabaseError
from tests.databases.drivers import DRIVERS, SQLITE_DRIVERS, with_driver
from tests.project_folder import ProjectFolder
from tests.servers import Server

_NAMES = ("plain", 'Odd "Name" 100% it\'s')


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
@pytest.mark.parametrize("name", _NAMES)
def test_a_missing_database_is_created_once(
    folder: ProjectFolder, server: Server, driver: str, name: str
) -> None:
    database = Database.at(server.address("postgres", driver), folder.root).beside(name)
    try:
        assert not database.exists()
        assert database.create()
        assert database.exists()
        assert not database.create()
        assert name == database.short_name
    finally:
        server.execute(f'DROP DATABASE IF EXISTS "{name.replace(chr(34), chr(34) * 2)}"')


@pytest.mark.parametrize("driver", SQLITE_DRIVERS)
def test_a_missing_file_is_created_with_its_folders(folder: ProjectFolder, driver: str) -> None:
    database = Database.at(f"sqlite+{driver}:///a/b c/ü.db", folder.root)
    assert not database.exists()
    assert database.create()
    assert (folder.root / "a" / "b c" / "ü.db").is_file()
    assert not database.create()


@pytest.mark.parametrize("driver", DRIVERS)
def test_looking_creates_nothing(folder: ProjectFolder, server: Server, driver: str) -> None:
    if driver in SQLITE_DRIVERS:
        database = Database.at(f"sqlite+{driver}:///new/x.db", folder.root)
        assert database.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())
    else:
        database = Database.at(server.address("nowhere", driver), folder.root)
        with pytest.raises(DatabaseError, match="has no database nowhere"):
            database.read(lambda connection: connection.connection)
    assert not database.exists()
    assert [] == list(folder.root.iterdir())


def test_a_role_that_may_not_create_databases_is_told_whom_to_ask(
    folder: ProjectFolder, server: Server
) -> None:
    with server.role("right") as role:
        address = server.address("wanted").replace("postgres:@", f"{role}:right@")
        with pytest.raises(DatabaseError) as caught:
            Database.at(address, folder.root).create()
    assert (
        f"The database wanted is missing, and the role {role} could not create it: permission "
        "denied to create database.\n"
        f"Ask an administrator for: createdb -O {role} wanted; then: dbtasks.initialize(project)"
    ) == str(caught.value)


def test_a_role_that_may_create_databases_does(folder: ProjectFolder, server: Server) -> None:
    with server.role("right", "CREATEDB") as role:
        address = server.address("wanted").replace("postgres:@", f"{role}:right@")
        try:
            assert Database.at(address, folder.root).create()
        finally:
            server.execute("DROP DATABASE IF EXISTS wanted")


def test_a_folder_that_can_not_be_made_is_told(folder: ProjectFolder) -> None:
    folder.write("file", "")
    database = Database.at("sqlite:///file/x.db", folder.root)
    with pytest.raises(DatabaseError, match="The folder of the database"):
        database.create()


@pytest.mark.needs("aiosqlite", "asyncpg", "psycopg")
def test_drivers_share_one_database(tmp_path: Path, postgresql_url: str) -> None:
    for driver in DRIVERS:
        is_file = driver in SQLITE_DRIVERS
        address = with_driver("sqlite:///x.db" if is_file else postgresql_url, driver)
        database = Database.at(address, tmp_path)
        database.run(_add_row)
    counts = [
        Database.at(address, tmp_path).read(
            lambda connection: connection.exec_driver_sql("SELECT count(*) FROM rows").scalar()
        )
        for address in ("sqlite:///x.db", postgresql_url)
    ]
    assert [2, 3] == counts


def _add_row(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS rows (id int)")
    connection.exec_driver_sql("INSERT INTO rows VALUES (1)")
    connection.commit()
