"""What a plan says beforehand: the same of a revision that waits as `migrate` said of it."""

from __future__ import annotations

import re

import pytest

from tests.by_hand import rows, run_script
from tests.project_folder import ProjectFolder

MODELS = """
import datetime as dt
import enum
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class State(enum.Enum):
    draft = "draft"
    open = "open"

class Gig(Base):
    __tablename__ = "gigs"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    starts: Mapped[str | None] = mapped_column(sa.String(40))
    made: Mapped[dt.date | None]
    state: Mapped[State]
"""
ROWS = """
INSERT INTO gigs (title, starts, state) VALUES
    ('Jazz', '2030-05-04 19:00:00', 'open'), ('Open stage', NULL, 'draft');
"""


@pytest.fixture
def project(folder: ProjectFolder, database_url: str) -> ProjectFolder:
    made = ProjectFolder(folder.root, {"DATABASE_URL": database_url})
    made.write_models(MODELS)
    made.run("init", "--models", "models:Base")
    run_script(database_url, ROWS)
    return made


def planned(project: ProjectFolder, *words: str) -> list[str]:
    """Return the lines of a plan below its steps, without what squawk says, or how to get it."""
    lines = project.run(*words, "--plan").out.splitlines()
    review = re.compile(r"squawk|dbtasks\[review\]")
    return [line.strip() for line in lines if line.startswith("   ") and not review.search(line)]


def migrate(project: ProjectFolder, change: tuple[str, str], *words: str) -> str:
    project.write_models((project.root / "models.py").read_text("utf-8").replace(*change))
    return project.run("migrate", "a change", *words).out


def test_a_plan_says_what_changes_and_for_how_many_rows(project: ProjectFolder) -> None:
    change = ("    state: Mapped[State]", "    state: Mapped[State]\n    seats: Mapped[int]")
    migrate(project, change, "--fill", "gigs.seats=id")
    expected = [
        "+ gigs.seats INTEGER NULL",
        "~ gigs.seats filled where NULL (2 rows)",
        "~ gigs.seats NOT NULL",
    ]
    assert expected == planned(project, "upgrade")[:3]
    steps = project.run("upgrade", "--plan", "--json").json()["steps"]
    assert expected == [f"{item['sign']} {item['what']}" for item in steps[0]["changes"]]

    project.run("upgrade")
    assert planned(project, "downgrade")[:2] == ["- gigs.seats", "drops gigs.seats with 2 values"]


def test_a_plan_says_where_a_large_table_is_filled_in_pieces(
    project: ProjectFolder, database_url: str
) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49998)"
    insert = f"{numbers} SELECT 'Jazz', 'open' FROM n"
    if database_url.startswith("postgresql"):
        insert = "SELECT 'Jazz', 'open'::state FROM generate_series(1, 49998)"
    run_script(database_url, f"INSERT INTO gigs (title, state) {insert}")
    change = ("    state: Mapped[State]", "    state: Mapped[State]\n    seats: Mapped[int]")
    migrate(project, change, "--fill", "gigs.seats=id")
    pieces = ", in pieces of 50,000" if database_url.startswith("postgresql") else ""
    filled = f"~ gigs.seats filled where NULL (50,000 rows{pieces})"
    assert filled == planned(project, "upgrade")[1]


def test_a_plan_says_what_every_kind_of_operation_changes(project: ProjectFolder) -> None:
    written = project.run("migrate", "many things", "--empty", "--json").json()
    project.write(written["path"], every_operation(written["revision"], project))
    assert [
        "+ acts (id, gig_id)",
        "+ unique index ix_acts_gig_id on acts (gig_id)",
        "+ foreign key fk_acts_gigs on acts (gig_id) -> gigs",
        "+ check ck_acts_id on acts",
        "~ gigs.starts VARCHAR(40) -> TEXT",
        "~ gigs.starts default -> 'x'",
        "~ gigs.title renamed to name",
        "~ gigs comment 'What is on'",
        "+ enum mood (calm, loud)",
        "+ enum mood value 'wild'",
        "~ enum mood value 'calm' renamed to 'quiet'",
        "- enum mood",
        "~ acts.id counted by serial",
        "~ index ix_acts_gig_id renamed to ix_acts",
        "- check ck_acts_id on acts",
        "- index ix_acts on acts",
        "~ acts renamed to artists",
        "- artists (table)",
    ] == planned(project, "upgrade")[:18]


def test_a_downgrade_that_changes_values_asks(project: ProjectFolder) -> None:
    migrate(project, ("made: Mapped[dt.date | None]", "made: Mapped[dt.datetime | None]"))
    project.run("upgrade")
    update = "UPDATE gigs SET made = '2030-05-04 19:00:00.000000' WHERE id = 1"
    run_script(project.variables["DATABASE_URL"], update)
    refused = project.run("downgrade", code=2)
    assert "gigs.made: 1 value would not come back the same (" in refused.err
    assert "Data will be lost." in refused.err


def test_what_a_conversion_loses_is_said_once_and_again_in_the_plan(
    project: ProjectFolder,
) -> None:
    update = "UPDATE gigs SET starts = '2030-05-04T19:00' WHERE id = 1"
    run_script(project.variables["DATABASE_URL"], update)
    said = migrate(project, ("mapped_column(sa.String(40))", "mapped_column(sa.DateTime)"))
    lost = "gigs.starts: 1 value would not come back the same"
    assert 1 == said.count(lost)
    assert [line for line in planned(project, "upgrade") if line.startswith(f"{lost} (")]


def test_a_type_that_is_replaced_locks_the_tables_that_use_it(
    project: ProjectFolder, database_url: str
) -> None:
    migrate(project, ('    open = "open"\n', '    open = "open"\n    shut = "shut"\n'))
    assert ["+ enum state value 'shut'"] == planned(project, "upgrade")
    project.run("upgrade")
    lock = "locks gigs (2 rows): nobody can use it while its rows are written anew"
    locks = [lock] if database_url.startswith("postgresql") else []
    stop, *rest = planned(project, "downgrade")
    assert stop.startswith("~ stops if gigs has rows where ")
    assert ["~ enum state values draft, open", *locks] == rest


@pytest.mark.needs("squawk")
def test_squawk_speaks_of_the_revision_and_not_of_how_it_is_run(project: ProjectFolder) -> None:
    written = migrate(project, ('    open = "open"\n', '    open = "open"\n    shut = "shut"\n'))
    assert "squawk" not in written + project.run("upgrade", "--plan").out


REBUILDS = {
    "a column that may be NULL": ("", "    note: Mapped[str | None]"),
    "a column with a constant default": (
        "",
        '    note: Mapped[str] = mapped_column(server_default="")',
    ),
    "a comment": ("String(40))", 'String(40), comment="when")'),
    "an index": ("String(40))", "String(40), index=True)"),
    "a column with the time for a default": (
        "",
        "    note: Mapped[dt.datetime] = mapped_column(server_default=sa.func.current_timestamp())",
    ),
    "a unique column": ("", "    note: Mapped[str | None] = mapped_column(unique=True)"),
    "a column that goes": ("    made: Mapped[dt.date | None]\n", ""),
    "another default": ("String(40))", 'String(40), server_default="soon")'),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", REBUILDS)
def test_a_rebuild_is_announced_where_there_is_one(project: ProjectFolder, name: str) -> None:
    old, new = REBUILDS[name]
    before = root_page(project)
    migrate(
        project,
        (old, new) if old else ("    state: Mapped[State]\n", f"    state: Mapped[State]\n{new}\n"),
    )
    announced = any(line.startswith("rebuilds gigs ") for line in planned(project, "upgrade"))
    project.run("upgrade")
    assert (root_page(project) != before) == announced


def root_page(project: ProjectFolder) -> object:
    """Return where SQLite's table begins in the file: elsewhere, once it has been made anew."""
    query = "SELECT rootpage FROM sqlite_master WHERE name = 'gigs'"
    return rows(project.variables["DATABASE_URL"], query)


def every_operation(revision: str, project: ProjectFolder) -> str:
    (initial,) = (path.stem.split("_")[2] for path in project.revisions() if "initial" in path.name)
    return f"""
import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {initial!r}


def upgrade() -> None:
    op.create_table("acts", sa.Column("id", sa.Integer()), sa.Column("gig_id", sa.Integer()))
    op.create_index("ix_acts_gig_id", "acts", ["gig_id"], unique=True)
    with op.batch_alter_table("acts") as batch_op:
        batch_op.create_foreign_key("fk_acts_gigs", "gigs", ["gig_id"], ["id"])
        batch_op.create_check_constraint("ck_acts_id", "id > 0")
    with op.batch_alter_table("gigs") as batch_op:
        batch_op.alter_column(
            "starts", existing_type=sa.String(40), type_=sa.Text(), server_default="x"
        )
    op.alter_column("gigs", "title", new_column_name="name")
    op.create_table_comment("gigs", "What is on")
    op.create_enum("mood", ["calm", "loud"])
    op.add_enum_value("mood", "wild")
    op.rename_enum_value("mood", "calm", "quiet")
    op.drop_enum("mood")
    op.set_sequence("acts", "id", "serial")
    op.rename_index("ix_acts_gig_id", "ix_acts")
    with op.batch_alter_table("acts") as batch_op:
        batch_op.drop_constraint("ck_acts_id", type_="check")
    op.drop_index("ix_acts", table_name="acts")
    op.rename_table("acts", "artists")
    op.drop_table("artists")
"""
