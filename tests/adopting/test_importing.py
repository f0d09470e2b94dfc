"""Models beside an application: importing them does nothing, whatever stands around them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests import by_hand
from tests.adopting.writing_imports import ENGINE, STOPPED, WRITING
from tests.faults.harm import append, refused
from tests.project_folder import ProjectFolder
from tests.states import files_of

VERBS = (["status"], ["check"], ["migrate", "x"], ["upgrade"], ["reset", "--yes"], ["current"])


@pytest.fixture
def project(ready: ProjectFolder) -> ProjectFolder:
    """A project whose database holds a row, and nothing that imports it has been imported."""
    by_hand.run_script(url(ready), "INSERT INTO gigs (title) VALUES ('Blur')")
    return ready


def url(project: ProjectFolder) -> str:
    return f"sqlite:///{project.root.as_posix()}/development.db"


@pytest.mark.filterwarnings("ignore:Exception in thread")  # which Python shows by itself
@pytest.mark.parametrize("name", WRITING)
def test_what_an_import_would_do_is_stopped_at_its_line(project: ProjectFolder, name: str) -> None:
    code, deed = WRITING[name]
    append("models.py", code)(project)
    said = refused(project, "status", code=1)
    assert f"importing the models would {deed}" in said
    assert f"{STOPPED}\n" in said
    assert said.startswith("models.py, line " if name != "a thread" else "importing the models ")
    assert said.endswith(
        "Move the models to a module that declares them alone, and import that in alembic/env.py; "
        'or move that line below if __name__ == "__main__": or into a function.\n'
    )
    assert not (project.root / "other.db").exists()


@pytest.mark.parametrize("words", VERBS)
def test_no_verb_acts_by_importing(project: ProjectFolder, words: list[str]) -> None:
    append("models.py", WRITING["drop_all"][0])(project)
    assert STOPPED in refused(project, *words, code=1)


def test_the_line_is_named_and_the_line_that_has_called_it(project: ProjectFolder) -> None:
    project.write("setup.py", "def make(metadata, engine):\n    metadata.drop_all(engine)\n")
    append("models.py", f"import setup\n{ENGINE}setup.make(Base.metadata, engine)")(project)
    assert refused(project, "status", code=1).startswith(
        "setup.py, line 2: metadata.drop_all(engine), called by models.py, line 18: "
        "setup.make(Base.metadata, engine): importing the models would drop "
    )


def test_init_beside_an_application_writes_nothing(folder: ProjectFolder) -> None:
    folder.write_models()
    append("models.py", WRITING["create_all"][0])(folder)
    folder.run("init", "--models", "models:Base", code=1)
    assert {"models.py"} == set(files_of(folder.root))
    assert [] == list(folder.root.glob("*.db"))


@pytest.mark.slow
def test_a_program_of_the_models_own_is_not_started(project: ProjectFolder) -> None:
    append("models.py", "import subprocess\nsubprocess.run(['alembic', 'upgrade', 'head'])")(
        project
    )
    assert "would start the program alembic. " in project.run("status", code=1).err


@pytest.fixture
def port() -> Iterator[int]:
    """A port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number = found.getsockname()[1]
    yield number


def test_no_server_starts(project: ProjectFolder, port: int) -> None:
    append(
        "models.py",
        "from http.server import HTTPServer, BaseHTTPRequestHandler\n"
        f"HTTPServer(('127.0.0.1', {port}), BaseHTTPRequestHandler).serve_forever()",
    )(project)
    assert f"would start a server on 127.0.0.1:{port}. {STOPPED}" in refused(
        project, "status", code=1
    )


def test_an_asynchronous_server_is_stopped_too(project: ProjectFolder, port: int) -> None:
    append(
        "models.py",
        "import asyncio\nasync def serve():\n"
        f"    await asyncio.start_server(print, 'localhost', {port})\n"
        "asyncio.run(serve())",
    )(project)
    assert "would start a server on " in refused(project, "status", code=1)


COMMAND_LINES = {
    "argparse": (
        (
            "import argparse\nparser = argparse.ArgumentParser(); parser.add_argument('port')\n"
            "words = parser.parse_args()"
        ),
        "words = parser.parse_args()",
        "SystemExit: 2",
    ),
    "sys.exit": ("import sys\nsys.exit('no port')", "sys.exit('no port')", "SystemExit: no port"),
    "no word": ("import sys\nif not sys.argv[1:]: quit()", "if not sys.argv[1:]: quit()", "None"),
}


@pytest.mark.parametrize("name", COMMAND_LINES)
def test_a_program_that_ends_is_a_message(project: ProjectFolder, name: str) -> None:
    code, line, end = COMMAND_LINES[name]
    append("models.py", code)(project)
    said = project.run("status", code=1).err
    assert f"{line}: importing the models ends the program" in said
    assert f"{end}). Nothing was changed.\n" in said


@pytest.mark.slow
def test_the_words_of_the_command_line_are_not_the_models(project: ProjectFolder) -> None:
    append("models.py", "import sys\nassert len(sys.argv) == 1, sys.argv")(project)
    done = project.run_process("upgrade", "head", code=0)
    assert "Nothing to do" in done.out


HARMLESS = {
    "Python's own question to the machine": (
        "import ctypes.util, platform\nctypes.util.find_library('c'); platform.architecture()"
    ),
    "a program that an installed library starts": (
        "import subprocess, sys, sysconfig\n"
        "code = 'subprocess.run([sys.executable, \"--version\"], capture_output=True)'\n"
        "path = sysconfig.get_path('purelib') + '/library.py'\n"
        "exec(compile(code, path, 'exec'), {'subprocess': subprocess, 'sys': sys})"
    ),
    "an engine": ENGINE,
    "rows": (
        f"{ENGINE}with engine.connect() as c: "
        "assert 'Blur' == c.scalar(sa.text('SELECT title FROM gigs'))"
    ),
    "rows by hand": (
        "import sqlite3\nwith sqlite3.connect('development.db') as c: "
        "c.execute('PRAGMA journal_mode=WAL'); assert c.execute('SELECT * FROM gigs').fetchall()"
    ),
    "a reflected table": (
        f"{ENGINE}other = sa.MetaData()\nt = sa.Table('gigs', other, autoload_with=engine)\n"
        "assert len(t.columns) == 2"
    ),
    "a database in memory": (
        'memory = sa.create_engine("sqlite://")\nBase.metadata.create_all(memory)\n'
        "with memory.begin() as c: c.execute(Gig.__table__.insert(), {'title': 'x'})"
    ),
    "files and variables": (
        "import os, pathlib, logging\nos.environ.get('HOME'); logging.getLogger('x').debug('x')\n"
        "pathlib.Path('app.log').open('a').close(); pathlib.Path('app.log').unlink()"
    ),
    "a thread": (
        "import threading\nt = threading.Thread(target=len, args=['x']); t.start(); t.join()"
    ),
    "a connection to a new file": (
        'other = sa.create_engine("sqlite:///other.db")\n'
        "with other.connect() as c: c.scalar(sa.text('SELECT 1'))"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_reads_goes_on_working(project: ProjectFolder, name: str) -> None:
    before = files_of(project.root), by_hand.rows(url(project), "SELECT * FROM gigs")
    text = (project.root / "models.py").read_text()
    append("models.py", HARMLESS[name])(project)
    assert "Up to date." in project.run("status").out
    assert "Nothing to do" in project.run("upgrade").out
    project.write("models.py", text)
    assert before == (files_of(project.root), by_hand.rows(url(project), "SELECT * FROM gigs"))
    assert ["development.db"] == [path.name for path in project.root.glob("*.db*")]


def test_other_threads_go_on_writing_meanwhile(project: ProjectFolder) -> None:
    append("models.py", "import time\ntime.sleep(1)")(project)
    ended = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not ended.is_set():
            by_hand.run_script(f"{url(project)}.other", "CREATE TABLE IF NOT EXISTS t (a)")
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        project.run("status")
    finally:
        ended.set()
        writer.join()
    assert written > 1


def test_a_print_at_import_is_no_json(project: ProjectFolder) -> None:
    append("models.py", "print('hello')")(project)
    done = project.run("status", "--json")
    assert "development" == done.json()["environment"]
    assert "hello" in done.err


def test_postgresql_itself_refuses_a_function_that_writes(
    project: ProjectFolder, postgresql_url: str
) -> None:
    address = postgresql_url.replace("postgresql:", "postgresql+psycopg2:")
    project.run("upgrade", DATABASE_URL=postgresql_url)
    by_hand.run_script(postgresql_url, "CREATE SEQUENCE numbers")
    reading = f"with sa.create_engine({address!r}).connect() as c: c.scalar(sa.text("
    append("models.py", f"{reading}'SELECT count(*) FROM gigs'))")(project)
    project.run("status", DATABASE_URL=postgresql_url)
    append("models.py", f"""{reading}"SELECT nextval('numbers')"))""")(project)
    said = project.run("status", code=1, DATABASE_URL=postgresql_url).err
    assert "importing the models would write, by SELECT nextval('numbers'). " in said
