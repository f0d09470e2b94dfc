"""What all tests share: real databases and projects in temporary folders."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from tests.extras import mark_what_lacks_something
from tests.models_project import ModelsProject
from tests.project_folder import ProjectFolder
from tests.selection import fail_for_a_process, forget_processes, is_slow_by_kind, notice_process
from tests.servers import Server, start_server


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the seed of what the long tests draw."""
    parser.addoption("--seed", type=int, default=0, help="the seed of what the long tests draw")


def pytest_report_header(config: pytest.Config) -> str:
    """Show the seed, without which a draw that failed could not be had again."""
    return f"long tests draw with: --seed={config.option.seed}"


def pytest_configure() -> None:
    """Let Ctrl+C reach the processes that tests start, and notice these.

    What a script runs in the background ignores Ctrl+C, and hands that on to all that it starts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.addaudithook(notice_process)
    # The same examples each time, however long one takes: a run of everyday is to say of a change
    # whether it is right. What is drawn anew is drawn by the long tests, with a seed.
    settings.register_profile("everyday", derandomize=True, deadline=None)
    settings.load_profile("everyday")


@pytest.hookimpl(tryfirst=True)  # before pytest itself looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for: what is slow, and what lacks something that it needs."""
    for item in items:
        mark_what_lacks_something(item)
        if is_slow_by_kind(item):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test fail that starts a process and is not marked as slow."""
    forget_processes()
    result = yield
    fail_for_a_process(item)
    return result


@pytest.fixture(autouse=True)
def _import_path_stays() -> Iterator[None]:
    """A project puts its folder on the import path, where it would slow down all tests after it."""
    kept = list(sys.path)
    yield
    sys.path[:] = kept


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of this process: the embedded one, or DBTASKS_TEST_SERVER.

    Its data is not below pytest's own folder: each new run of pytest closes that to other users,
    and the server, which runs as one where the tests run as root, would stop.
    """
    with (
        TemporaryDirectory(prefix="dbtasks-", ignore_cleanup_errors=True) as folder,
        start_server(Path(folder)) as started,
    ):
        yield started


@pytest.fixture
def postgresql_url(server: Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database of one's own."""
    with server.empty_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'test.db').as_posix()}"
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    """An empty folder to make a project in, with nothing of the developer's environment."""
    folder = tmp_path / "project"
    folder.mkdir()
    return ProjectFolder(folder)


@pytest.fixture(scope="session")
def first_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose SQLite database is at its one revision; made once, to be copied."""
    folder = ProjectFolder(tmp_path_factory.mktemp("ready") / "project")
    folder.root.mkdir()
    folder.write_models()
    folder.run("init", "--models", "models:Base")
    return folder.root


@pytest.fixture
def ready(first_project: Path, folder: ProjectFolder) -> ProjectFolder:
    """A project of one's own, on SQLite, whose database is at its one revision."""
    shutil.copytree(first_project, folder.root, dirs_exist_ok=True)
    return folder


@pytest.fixture
def project(folder: ProjectFolder, database_url: str) -> ModelsProject:
    """A folder to change models in, with an empty database, once for each kind."""
    return ModelsProject(folder.root, {"DATABASE_URL": database_url})


@pytest.fixture
def on_sqlite(folder: ProjectFolder, tmp_path: Path) -> ModelsProject:
    """The same on SQLite alone."""
    url = f"sqlite:///{(tmp_path / 'test.db').as_posix()}"
    return ModelsProject(folder.root, {"DATABASE_URL": url})


@pytest.fixture
def on_postgresql(folder: ProjectFolder, postgresql_url: str) -> ModelsProject:
    """The same on PostgreSQL alone."""
    return ModelsProject(folder.root, {"DATABASE_URL": postgresql_url})
