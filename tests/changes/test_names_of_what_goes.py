"""A name is taken over from something that goes in the same revision."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model

NAME = "mapped_column(sa.String(9), unique=True, index=True)"
COLUMNS = (
    model("gigs", f"a: Mapped[str] = {NAME}", f"b: Mapped[str | None] = {NAME}"),
    model("gigs", f"b: Mapped[str] = {NAME}"),
    "INSERT INTO gigs (id, a, b) VALUES (1, 'x', 'p'), (2, 'y', NULL)",
)
TABLES = (
    model("gigs", TITLE)
    + model("shows", "n: Mapped[int] = mapped_column(index=True)")
    + model("seats", "gig_id: Mapped[int] = mapped_column(sa.ForeignKey('gigs.id'))"),
    model("shows", TITLE)
    + model("seats", "gig_id: Mapped[int] = mapped_column(sa.ForeignKey('shows.id'))"),
    "INSERT INTO gigs (id, title) VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO shows (id, n) VALUES (7, 3)",
    "INSERT INTO seats (gig_id) VALUES (2)",
)


@pytest.mark.parametrize("apart", [("--no-rename",), ("--no-rename", "gigs.b")])
def test_a_column_takes_the_name_of_one_that_goes(
    project: ModelsProject, apart: tuple[str, ...]
) -> None:
    before, after, *inserts = COLUMNS
    project.begin(before, *inserts)
    written = project.change(after, "--rename", "gigs.a=b", *apart)
    assert "- gigs.b_dropped" in written.out
    project.run("upgrade")
    project.run("check")
    assert [("x",), ("y",)] == project.rows("SELECT b FROM gigs ORDER BY id")
    project.run("downgrade", "--yes")
    assert [("x", None), ("y", None)] == project.rows("SELECT a, b FROM gigs ORDER BY id")
    project.run("upgrade")
    assert [("x",), ("y",)] == project.rows("SELECT b FROM gigs ORDER BY id")


def test_nobody_guesses_that_what_has_the_name_goes(on_sqlite: ModelsProject) -> None:
    before, after, *inserts = COLUMNS
    on_sqlite.begin(before, *inserts)
    said = on_sqlite.refused(after, "--rename", "gigs.a=b", code=2)
    assert "or with --no-rename gigs.b if it goes" in said


@pytest.mark.long
def test_a_table_takes_the_name_of_one_that_goes(project: ModelsProject) -> None:
    before, after, *inserts = TABLES
    project.begin(before, *inserts)
    project.change(after, "--rename", "gigs=shows", "--no-rename", "shows")
    for _ in range(2):
        project.run("upgrade")
        project.run("check")
        assert [(1, "x"), (2, "y")] == project.rows("SELECT id, title FROM shows ORDER BY id")
        assert [(2,)] == project.rows("SELECT gig_id FROM seats")
        project.run("downgrade", "--yes")
        assert [(1, "x"), (2, "y")] == project.rows("SELECT id, title FROM gigs ORDER BY id")
        assert [] == project.rows("SELECT n FROM shows")


def test_public_may_be_said_of_a_table_that_gets_rows(project: ModelsProject) -> None:
    gigs = model("gigs", "state: Mapped[str]")
    project.begin(gigs, "INSERT INTO gigs (state) VALUES ('on'), ('on')")
    state = "state: Mapped[str] = mapped_column(sa.ForeignKey('states.code'))"
    states = (
        "\n\nclass State(Base):\n    __tablename__ = 'states'\n"
        "    code: Mapped[str] = mapped_column(primary_key=True)\n"
    )
    rows = "public.states=SELECT DISTINCT state AS code FROM gigs"
    project.change(states + model("gigs", state), "--fill-table", rows)
    project.run("upgrade")
    assert [("on",)] == project.rows("SELECT code FROM states")
