"""What verbs tell of changes: on which side, in one line, what goes and how many rows."""

from __future__ import annotations

import pytest

from tests.by_hand import run_script
from tests.commands.revisions import VENUE, add_revision, branch, current, ids, url
from tests.models_project import TITLE, ModelsProject, model
from tests.project_folder import ProjectFolder

HALLS = model("halls", TITLE)
KEY = 'hall_id: Mapped[int | None] = mapped_column(sa.ForeignKey("halls.id"{}))'


def gigs(ondelete: str = "", check: str = "price > 0", unique: str = '"title"') -> str:
    """Return a model whose constraints can be changed."""
    args = f'sa.CheckConstraint("{check}", name="price"), sa.Index("ix_gigs_title", {unique})'
    columns = TITLE, "price: Mapped[int | None]", KEY.format(ondelete)
    return HALLS + model("gigs", *columns, args=args)


@pytest.fixture
def changing(folder: ProjectFolder, database_url: str) -> ModelsProject:
    """A project to change models in, on either database."""
    changing = ModelsProject(folder.root, {"DATABASE_URL": database_url})
    changing.begin(gigs())
    return changing


def test_what_is_made_anew_in_another_form_is_one_line(changing: ModelsProject) -> None:
    changing.models(gigs(', ondelete="CASCADE"', "price > 1", '"title", "price"'))
    out = changing.run("check", code=4).out
    assert "Models and database differ in 3 places:\nin both, and different" in out
    key = "foreign key fk_gigs_hall_id_halls on gigs (hall_id) -> halls"
    assert f"  ~ {key}: NO ACTION -> ON DELETE CASCADE\n" in out
    assert "  ~ index ix_gigs_title on gigs: (title) -> (title, price)\n" in out
    assert 1 == out.count("check ck_gigs_price")
    assert 3 == len(changing.run("migrate", "change", "--json").json()["changes"])
    assert f"  ~ {key}: -> ON DELETE CASCADE\n" in changing.run("show", "head").out


def test_each_difference_is_told_on_its_side(project: ProjectFolder) -> None:
    project.add_column(VENUE)
    run_script(url(project), "ALTER TABLE gigs ADD COLUMN extra INTEGER")
    for verb, code in (("check", 4), ("status", 0)):
        out = project.run(verb, code=code).out
        assert "only in the models:\n  + gigs.venue VARCHAR(40) NULL\n" in out
        assert "only in the database:\n  - gigs.extra\n" in out


def test_show_says_what_a_revision_does_loses_and_locks(project: ProjectFolder) -> None:
    add_revision(project, VENUE, "add venue")
    out = project.run("show", "head").out
    assert "upgrade:\n  + gigs.venue VARCHAR(40) NULL\n" in out
    up, _, down = out.partition("downgrade:\n")
    assert "  - gigs.venue\n  loses: the values of gigs.venue\n" in down
    assert url(project).startswith("postgresql") or "  locks: rebuilds gigs: nobody can" in down
    assert "loses" not in up
    shown = project.run("show", "head", "--json").json()
    assert ["the values of gigs.venue"] == shown["downgrade_losses"]
    assert [] == shown["upgrade_losses"]


def test_reset_counts_what_goes_before_it_asks(project: ProjectFolder) -> None:
    run_script(url(project), "INSERT INTO gigs (title) VALUES ('one'), ('two')")
    run_script(url(project), "CREATE TABLE halls (id INTEGER)")
    said = project.run("reset", code=2).err
    assert ": 2 tables.\n  gigs (2 rows)\n  halls (0 rows)\n" in said
    assert said.endswith("To go on without a question: python tasks.py reset --yes\n")
    assert "Dropped before: 2 tables with 2 rows.\n" in project.run("reset", "--yes").out
    dropped = project.run("reset", "--yes", "--json").json()["dropped"]
    assert [{"table": "gigs", "rows": 0}] == dropped


@pytest.fixture
def merged(project: ProjectFolder) -> tuple[ProjectFolder, str, list[str]]:
    """A project whose database is at a merge; its id, and those of its parents."""
    parents = sorted(branch(project))
    merge = project.run("merge", "join heads", "--json").json()["revision"]
    project.run("upgrade")
    return project, merge, parents


def test_downgrade_at_a_merge_takes_the_merge_back(
    merged: tuple[ProjectFolder, str, list[str]],
) -> None:
    project, merge, parents = merged
    said = project.run("downgrade", "-2", code=2).err
    assert f"{merge} joins {parents[0]} and {parents[1]}, and -2 goes on past it" in said
    assert [merge] == current(project)
    assert f"1/1  {merge}  join heads" in project.run("downgrade").out
    assert parents == sorted(current(project))


def test_downgrade_of_several_says_what_to_type_for_each(
    merged: tuple[ProjectFolder, str, list[str]],
) -> None:
    project, _, (one, other) = merged
    project.run("downgrade")
    said = project.run("downgrade", code=2).err
    assert f'To take back {one}: python tasks.py downgrade "{one}@-1"; {other}: ' in said
    project.run("downgrade", f"{one}@-1", "--yes")
    assert [other] == current(project)


def test_a_column_that_must_have_a_value_counts_the_rows_without_one(
    project: ProjectFolder,
) -> None:
    project.add_column("seats: Mapped[int]")
    said = project.run("migrate", "add seats").out
    assert "gigs.seats must not be NULL: on a database with rows" in said
    assert "must not be NULL" not in project.run("upgrade", "--plan").out
    run_script(url(project), "INSERT INTO gigs (title) VALUES ('one'), ('two')")
    said = project.run("upgrade", "--plan").out
    assert "gigs.seats must not be NULL, and 2 rows have no value: this fails." in said


def test_rows_in_the_way_are_not_blamed_on_the_file_alone(project: ProjectFolder) -> None:
    run_script(url(project), "INSERT INTO gigs (title) VALUES ('one'), ('one')")
    project.run("migrate", "unique", "--empty")
    write_upgrade(project, 'op.create_index("ux", "gigs", ["title"], unique=True)')
    said = project.run("upgrade", code=1).err.splitlines()[-1]
    assert said.startswith("Mend the rows that are in the way, or alembic/versions/")


def test_the_sql_that_can_not_be_written_names_its_revision(project: ProjectFolder) -> None:
    project.run("migrate", "looks", "--empty")
    write_upgrade(project, 'op.get_bind().exec_driver_sql("SELECT * FROM nowhere").fetchall()')
    said = project.run("upgrade", "--sql", code=1).err
    assert f"The SQL of revision {ids(project)[0]} can't be written: alembic/versions/" in said


def write_upgrade(project: ProjectFolder, line: str) -> None:
    """Let the newest revision do what a line says."""
    path = next(item for item in project.revisions() if ids(project)[0] in item.name)
    text = path.read_text(encoding="utf-8")
    start = "def upgrade() -> None:\n"
    path.write_text(text.replace(start, f"{start}    {line}\n", 1), encoding="utf-8")
