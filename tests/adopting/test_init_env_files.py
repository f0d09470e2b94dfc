"""`init` makes a project ready whose env.py has never heard of dbtasks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from alembic import command

from tests.adopting.test_env_files import (
    SHAPES,
    TEMPLATES,
    add_column,
    from_template,
    plain,
    theirs,
    url_of,
    with_env,
)
from tests.in_process import as_if_new, forget
from tests.project_folder import ProjectFolder

__all__ = ["theirs"]

VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"
SHAPES = {
    **SHAPES,
    "a render_item": {"options": "render_item=lambda *_: False"},
    "a list of metadata": {"metadata": "[Base.metadata]"},
    "places of revisions that it sets": {
        "first": "context.script.version_locations = [str(Path(__file__).parent / 'versions')]"
    },
}
"""Those that every verb is tried with, and more."""
APART = "connection.execute(text('CREATE SCHEMA IF NOT EXISTS apart')); connection.commit()"
ON_POSTGRESQL = {
    "a search_path of its own": {
        "first": f"{APART}; connection.execute(text('SET search_path TO apart')); "
        "connection.commit(); connection.dialect.default_schema_name = 'apart'"
    },
    "a version table in a schema of its own": {
        "first": APART,
        "options": "version_table_schema='apart'",
    },
}


def by_alembic(project: ProjectFolder, *steps: str) -> None:
    """Write a revision of the models, or upgrade, by Alembic itself."""
    for step in steps:
        with as_if_new(project.root, project.environment()):
            if step == "upgrade":
                command.upgrade(plain(project), "head")
            else:
                command.revision(plain(project), step, autogenerate=True)


def create_all(project: ProjectFolder) -> None:
    """Make the tables as an application does."""
    project.write(
        "make.py",
        "import sqlalchemy as sa, models\n"
        f"engine = sa.create_engine({url_of(project)!r})\n"
        "models.Base.metadata.create_all(engine)\nengine.dispose()\n",
    )
    with as_if_new(project.root, project.environment()):
        import runpy
        import sys

        sys.path.insert(0, str(project.root))
        runpy.run_path(str(project.root / "make.py"))
    (project.root / "make.py").unlink()
    forget(project.root)


def at_its_head(project: ProjectFolder) -> None:
    """Fail unless the database is at the head of one history, and what the models declare."""
    assert "Up to date." in project.run("status", "--check").out
    project.run("check")


def empty(project: ProjectFolder) -> None:
    said = project.run("init").out
    assert "1/1" in said
    assert 1 == revisions(project)


def made_by_create_all(project: ProjectFolder) -> None:
    create_all(project)
    assert "yields: recorded\n" in project.run("init").out
    assert 1 == revisions(project)


def lost_its_version(project: ProjectFolder) -> None:
    by_alembic(project, "first")
    create_all(project)
    assert "yields: recorded\n" in project.run("init").out
    assert 1 == revisions(project)


def at_the_head_already(project: ProjectFolder) -> None:
    by_alembic(project, "first", "upgrade")
    assert "Nothing to do" in project.run("init").out
    assert 1 == revisions(project)


def behind(project: ProjectFolder) -> None:
    by_alembic(project, "first", "upgrade")
    add_column(project, VENUE)
    by_alembic(project, "second")
    assert "1/1" in project.run("init").out
    assert 2 == revisions(project)


STATES: tuple[Callable[[ProjectFolder], None], ...] = (
    empty,
    made_by_create_all,
    lost_its_version,
    at_the_head_already,
    behind,
)


def revisions(project: ProjectFolder) -> int:
    return len([*(project.root / "migrations" / "versions").glob("*.py")])


def own_files(project: ProjectFolder) -> tuple[bytes, bytes]:
    env, ini = project.root / "migrations" / "env.py", project.root / "alembic.ini"
    return env.read_bytes(), ini.read_bytes()


def made_ready(project: ProjectFolder, state: Callable[[ProjectFolder], None]) -> None:
    """Fail unless `init` makes the project ready, changes no file, and can be repeated."""
    before = own_files(project)
    state(project)
    at_its_head(project)
    assert "Nothing to do" in project.run("init").out
    assert before == own_files(project)
    assert not (project.root / "development.db").exists()
    by_alembic(project, "upgrade")


STATE_NAMES = [state.__name__ for state in STATES]


@pytest.mark.parametrize("state", STATES, ids=STATE_NAMES)
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.long
def test_a_template_of_alembics(
    theirs: ProjectFolder, template: str, state: Callable[[ProjectFolder], None]
) -> None:
    from_template(theirs, template)
    made_ready(theirs, state)


@pytest.mark.parametrize("state", STATES, ids=STATE_NAMES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.long
def test_one_that_somebody_wrote(
    theirs: ProjectFolder, shape: str, state: Callable[[ProjectFolder], None]
) -> None:
    with_env(theirs, **SHAPES[shape])
    made_ready(theirs, state)


@pytest.mark.parametrize(
    "state", [empty, at_the_head_already, behind], ids=lambda one: one.__name__
)
@pytest.mark.parametrize("shape", ON_POSTGRESQL)
@pytest.mark.long
def test_one_that_works_in_a_schema_of_its_own(
    folder: ProjectFolder,
    postgresql_url: str,
    shape: str,
    state: Callable[[ProjectFolder], None],
) -> None:
    folder.write_models()
    folder.write("database.txt", postgresql_url)
    with_env(folder, **ON_POSTGRESQL[shape])
    made_ready(folder, state)
