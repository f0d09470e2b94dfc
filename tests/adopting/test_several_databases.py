"""Several databases in one history: each verb works for all of them, or for one by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command

from tests import by_hand
from tests.adopting.test_env_files import add_column, plain
from tests.in_process import Result, as_if_new
from tests.project_folder import ProjectFolder
from tests.servers import Server
from tests.states import files_of

MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class One(DeclarativeBase): pass
class Two(DeclarativeBase): pass

class Gig(One):
    __tablename__ = "gigs"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80))

class Song(Two):
    __tablename__ = "songs"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
BY_NAME = "{'engine1': One.metadata, 'engine2': Two.metadata}"
KINDS = (
    "sqlite",
    pytest.param("postgresql and sqlite", marks=pytest.mark.long),
    pytest.param("postgresql", marks=pytest.mark.long),
)


@pytest.fixture(params=KINDS)
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The addresses of two empty databases, of one kind and of both."""
    files = tuple(f"sqlite:///{(tmp_path / name).as_posix()}" for name in ("one.db", "two.db"))
    if request.param == "sqlite":
        return files
    first = request.getfixturevalue("postgresql_url")
    if request.param != "postgresql":
        return first, files[1]
    server: Server = request.getfixturevalue("server")
    other = server.empty_database()
    request.addfinalizer(lambda: other.__exit__(None, None, None))
    return first, other.__enter__()


@pytest.fixture
def theirs(folder: ProjectFolder, urls: tuple[str, str]) -> ProjectFolder:
    """What `alembic init -t multidb` makes, with models of two databases, at its first revision."""
    make(folder, urls)
    with as_if_new(folder.root, folder.environment()):
        command.revision(plain(folder), "first", autogenerate=True)
        command.upgrade(plain(folder), "head")
    by_hand.run_script(urls[0], "INSERT INTO gigs (id, title) VALUES (1, 'walk')")
    return folder


def make(folder: ProjectFolder, urls: tuple[str, str]) -> None:
    """Make what `alembic init -t multidb` makes, and what a person changes in it."""
    folder.write("models.py", MODELS)
    with as_if_new(folder.root, folder.environment()):
        command.init(plain(folder), "migrations", template="multidb")
    env, ini = folder.root / "migrations" / "env.py", folder.root / "alembic.ini"
    named = f"from models import One, Two\ntarget_metadata = {BY_NAME}"
    env.write_text(env.read_text().replace("target_metadata = {}", named))
    text = ini.read_text()
    for name, url in (("dbname2", urls[1]), ("dbname", urls[0])):
        text = text.replace(f"driver://user:pass@localhost/{name}\n", f"{escaped(url)}\n")
    ini.write_text(text)


def escaped(url: str) -> str:
    return url.replace("%", "%%")


def states(result: Result) -> dict[str, list[str]]:
    """Return what a verb has found, in JSON, of the revisions of each database."""
    return {name: item["current"] for name, item in result.json()["databases"].items()}


def head(project: ProjectFolder) -> str:
    return project.run("heads", "--json", "--database", "engine1").json()["revisions"][0]["id"]


def change(project: ProjectFolder) -> None:
    """Change the models of both databases."""
    text = (project.root / "models.py").read_text()
    title = "    title: Mapped[str] = mapped_column(sa.String(80))\n"
    project.write("models.py", text.replace(title, f"{title}    venue: Mapped[str | None]\n"))
    add_column(project, "year: Mapped[int | None]")


def test_every_verb_works_for_all(theirs: ProjectFolder, urls: tuple[str, str]) -> None:
    kept = [(theirs.root / name).read_bytes() for name in ("alembic.ini", "migrations/env.py")]
    assert theirs.run("status").out.count("Up to date.") == 2
    assert theirs.run("check").out.count("Models and database agree.") == 2
    first = head(theirs)
    assert states(theirs.run("current", "--json")) == {"engine1": [first], "engine2": [first]}
    assert "+ gigs (id, title)" in theirs.run("show", "head").out
    change(theirs)
    assert theirs.run("check", code=4).out.count("Models and database differ in 1 place") == 2

    written = theirs.run("migrate", "add things").out
    assert "+ engine1: gigs.venue" in written
    assert "+ engine2: songs.year" in written
    planned = theirs.run("upgrade", "--plan").out
    assert planned.index("+ gigs.venue") < planned.index("engine2:") < planned.index("+ songs.year")
    assert theirs.run("upgrade", "--sql").out.replace('"', "").count("ADD COLUMN") == 2
    assert [(1, "walk")] == by_hand.rows(urls[0], "SELECT * FROM gigs")
    theirs.run("upgrade")
    assert [(1, "walk", None)] == by_hand.rows(urls[0], "SELECT * FROM gigs")
    assert [] == by_hand.rows(urls[1], "SELECT id, year FROM songs")
    assert theirs.run("status", "--check").out.count("Up to date.") == 2

    theirs.run("downgrade", "--yes")
    assert states(theirs.run("current", "--json")) == {"engine1": [first], "engine2": [first]}
    theirs.run("upgrade")
    theirs.run("stamp", "head")
    theirs.run("reset", "--yes")
    assert [] == by_hand.rows(urls[0], "SELECT id, title, venue FROM gigs")
    assert theirs.run("status").out.count("Up to date.") == 2
    with as_if_new(theirs.root, theirs.environment()):
        command.check(plain(theirs))
        command.downgrade(plain(theirs), "base")
        command.upgrade(plain(theirs), "head")
    assert kept == [
        (theirs.root / name).read_bytes() for name in ("alembic.ini", "migrations/env.py")
    ]
    assert not [name for name in files_of(theirs.root) if name.endswith((".sql", "development.db"))]


def test_a_verb_works_for_one_by_name(theirs: ProjectFolder, urls: tuple[str, str]) -> None:
    first = head(theirs)
    theirs.run("downgrade", "base", "--yes", "--database", "engine2")
    assert states(theirs.run("current", "--json")) == {"engine1": [first], "engine2": []}
    assert theirs.run("status", "--check", "--database", "engine1").code == 0
    assert theirs.run("status", "--check", code=3).code == 3
    refused = theirs.run("stamp", "head", "--database", "engine2", code=1).err
    assert "+ songs (id)" in refused
    theirs.run("upgrade", "--database", "engine2")
    change(theirs)
    assert "gigs" not in theirs.run("migrate", "add a year", "--database", "engine2").out
    assert [(1, "walk")] == by_hand.rows(urls[0], "SELECT * FROM gigs")


only_sqlite = pytest.mark.parametrize("urls", ["sqlite"], indirect=True)


@only_sqlite
def test_an_unknown_name_is_refused_with_those_there_are(theirs: ProjectFolder) -> None:
    said = theirs.run("status", "--database", "engine3", code=2).err
    assert "engine1, engine2, and has none called 'engine3'" in said


@only_sqlite
def test_nothing_is_changed_where_one_of_them_can_not_follow(theirs: ProjectFolder) -> None:
    before = head(theirs)
    theirs.run("downgrade", "base", "--yes", "--database", "engine1")
    said = theirs.run("stamp", before, code=1).err
    assert "engine1: sqlite:" in said
    assert f"stamp {before} --unchecked --database engine1" in said
    assert states(theirs.run("current", "--json")) == {"engine1": [], "engine2": [before]}


@only_sqlite
def test_a_failure_says_what_each_is_at(theirs: ProjectFolder, urls: tuple[str, str]) -> None:
    first = head(theirs)
    change(theirs)
    theirs.run("migrate", "add things")
    by_hand.run_script(urls[1], "ALTER TABLE songs ADD COLUMN year INTEGER")
    second = head(theirs)
    said = theirs.run("upgrade", code=1).err
    assert f"engine2: Revision {second} failed" in said
    assert f"engine1: done, at {second}" in said
    assert f"engine2: failed, at {first}" in said
    assert "upgrade --database engine2" in said


@only_sqlite
def test_losses_of_all_are_asked_about_before_any_is_changed(theirs: ProjectFolder) -> None:
    first = head(theirs)
    said = theirs.run("downgrade", "base", code=2).err
    assert "drops gigs with 1 row" in said
    assert states(theirs.run("current", "--json")) == {"engine1": [first], "engine2": [first]}


@only_sqlite
def test_an_answer_reaches_the_database_that_it_is_about(
    theirs: ProjectFolder, urls: tuple[str, str]
) -> None:
    text = (theirs.root / "models.py").read_text()
    theirs.write("models.py", text.replace("    title:", "    name:"))
    add_column(theirs, "year: Mapped[int | None]")
    theirs.run("migrate", "rename it", "--rename", "gigs.title=name")
    theirs.run("upgrade")
    assert [(1, "walk")] == by_hand.rows(urls[0], "SELECT id, name FROM gigs")


@only_sqlite
def test_a_revision_that_asks_for_the_name_is_read(theirs: ProjectFolder) -> None:
    first = head(theirs)
    body = f"""
from alembic import op
revision, down_revision = "b2", {first!r}
def upgrade(engine_name):
    if engine_name == "engine1":
        op.drop_table("gigs")
def downgrade(engine_name):
    eval(f"downgrade_{{engine_name}}")()
def downgrade_engine1():
    op.execute("CREATE TABLE gigs (id INTEGER PRIMARY KEY, title VARCHAR(80) NOT NULL)")
def downgrade_engine2():
    pass
"""
    theirs.write("migrations/versions/b2.py", body)
    planned = theirs.run("upgrade", "--plan", "--json").json()["databases"]
    assert planned["engine1"]["steps"][0]["losses"] == ["drops gigs with 1 row"]
    assert planned["engine2"]["steps"][0]["changes"] == []
    theirs.run("upgrade")
    theirs.run("downgrade", "--yes")
    assert states(theirs.run("current", "--json")) == {"engine1": [first], "engine2": [first]}
