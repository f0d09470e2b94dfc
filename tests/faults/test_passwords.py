"""A password never shows: in no output, log, error, traceback or file, whatever happens."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sqlalchemy import text

from dbtasks import Project
from dbtasks.databases import Database
from dbtasks.errors import DbtasksError
from tests.databases.drivers import POSTGRESQL_DRIVERS
from tests.faults.broken import revision
from tests.network import free_port, silent_server
from tests.project_folder import MODELS, ProjectFolder
from tests.servers import Server

PASSWORD = "Zq9/x@Kw7%é:v"
SPELLINGS = ("Zq9", "Kw7")
"""Pieces that show whichever way the password is written, whole or cut at its odd characters."""

THIRD = "alembic/versions/9_third.py"


@pytest.fixture(params=POSTGRESQL_DRIVERS)
def address(request: pytest.FixtureRequest, server: Server) -> Iterator[str]:
    """The address of a database of a role that has to give its password, for each driver."""
    with server.role(PASSWORD) as role, server.database() as url:
        name = url.partition("@/")[2].partition("?")[0]
        server.execute(f"ALTER DATABASE {name} OWNER TO {role}")
        place = url.partition("@")[2]
        yield f"postgresql+{request.param}://{role}:{quote(PASSWORD, safe='')}@{place}"


def assert_silent(text: str) -> None:
    for piece in SPELLINGS:
        assert piece not in text


def assert_no_file_tells(folder: ProjectFolder) -> None:
    for path in folder.root.rglob("*"):
        if path.is_file() and path.name != ".env":
            assert_silent(path.read_bytes().decode("latin-1"))


@pytest.fixture(autouse=True)
def _nothing_is_told_past_python(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """A library may write to the process's own streams, which no verb knows of."""
    yield
    assert_silent("".join(capfd.readouterr()))


def test_no_verb_tells_when_all_goes_well(
    folder: ProjectFolder, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    folder.write(".env", f"DATABASE_URL='{address}'\n")
    folder.write_models()
    assert_silent(folder.run("init", "--models", "models:Base").text)
    folder.write_models(MODELS + "    venue: Mapped[str | None] = mapped_column(sa.String(9))\n")
    for words in (
        ["migrate", "add venue"],
        ["upgrade", "--plan"],
        ["upgrade", "--sql"],
        ["upgrade"],
        ["status", "--json"],
        ["status"],
        ["current"],
        ["history"],
        ["heads"],
        ["show", "head"],
        ["check"],
        ["downgrade", "--yes"],
        ["stamp", "head"],
        ["reset", "--yes"],
        ["wait"],
    ):
        assert_silent(folder.run(*words, code=None).text)
    assert_silent(caplog.text)
    assert_no_file_tells(folder)


def test_no_verb_tells_when_it_fails(ready: ProjectFolder, address: str) -> None:
    ready.write(THIRD, revision("c3", first_revision(ready), "op.execute('SELECT 1 / 0')"))
    silent_place = f"127.0.0.1:{free_port()}/x"
    userinfo, _, place = address.partition("@")
    for url in (
        address,
        f"{userinfo}wrong@{place}",
        f"{userinfo.replace('role_', 'nobody_')}@{place}",
        f"{userinfo}@{silent_place}",
        f"{userinfo}@{place}&colour=red",
        address.replace("/test_", "/missing_"),
    ):
        for words in (["upgrade"], ["status", "--traceback"], ["upgrade", "--traceback"]):
            result = ready.run(*words, code=None, DATABASE_URL=url)
            assert "status" in words or 1 == result.code
            assert_silent(result.text)
        assert_silent(ready.run("upgrade", "--database-url", url, code=1).text)
    assert_no_file_tells(ready)


def first_revision(project: ProjectFolder) -> str:
    (path,) = project.revisions()
    return path.name.split("_")[2]


@pytest.mark.parametrize("address", ["psycopg2"], indirect=True)
def test_alembic_does_not_tell_either(ready: ProjectFolder, address: str) -> None:
    result = ready.process(["alembic", "current", "-v"], variables={"DATABASE_URL": address})
    assert_silent(result.text)
    ready.write(THIRD, revision("c3", first_revision(ready), "op.execute('SELECT 1 / 0')"))
    userinfo, _, place = address.partition("@")
    for url in (address, f"{userinfo}wrong@{place}", f"{userinfo}@h:port/x"):
        result = ready.process(
            ["alembic", "upgrade", "head"], code=None, variables={"DATABASE_URL": url}
        )
        assert 0 != result.code
        assert_silent(result.text)


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql//u:{PASSWORD}@h/d",
        f"postgresql://u:{PASSWORD}@h:port/d",
        f"postgresql://u:{PASSWORD}@h",
        f"postgresql://u:{PASSWORD}",
        f"u:{PASSWORD}@h/d",
        f"mysql://u:{PASSWORD}@h/d",
        f"sqlite://u:{PASSWORD}@h/d",
        f"postgresql+nothing://u:{PASSWORD}@h/d",
        PASSWORD,
    ],
)
def test_a_malformed_address_is_never_repeated(ready: ProjectFolder, text: str) -> None:
    ready.write("pyproject.toml", f"[tool.dbtasks]\ndatabase-url = '{text}'\n")
    for result in (
        ready.run("upgrade", "--traceback", code=2),
        ready.run("upgrade", "--traceback", code=2, DATABASE_URL=text),
        ready.run("upgrade", "--traceback", "--database-url", text, code=2),
        ready.run("upgrade", "--traceback", "--env", text, code=2),
    ):
        assert_silent(result.text)


@pytest.mark.parametrize("driver", POSTGRESQL_DRIVERS)
def test_no_exception_holds_it(folder: ProjectFolder, server: Server, driver: str) -> None:
    """Not in its message, nor in those that it was raised from, nor in a repr."""
    userinfo = f"postgresql+{driver}://nobody_here:{PASSWORD}"
    place = server.address("postgres").partition("@")[2]
    with silent_server() as port:
        for url in (
            f"{userinfo}@{place}",
            f"{userinfo}@{place}&colour=red",
            f"{userinfo}@{place}&sslmode=nonsense",
            f"{userinfo}@127.0.0.1:{free_port()}/d",
            f"{userinfo}@127.0.0.1:{port}/d?connect_timeout=1",
            f"{userinfo}@no such host/d",
        ):
            project = Project.load(folder.root, {"database-url": url})
            with pytest.raises(DbtasksError) as caught:
                project.database.read(lambda connection: connection.execute(text("SELECT 1")))
            assert_silent("".join(traceback.format_exception(caught.value)))
            assert_silent(repr((project, project.database, project.database.url)))
            for error in chain(caught.value):
                assert_silent(repr(error) + repr(error.args))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def test_a_password_among_the_options_is_hidden_too(folder: ProjectFolder, server: Server) -> None:
    place = server.address("nowhere").partition("@")[2]
    with server.role(PASSWORD) as role:
        url = f"postgresql+psycopg2://{role}@{place}&password={quote(PASSWORD, safe='')}"
        database = Database.at(url, folder.root)
        assert_silent(database.name + repr(database))
        assert not database.exists()
