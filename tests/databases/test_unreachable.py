"""Servers that don't answer, refuse, or are on their way up."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from dbtasks.commands.wait import wait_for
from dbtasks.databases import Database
from dbtasks.errors import DatabaseError, NoAnswerError, UsageError
from tests.databases.drivers import POSTGRESQL_DRIVERS
from tests.network import dropping_server, free_port, silent_server
from tests.project_folder import ProjectFolder
from tests.servers import Server


@pytest.fixture(params=POSTGRESQL_DRIVERS)
def driver(request: pytest.FixtureRequest) -> str:
    """The name of a driver, once for each."""
    return str(request.param)


def database_at(folder: ProjectFolder, driver: str, port: int, query: str = "") -> Database:
    return Database.at(f"postgresql+{driver}://u:secret@127.0.0.1:{port}/d{query}", folder.root)


# Only Linux drops what does not fit into the queue of a listener; others refuse it.
SERVERS = [silent_server, *([dropping_server] if sys.platform == "linux" else [])]


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_that_never_answers_is_not_waited_for(
    folder: ProjectFolder, driver: str, server: Callable[[], AbstractContextManager[int]]
) -> None:
    with server() as port:
        database = database_at(folder, driver, port, "?connect_timeout=1")
        with pytest.raises(NoAnswerError) as caught:
            database.exists()
    assert (
        f"The server at 127.0.0.1:{port} does not answer: nothing comes back.\n"
        "Start it, or correct the host and port in DATABASE_URL; then: dbtasks.wait(project)"
    ) == str(caught.value)


def test_a_verb_and_its_start_fit_into_five_seconds() -> None:
    """A process takes about a second of its own."""
    assert Database.at("postgresql://host/name", Path()).limit <= 3.5


def test_a_refused_connection_is_told_in_the_same_words_by_every_driver(
    folder: ProjectFolder, driver: str
) -> None:
    port = free_port()
    with pytest.raises(NoAnswerError) as caught:
        database_at(folder, driver, port).exists()
    expected = rf"The server at 127\.0\.0\.1:{port} does not answer: [^:\n]*refused[^:\n]*\."
    assert re.fullmatch(expected, caught.value.what)


def test_a_host_that_is_not_known_is_told(folder: ProjectFolder, driver: str) -> None:
    database = Database.at(f"postgresql+{driver}://u:secret@nowhere.invalid/d", folder.root)
    with pytest.raises(NoAnswerError, match=r"The server at nowhere\.invalid does not answer: "):
        database.exists()


def test_a_socket_folder_without_a_server_is_told(folder: ProjectFolder, driver: str) -> None:
    database = Database.at(f"postgresql+{driver}://u@/d?host=/nowhere", folder.root)
    with pytest.raises(NoAnswerError, match="The server at /nowhere does not answer: "):
        database.exists()


def test_waiting_ends_when_the_server_comes_up(
    folder: ProjectFolder, driver: str, server: Server
) -> None:
    port = free_port()
    database = Database.at(f"postgresql+{driver}://postgres@127.0.0.1:{port}/x", folder.root)
    answered = threading.Event()

    def wait() -> None:
        wait_for(database, 30)
        answered.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.5)
    assert not answered.is_set()
    with server.tcp(port):
        waiting.join()
    assert answered.is_set()


def test_waiting_has_a_limit(folder: ProjectFolder) -> None:
    port = free_port()
    said = folder.run(
        "wait", "--timeout", "1", code=1, DATABASE_URL=f"postgresql://u:secret@127.0.0.1:{port}/d"
    ).err
    assert (
        "Waited for 1 s.\nStart it, or wait longer: python tasks.py wait --timeout 120\n"
    ) in said


def test_waiting_for_what_can_not_mend_itself_ends_at_once(
    folder: ProjectFolder, driver: str, server: Server
) -> None:
    with server.role("right") as role:
        place = server.address("postgres").partition("@")[2]
        database = Database.at(f"postgresql+{driver}://{role}:wrong@{place}", folder.root)
        with pytest.raises(DatabaseError, match="refused the password"):
            wait_for(database, 3600)


def test_nobody_waits_a_negative_time(folder: ProjectFolder) -> None:
    with pytest.raises(UsageError, match="Nobody can wait -1 seconds"):
        wait_for(Database.at("sqlite:///x.db", folder.root), -1)


def test_a_file_needs_no_waiting(folder: ProjectFolder) -> None:
    assert wait_for(Database.at("sqlite:///x.db", folder.root), 0) < 5
    assert [] == list(folder.root.iterdir())
