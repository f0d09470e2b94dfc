"""What a PostgreSQL server refuses, told the same through every driver."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from dbtasks.databases import Database
from dbtasks.errors import DatabaseError, MissingDatabaseError
from tests.databases.drivers import POSTGRESQL_DRIVERS
from tests.project_folder import ProjectFolder
from tests.servers import Server


@pytest.fixture(params=POSTGRESQL_DRIVERS)
def driver(request: pytest.FixtureRequest) -> str:
    """The name of a driver, once for each."""
    return str(request.param)


@pytest.fixture
def role(server: Server) -> Iterator[str]:
    """A role that may do nothing; its password is "right"."""
    with server.role("right") as name:
        yield name


def place(server: Server, database: str) -> str:
    return server.address(database).partition("@")[2]


def refused(folder: ProjectFolder, address: str, *statements: str) -> DatabaseError:
    database = Database.at(address, folder.root, "DATABASE_URL in .env")

    def work(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    with pytest.raises(DatabaseError) as caught:
        database.run(work)
    assert "secret" not in str(caught.value)
    return caught.value


def server_name(server: Server) -> str:
    host = server.url.host or server.url.query["host"]
    return f"{host}:{server.url.port}" if server.url.port else str(host)


def test_a_wrong_password(folder: ProjectFolder, server: Server, driver: str, role: str) -> None:
    error = refused(folder, f"postgresql+{driver}://{role}:secret@{place(server, 'postgres')}")
    assert (
        f"The server at {server_name(server)} refused the password of {role}.\n"
        "Correct the user or the password in DATABASE_URL in .env, then: "
        "dbtasks.read_status(project)"
    ) == str(error)


def test_no_password(
    folder: ProjectFolder,
    server: Server,
    driver: str,
    role: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGPASSFILE", str(folder.root / "none"))
    error = refused(folder, f"postgresql+{driver}://{role}@{place(server, 'postgres')}")
    assert f"The server at {server_name(server)} wants a password for {role}." == error.what


def test_a_missing_role(folder: ProjectFolder, server: Server, driver: str) -> None:
    error = refused(folder, f"postgresql+{driver}://nobody_here:secret@{place(server, 'x')}")
    assert (
        f"The server at {server_name(server)} knows no role nobody_here.\n"
        "Correct the user in DATABASE_URL in .env, or have it made: createuser nobody_here"
    ) == str(error)


def test_a_missing_database(folder: ProjectFolder, server: Server, driver: str, role: str) -> None:
    error = refused(folder, f"postgresql+{driver}://{role}:right@{place(server, 'nowhere')}")
    assert isinstance(error, MissingDatabaseError)
    assert (
        f"The server at {server_name(server)} has no database nowhere.\n"
        "Create it: dbtasks.initialize(project)"
    ) == str(error)


def test_an_option_that_the_driver_does_not_know(
    folder: ProjectFolder, server: Server, driver: str
) -> None:
    address = server.address("postgres", driver)
    error = refused(folder, f"{address}&colour=red")
    assert (
        "The driver does not know the option colour in DATABASE_URL in .env.\n"
        "Take it out, or name another driver; then: dbtasks.read_status(project)"
    ) == str(error)


def test_encryption_that_the_server_does_not_offer(
    folder: ProjectFolder, server: Server, driver: str
) -> None:
    with server.tcp() as (host, port):
        address = f"postgresql+{driver}://postgres@{host}:{port}/postgres?sslmode=require"
        error = refused(folder, address)
    assert error.what.startswith(f"The server at {host}:{port} refused the connection: ")
    assert "SSL" in error.what


def test_libpq_s_options_are_understood_by_every_driver(
    folder: ProjectFolder, server: Server, driver: str
) -> None:
    address = server.address("postgres", driver) + "&sslmode=disable&connect_timeout=9"
    database = Database.at(address, folder.root)
    assert 9 == database.limit
    assert 1 == database.read(lambda connection: connection.scalar(text("SELECT 1")))


def test_a_permission_that_is_missing(
    folder: ProjectFolder, server: Server, driver: str, role: str
) -> None:
    address = f"postgresql+{driver}://{role}:right@{place(server, 'postgres')}"
    error = refused(folder, address, "CREATE TABLE public.t (id int)")
    assert (
        f"The role {role} may not do that: permission denied for schema public.\n"
        f"Ask the database's owner, for instance for: GRANT ALL ON SCHEMA public TO {role}"
    ) == str(error)


def test_a_replica(folder: ProjectFolder, server: Server, driver: str) -> None:
    error = refused(
        folder,
        server.address("postgres", driver),
        "SET TRANSACTION READ ONLY",
        "CREATE TABLE t (id int)",
    )
    assert (
        "The database is read-only, as a replica is: "
        "cannot execute CREATE TABLE in a read-only transaction.\n"
        "Name the primary server in DATABASE_URL in .env."
    ) == str(error)


def test_a_server_that_ends_the_connection(
    folder: ProjectFolder, server: Server, driver: str
) -> None:
    error = refused(
        folder,
        server.address("postgres", driver),
        "SELECT pg_terminate_backend(pg_backend_pid())",
    )
    assert error.what.startswith("The connection was lost: ")
    next_step = "See in which state things are: dbtasks.read_status(project)"
    assert next_step == str(error).splitlines()[-1]


def test_a_statement_that_is_wrong(folder: ProjectFolder, server: Server, driver: str) -> None:
    error = refused(folder, server.address("postgres", driver), "SELECT *\n FROM nowhere")
    assert error.what.endswith(
        'refused a statement: relation "nowhere" does not exist\n  in: SELECT * FROM nowhere'
    )
