"""Code that the project's helpers do reaches no further than the database that it is given."""

from __future__ import annotations

import sys

import pytest

from tests.models_project import TITLE, ModelsProject, model
from tests.revisions.side_effects import ACTING, STORE
from tests.revisions.test_looking_never_acts import FIRST, acting, revision, traces

RUN = """
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from dbtasks.project.confined_run import ReachesFurtherError, confined

sys.path[:0] = [".", "alembic/versions"]
import store  # which leaves a trace of its own
engine = sa.create_engine("sqlite://")
with engine.connect() as connection:
    connection.exec_driver_sql("CREATE TABLE gigs (id INTEGER PRIMARY KEY, title TEXT)")
    with Operations.context(MigrationContext.configure(connection)):
        for path in sorted(Path("alembic/versions").absolute().glob("*.py")):
            try:
                with confined(path, connection):
                    import_module(path.stem).upgrade()
            except ReachesFurtherError:
                continue
            except BaseException as error:
                print(path.stem, type(error), error)
            print(path.stem, "was not stopped")
"""


@pytest.mark.slow
def test_nothing_that_acts_gets_through(on_sqlite: ModelsProject) -> None:
    project = on_sqlite
    project.write("store.py", STORE)
    (project.root / "traces").mkdir()
    project.models(model("gigs", TITLE))
    for number, item in enumerate(ACTING, start=1):
        project.write(f"alembic/versions/r{number:03}.py", acting(number, item))
    told = project.process([sys.executable, "-c", RUN])
    assert ["imported"] == traces(project.root)
    assert "" == told.out


HELPERS = """
import os
import sqlalchemy as sa

class Kind:
    names = ("solo", "band")

def add_kind(op):
    op.add_column("gigs", sa.Column("kind", sa.String(8), server_default=Kind.names[0]))

def empty():
    with sa.create_engine(os.environ["DATABASE_URL"]).begin() as connection:
        connection.exec_driver_sql("DELETE FROM gigs")

def empty_by_the_driver():
    import psycopg
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("DELETE FROM gigs")
"""


def begun(project: ModelsProject, body: str) -> None:
    """Make a project with a row, and a second revision that calls the project's helpers."""
    project.write("helping.py", HELPERS)
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (id, title) VALUES (1, 'a')")
    functions = f"\n\ndef upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n"
    project.write("alembic/versions/r001.py", revision("r001", "r000", functions, "import helping"))


def test_sql_is_printed_where_a_helper_gives_a_value(project: ModelsProject) -> None:
    begun(project, "helping.add_kind(op)")
    assert "DEFAULT 'solo'" in project.run("upgrade", "--sql").out


def test_a_stamp_is_proved_where_a_helper_alters_a_table(project: ModelsProject) -> None:
    begun(project, "helping.add_kind(op)")
    assert "- gigs.kind" not in project.run("stamp", "r000").text
    assert "+ gigs.kind" in project.run("stamp", "head", code=1).err
    project.execute("ALTER TABLE gigs ADD COLUMN kind VARCHAR(8) DEFAULT 'solo'")
    assert "r001 (head)\n" == project.run("stamp", "head").out


@pytest.mark.parametrize("caught", ["", "try: {}\n    except BaseException: pass"])
def test_a_helper_that_opens_the_database_is_stopped(project: ModelsProject, caught: str) -> None:
    deed = "helping.empty()"
    begun(project, caught.format(deed) if caught else deed)
    for words in (["upgrade", "--sql"], ["stamp", "head"]):
        refused = project.run(*words, code=1)
        assert "" == refused.out
        assert "r001.py, line " in refused.err and deed in refused.err
    assert [("a",)] == project.rows("SELECT title FROM gigs")


def test_a_helper_that_connects_by_the_driver_is_stopped(on_postgresql: ModelsProject) -> None:
    begun(on_postgresql, "helping.empty_by_the_driver()")
    for words in (["upgrade", "--sql"], ["stamp", "head"]):
        assert "helping.empty_by_the_driver()" in on_postgresql.run(*words, code=1).err
    assert [("a",)] == on_postgresql.rows("SELECT title FROM gigs")
