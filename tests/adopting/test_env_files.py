"""Every verb works with the env.py that is there, which has never heard of dbtasks."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import alembic
import pytest
from alembic import command
from alembic.config import Config

from tests import by_hand
from tests.in_process import as_if_new, forget
from tests.project_folder import ProjectFolder
from tests.states import files_of

_FOLDER = Path(alembic.__file__).with_name("templates")
TEMPLATES = [path.name for path in sorted(_FOLDER.iterdir()) if path.name != "multidb"]
"""Those that Alembic has here: `pyproject_async` came after 1.16.0."""
ASYNC = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
HEADING = """from pathlib import Path
from alembic import context
from sqlalchemy import NullPool, create_engine, text
"""
OWN_ENGINE = """
from models import Base
engine = create_engine({url!r}, poolclass=NullPool, {arguments})
with engine.connect() as connection:
    {first}
    context.configure(connection=connection, target_metadata={metadata}, {options})
    with context.begin_transaction():
        context.run_migrations()
"""
SHAPES = {
    "an engine of its own": {},
    "one transaction for all": {"options": "transaction_per_migration=False"},
    "a transaction for each": {"options": "transaction_per_migration=True"},
    "a version table of another name": {"options": "version_table='versions'"},
    "a type comparison that is off": {"options": "compare_type=False"},
    "an engine with arguments": {"arguments": "isolation_level=None, echo=False"},
    "SQL that it runs and commits first": {
        "first": "connection.execute(text('SELECT 1')); connection.commit()"
    },
    "a filter": {"options": "include_object=lambda item, name, *_: name != 'legacy'"},
    "hooks": {"options": "process_revision_directives=lambda *_: None, render_as_batch=True"},
}


@pytest.fixture
def theirs(folder: ProjectFolder, database_url: str) -> ProjectFolder:
    """A project of Alembic's own, without revisions, and its database."""
    folder.write_models()
    folder.variables.pop("DATABASE_URL", None)
    folder.write("database.txt", database_url)
    return folder


def url_of(project: ProjectFolder) -> str:
    return (project.root / "database.txt").read_text()


def from_template(project: ProjectFolder, template: str) -> None:
    """Make what `alembic init` makes, and what a person changes in it."""
    with as_if_new(project.root, project.environment()):
        command.init(plain(project), "migrations", template=template)
    env = project.root / "migrations" / "env.py"
    named = "from models import Base\ntarget_metadata = Base.metadata"
    env.write_text(env.read_text().replace("target_metadata = None", named))
    url = url_of(project)
    if "async" in template:
        dialect, _, rest = url.partition(":")
        url = f"{ASYNC[dialect.partition('+')[0]]}:{rest}"
    ini = project.root / "alembic.ini"
    placeholder = "driver://user:pass@localhost/dbname"
    ini.write_text(ini.read_text().replace(placeholder, url.replace("%", "%%")))


def with_env(project: ProjectFolder, **parts: str) -> None:
    """Make a project whose env.py has an engine of its own."""
    named = {"url": url_of(project), "arguments": "", "first": "pass", "options": ""}
    named |= {"metadata": "Base.metadata", **parts}
    project.write("migrations/env.py", HEADING + OWN_ENGINE.format(**named))
    ini = "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\n"
    ini += "path_separator = os\n"
    project.write("alembic.ini", ini)
    mako = Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako"
    project.write("migrations/script.py.mako", mako.read_text())
    (project.root / "migrations" / "versions").mkdir()


def goes_the_whole_way(project: ProjectFolder) -> None:
    """Fail unless every verb does its work, and env.py and alembic.ini stay as they are."""
    env = (project.root / "migrations" / "env.py").read_bytes()
    ini = (project.root / "alembic.ini").read_bytes()
    with as_if_new(project.root, project.environment()):
        command.revision(plain(project), "first", autogenerate=True)
        command.upgrade(plain(project), "head")
    url = url_of(project)
    by_hand.run_script(url, "INSERT INTO gigs (id, title) VALUES (1, 'walk')")
    assert "Up to date." in project.run("status").out
    assert "(the default)" not in project.run("status").out
    assert project.run("check").code == 0
    assert "first" in project.run("history").out
    assert "(head)" in project.run("current").out
    add_column(project, "venue: Mapped[str | None] = mapped_column(sa.String(40))")
    assert "+ gigs.venue" in project.run("check", code=4).out
    assert "+ gigs.venue" in project.run("migrate", "add venue").out
    assert "+ gigs.venue" in project.run("upgrade", "--plan").out
    assert "ADD COLUMN venue" in project.run("upgrade", "--sql").out.replace('"', "")
    assert [(1, "walk")] == by_hand.rows(url, "SELECT * FROM gigs")
    project.run("upgrade")
    assert [(1, "walk", None)] == by_hand.rows(url, "SELECT * FROM gigs")
    project.run("check")
    project.run("downgrade", "--yes")
    assert [(1, "walk")] == by_hand.rows(url, "SELECT * FROM gigs")
    project.run("upgrade")
    project.run("stamp", "head")
    assert "Up to date." in project.run("status").out
    project.run("reset", "--yes")
    assert [] == by_hand.rows(url, "SELECT id, title, venue FROM gigs")
    assert project.run("status", "--check").code == 0
    assert (env, ini) == (
        (project.root / "migrations" / "env.py").read_bytes(),
        (project.root / "alembic.ini").read_bytes(),
    )
    with as_if_new(project.root, project.environment()):
        command.check(plain(project))
    assert "development.db" not in files_of(project.root)


def plain(project: ProjectFolder) -> Config:
    """Return Alembic's own configuration, as its command line makes it."""
    quiet = Namespace(quiet=True, x=None)
    toml = project.root / "pyproject.toml"
    return Config(project.root / "alembic.ini", toml_file=toml, cmd_opts=quiet)


def add_column(project: ProjectFolder, line: str) -> None:
    project.add_column(line)
    forget(project.root)


EVERYDAY = ("pyproject_async", "an engine of its own")


def parts(names: Iterable[str]) -> list[Any]:
    """Return names, of which those of everyday are tried in each run."""
    marks = {name: pytest.mark.slow if name in EVERYDAY else pytest.mark.long for name in names}
    return [pytest.param(name, marks=mark) for name, mark in marks.items()]


@pytest.mark.parametrize("template", parts(TEMPLATES))
def test_that_of_alembics_templates(theirs: ProjectFolder, template: str) -> None:
    from_template(theirs, template)
    goes_the_whole_way(theirs)


@pytest.mark.parametrize("shape", parts(SHAPES))
def test_one_that_somebody_wrote(theirs: ProjectFolder, shape: str) -> None:
    with_env(theirs, **SHAPES[shape])
    goes_the_whole_way(theirs)
