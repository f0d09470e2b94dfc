"""Schemas beside the default one, and histories of several branches."""

from __future__ import annotations

import pytest

from tests.faults.broken import revision
from tests.models_project import TITLE, ModelsProject, model
from tests.project_folder import ProjectFolder

APART = model("gigs", TITLE) + (
    "\n\nclass Venue(Base):\n    __tablename__ = 'venues'\n"
    "    __table_args__ = {'schema': 'apart'}\n"
    "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    "    gig: Mapped[int] = mapped_column(sa.ForeignKey('gigs.id'))\n"
)


def test_a_table_of_another_schema_counts(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(APART, "CREATE SCHEMA others", "CREATE TABLE others.x (id int)")
    project.run("stamp", "head")
    project.execute("DROP TABLE alembic_version")
    assert "yields: recorded\n" in project.run("init").out
    project.execute("DROP TABLE alembic_version", "ALTER TABLE apart.venues ADD extra int")
    assert "\n  - apart.venues.extra\n" in project.run("init", code=1).err
    project.execute("DROP SCHEMA apart CASCADE")
    assert "\n  + apart.venues (id, gig)\n" in project.run("stamp", "head", code=1).err


def test_the_first_revision_makes_the_schema_too(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(APART)
    for path in project.revisions():
        path.unlink()
    project.execute("DROP TABLE alembic_version")
    assert "the models change nothing" in project.run("init", "--from-database").out
    project.run("reset", "--yes")
    project.run("check")


@pytest.fixture
def forked(ready: ProjectFolder) -> ProjectFolder:
    """A project whose history has one revision, and two that follow it."""
    id_ = str(ready.run("current", "--json").json()["current"][0])
    for name in ("bbb2", "bbb3"):
        made = f'op.create_table("{name}", sa.Column("id", sa.Integer))'
        ready.write(f"alembic/versions/{name}.py", revision(name, id_, made))
    return ready


def test_each_branch_is_compared(forked: ProjectFolder) -> None:
    said = forked.run("stamp", "heads", code=1).err
    assert "yields at bbb2, bbb3: they differ in 2 places" in said
    assert said.endswith("stamp heads --unchecked\n")
    forked.run("upgrade", "heads")
    forked.run("stamp", "heads")
    assert ["bbb2", "bbb3"] == forked.run("current", "--json").json()["current"]


SAID = """

class Kind(enum.Enum):
    walk = 1
    talk = 2

class Gig(Base):
    __tablename__ = "gigs"
    __table_args__ = {{"schema": {schema!r}}}
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, schema={schema!r}))
    {more}

class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    gig_id: Mapped[int] = mapped_column(sa.ForeignKey("{schema}.gigs.id"))
"""


@pytest.mark.parametrize("schema", ["public", "first"])
def test_the_default_schema_is_the_same_said_and_unsaid(
    on_postgresql: ModelsProject, schema: str
) -> None:
    project = on_postgresql
    project.execute("CREATE SCHEMA first")
    if schema == "first":
        project.variables["DATABASE_URL"] += "&options=-csearch_path%3Dfirst,public"
    project.begin(SAID.format(schema=schema, more=""), "INSERT INTO gigs (kind) VALUES ('walk')")
    project.run("check")
    changed = SAID.format(schema=schema, more="seats: Mapped[int] = mapped_column(default=3)")
    assert "+ gigs.seats" in project.change(changed).out
    project.run("upgrade")
    assert [("walk", 3)] == project.rows(f"SELECT kind, seats FROM {schema}.gigs")
    project.run("check")
    project.models(
        SAID.format(schema=schema, more="")
        .replace(f'"{schema}.gigs', '"gigs')
        .replace(f'{{"schema": {schema!r}}}', "{}")
    )
    assert "- gigs.seats" in project.run("check", code=4).out
    project.run("downgrade", "--yes")
    project.run("check")
