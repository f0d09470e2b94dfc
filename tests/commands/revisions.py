"""Revisions that the tests of the verbs write, and what a project says of them."""

from __future__ import annotations

from sqlalchemy import create_engine, inspect

from tests.by_hand import rows
from tests.project_folder import MODELS, ProjectFolder

VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"
SEATS = "seats: Mapped[int | None]"


def add_revision(project: ProjectFolder, column: str, message: str) -> str:
    """Add a column to the models and write its revision; return the id."""
    project.add_column(column)
    return str(project.run("migrate", message, "--json").json()["revision"])


def branch(project: ProjectFolder) -> tuple[str, str]:
    """Let two revisions follow the same one, as two colleagues do; return their ids."""
    first = add_revision(project, VENUE, "add venue")
    (path,) = (project.root / "alembic" / "versions").glob("*add_venue.py")
    aside = path.rename(path.with_suffix(".aside"))
    project.write_models()
    second = add_revision(project, SEATS, "add seats")
    aside.rename(path)
    project.write_models(f"{MODELS}    {VENUE}\n    {SEATS}\n")
    return first, second


def columns(project: ProjectFolder, table: str = "gigs") -> set[str]:
    """Return the columns that a table has in the database; none if there is no table."""
    engine = create_engine(url(project).replace("postgresql:", "postgresql+psycopg2:"))
    inspector = inspect(engine)
    found = inspector.get_columns(table) if inspector.has_table(table) else []
    engine.dispose()
    return {column["name"] for column in found}


def url(project: ProjectFolder) -> str:
    """Return the address of the project's database."""
    return project.variables["DATABASE_URL"]


def ids(project: ProjectFolder) -> list[str]:
    """Return the ids of all revisions, the newest first."""
    return [item["id"] for item in project.run("history", "--json").json()["revisions"]]


def current(project: ProjectFolder) -> list[str]:
    """Return the revisions that the database names."""
    return list(project.run("current", "--json").json()["current"])


def titles(project: ProjectFolder) -> list[str]:
    """Return the titles of the gigs."""
    return [row[0] for row in rows(url(project), "SELECT title FROM gigs ORDER BY title")]
