"""Plain `alembic`, by an env.py that has never heard of dbtasks, applies what `migrate` wrote."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import by_hand
from tests.adopting.test_env_files import theirs, url_of, with_env
from tests.in_process import forget
from tests.project_folder import SCRIPTS, ProjectFolder
from tests.selection import everyday_on

__all__ = ["theirs"]
pytestmark = pytest.mark.slow

MODELS = """
import enum
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class State(enum.Enum):
    open = "open"
    shut = "shut"

class Gig(Base):
    __tablename__ = "gigs"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80), unique=True)
    day: Mapped[str] = mapped_column(sa.String(10))
"""
AFTER = (
    MODELS.replace(", unique=True", "")
    .replace("day: Mapped[str] = mapped_column(sa.String(10))", "day: Mapped[dt.date]")
    .replace("import enum", "import datetime as dt\nimport enum")
    + """\
    state: Mapped[State] = mapped_column(default=State.open)
    __table_args__ = {"comment": "what is on"}
"""
)


def alembic(project: ProjectFolder, *words: str) -> str:
    """Run plain `alembic` in a process of its own; return what it says."""
    ran = subprocess.run(
        [sys.executable, SCRIPTS / "alembic", *words],
        check=False,
        cwd=project.root,
        env=project.environment(),
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def begin(project: ProjectFolder, models: str) -> None:
    """Write the models, and the revision that makes them."""
    project.write_models(models)
    with_env(project)
    project.run("migrate", "first")
    alembic(project, "upgrade", "head")


def imports_of(project: ProjectFolder, word: str) -> list[str]:
    """Return the imports of `op` in the revision whose name has `word`."""
    (path,) = (project.root / "migrations" / "versions").glob(f"*{word}*.py")
    return [line for line in path.read_text().splitlines() if " import op" in line]


@everyday_on("postgresql")
def test_values_types_and_names_are_what_our_verbs_would_make_of_them(
    theirs: ProjectFolder,
) -> None:
    begin(theirs, MODELS)
    url = url_of(theirs)
    by_hand.run_script(url, "INSERT INTO gigs VALUES (1, 'walk', '2026-01-02')")
    theirs.write_models(AFTER)
    forget(theirs.root)
    theirs.run("migrate", "more")
    assert ["from dbtasks import op"] == imports_of(theirs, "more")

    alembic(theirs, "upgrade", "head")
    rows = "SELECT title, CAST(day AS VARCHAR(10)), state FROM gigs"
    assert [("walk", "2026-01-02", "open")] == by_hand.rows(url, rows)
    assert theirs.run("check").code == 0
    by_hand.run_script(url, "INSERT INTO gigs VALUES (2, 'walk', '2026-01-03', 'shut')")
    by_hand.run_script(url, "DELETE FROM gigs WHERE id = 2")

    alembic(theirs, "downgrade", "-1")
    assert [(1, "walk", "2026-01-02")] == by_hand.rows(url, "SELECT * FROM gigs")
    alembic(theirs, "upgrade", "head")
    assert "Up to date." in theirs.run("status").out
    assert theirs.run("check").code == 0


def test_what_alembic_does_alike_needs_nothing_of_ours(theirs: ProjectFolder) -> None:
    begin(theirs, MODELS.replace(", unique=True", ""))
    theirs.add_column("venue: Mapped[str | None] = mapped_column(sa.String(40), index=True)")
    forget(theirs.root)
    theirs.run("migrate", "add venue")
    assert ["from alembic import op"] == imports_of(theirs, "first")
    assert ["from alembic import op"] == imports_of(theirs, "add_venue")


def test_the_sql_of_such_a_revision_is_written_by_plain_alembic_too(
    folder: ProjectFolder, postgresql_url: str
) -> None:
    folder.write("database.txt", postgresql_url)
    begin(folder, MODELS)
    folder.write_models(AFTER)
    forget(folder.root)
    folder.run("migrate", "more")
    folder.write("migrations/env.py", OFFLINE)
    sql = alembic(folder, "upgrade", "head", "--sql")
    assert "ADD COLUMN state state" in sql
    assert "ALTER COLUMN day TYPE DATE USING" in sql


OFFLINE = """
from alembic import context
context.configure(dialect_name="postgresql", as_sql=True, literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
"""


@pytest.mark.long
def test_a_template_of_other_words_gets_the_import_too(theirs: ProjectFolder) -> None:
    begin(theirs, MODELS)
    mako = theirs.root / "migrations" / "script.py.mako"
    text = mako.read_text().replace("from alembic import op", "from alembic import context, op")
    mako.write_text(text)
    theirs.write_models(AFTER)
    forget(theirs.root)
    theirs.run("migrate", "more")
    assert "from dbtasks import op  # noqa: F811" in imports_of(theirs, "more")
    alembic(theirs, "upgrade", "head")
    assert theirs.run("check").code == 0
