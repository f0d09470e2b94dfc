"""Every verb works in a project of Flask-Migrate's, as `flask db` has made it."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest

from tests import by_hand
from tests.in_process import as_if_new
from tests.project_folder import ProjectFolder

pytestmark = [
    # Of Flask-Migrate's env.py, which is left as it is.
    pytest.mark.filterwarnings("ignore:'get_engine' is deprecated:DeprecationWarning"),
    # An application keeps the connections of its pool until the process ends.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

APPLICATION = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class Gig(db.Model):
    __tablename__ = "gigs"
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80), nullable=False)

class Song(db.Model):
    __tablename__ = "songs"
    __bind_key__ = {bind!r}
    id = db.Column(db.Integer, primary_key=True)

def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    if {bind!r}:
        app.config["SQLALCHEMY_BINDS"] = {{{bind!r}: "sqlite:///music.db"}}
    db.init_app(app)
    Migrate(app, db)
    return app
"""


@pytest.fixture(autouse=True)
def _pools_are_let_go() -> Iterator[None]:
    """Let connections of a pool go here, where that is no failure, and not in a later test."""
    yield
    gc.collect()


@pytest.fixture
def theirs(folder: ProjectFolder, database_url: str) -> ProjectFolder:
    """What `flask db init` makes of an application on a database that .env names."""
    make(folder, database_url, "flask")
    return folder


def make(folder: ProjectFolder, url: str, template: str, bind: str | None = None) -> None:
    folder.write("app.py", APPLICATION.format(bind=bind))
    folder.write(".env", f'DATABASE_URL="{url}"\n')
    folder.variables.pop("DATABASE_URL", None)
    made = Path(flask_migrate.__file__).parent / "templates" / template
    names = {"alembic.ini.mako": "alembic.ini"}
    for path in made.iterdir():
        if path.is_file():
            place = folder.root / "migrations" / names.get(path.name, path.name)
            place.parent.mkdir(exist_ok=True)
            shutil.copy(path, place)
    (folder.root / "migrations" / "versions").mkdir()


def by_flask(project: ProjectFolder, *verbs: str) -> None:
    """Do what `flask db` does, in this process."""
    with as_if_new(project.root, project.environment()):
        from flask.cli import ScriptInfo, load_dotenv

        load_dotenv()
        with ScriptInfo(str(project.root / "app.py")).load_app().app_context():
            for verb in verbs:
                getattr(flask_migrate, verb)()


def add_column(project: ProjectFolder, line: str = "venue = db.Column(db.String(40))") -> None:
    text = (project.root / "app.py").read_text()
    title = "    title = db.Column(db.String(80), nullable=False)\n"
    project.write("app.py", text.replace(title, f"{title}    {line}\n"))


def test_every_verb_works(theirs: ProjectFolder, database_url: str) -> None:
    by_flask(theirs, "migrate", "upgrade")
    by_hand.run_script(database_url, "INSERT INTO gigs (id, title) VALUES (1, 'walk')")
    assert "(DATABASE_URL in .env)" in theirs.run("status").out
    theirs.run("check")
    add_column(theirs)
    assert "+ gigs.venue" in theirs.run("migrate", "add venue").out
    assert "+ gigs.venue" in theirs.run("upgrade", "--plan").out
    assert "ADD COLUMN venue" in theirs.run("upgrade", "--sql").out.replace('"', "")
    theirs.run("upgrade")
    assert [(1, "walk", None)] == by_hand.rows(database_url, "SELECT * FROM gigs")
    theirs.run("downgrade", "--yes")
    theirs.run("upgrade")
    theirs.run("stamp", "head")
    theirs.run("reset", "--yes")
    assert [] == by_hand.rows(database_url, "SELECT venue FROM gigs")
    assert theirs.run("status", "--check").out.startswith("Up to date.")
    by_flask(theirs, "check", "downgrade", "upgrade")


def test_several_databases_of_one_application(folder: ProjectFolder, tmp_path: Path) -> None:
    url = f"sqlite:///{(tmp_path / 'test.db').as_posix()}"
    make(folder, url, "flask-multidb", "music")
    folder.run("migrate", "first")
    folder.run("upgrade", "--database", "music")
    assert folder.run("status", "--check", "--database", "music").code == 0
    assert folder.run("status", "--check", "--database", "default", code=3).code == 3
    folder.run("upgrade")
    assert [] == by_hand.rows(url, "SELECT id, title FROM gigs")
    music = f"sqlite:///{(folder.root / 'instance' / 'music.db').as_posix()}"
    assert [] == by_hand.rows(music, "SELECT id FROM songs")
    by_flask(folder, "check", "downgrade", "upgrade")


def on_a_file(folder: ProjectFolder, url: str = "sqlite:///site.db") -> ProjectFolder:
    make(folder, url, "flask")
    folder.run("migrate", "first")
    folder.run("upgrade")
    return folder


def test_a_relative_address_is_the_file_that_the_application_opens(folder: ProjectFolder) -> None:
    status = on_a_file(folder).run("status").out
    assert "sqlite:///instance/site.db (DATABASE_URL in .env)" in status
    assert not (folder.root / "site.db").exists()


def test_an_address_that_is_given_reaches_the_application(folder: ProjectFolder) -> None:
    on_a_file(folder).run("upgrade", "--database-url", "sqlite:///other.db")
    other = f"sqlite:///{(folder.root / 'other.db').as_posix()}"
    assert [] == by_hand.rows(other, "SELECT id FROM gigs")


def test_an_application_that_passes_the_address_over_is_refused(folder: ProjectFolder) -> None:
    on_a_file(folder)
    text = (folder.root / "app.py").read_text()
    folder.write("app.py", text.replace('os.environ["DATABASE_URL"]', '"sqlite:///site.db"'))
    refused = folder.run("upgrade", "--database-url", "sqlite:///other.db", code=1).err
    assert "connects to sqlite:///instance/site.db, and --database-url names" in refused


@pytest.mark.slow
def test_verbs_work_from_a_folder_below(folder: ProjectFolder) -> None:
    on_a_file(folder)
    below = folder.root / "migrations"
    done = ProjectFolder(below, folder.variables).process(["dbtasks", "status"])
    assert done.out.startswith("Up to date.")


def test_the_application_is_found_by_flask_app(folder: ProjectFolder) -> None:
    on_a_file(folder)
    (folder.root / "app.py").rename(folder.root / "site_of_gigs.py")
    missing = folder.run("status", code=1).err
    assert "env.py asks for the Flask application" in missing
    folder.write(".flaskenv", "FLASK_APP=site_of_gigs:create_app\n")
    assert folder.run("status").out.startswith("Up to date.")


def test_an_application_that_makes_tables_is_stopped(folder: ProjectFolder) -> None:
    on_a_file(folder)
    text = (folder.root / "app.py").read_text()
    acts = "    with app.app_context():\n        db.drop_all()\n    return app\n"
    folder.write("app.py", text.replace("    return app\n", acts))
    stopped = folder.run("status", code=1).err
    assert "db.drop_all()" in stopped
    assert "It was stopped" in stopped
    url = f"sqlite:///{(folder.root / 'instance' / 'site.db').as_posix()}"
    assert [] == by_hand.rows(url, "SELECT id FROM gigs")
