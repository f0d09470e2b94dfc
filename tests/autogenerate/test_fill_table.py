"""Rows for a table, and what a fill reads: what is told, refused and asked."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model

GIGS = model("gigs", TITLE, "venue: Mapped[str | None]")
VENUES = model("venues", "name: Mapped[str] = mapped_column(unique=True)")
AFTER = VENUES + model(
    "gigs", TITLE, 'venue_id: Mapped[int] = mapped_column(sa.ForeignKey("venues.id"))'
)
INSERT = "INSERT INTO gigs (title, venue) VALUES ('a', 'Attic'), ('b', 'Attic')"
ROWS = ("--fill-table", "venues=SELECT DISTINCT venue AS name FROM gigs WHERE venue > ''")
LOOKUP = ("--fill", "gigs.venue_id=(SELECT v.id FROM venues v WHERE v.name = venue)")


def test_the_plan_says_how_many_rows_a_table_gets(project: ModelsProject) -> None:
    project.begin(GIGS, INSERT)
    written = project.change(AFTER, *ROWS, *LOOKUP)
    assert "venues: 1 row from SELECT DISTINCT venue AS name FROM gigs" in written.out
    file = project.written(written)
    order = ["create_table", "add_column", "fill_table", "op.fill(", "drop_column", "def downgrade"]
    assert sorted(order, key=file.index) == order
    plan = project.run("upgrade", "--plan").out
    assert "+ venues 1 row from SELECT DISTINCT venue AS name FROM gigs" in plan


def test_a_fill_that_leaves_nulls_says_in_how_many_rows_and_names_one(
    project: ModelsProject,
) -> None:
    project.begin(GIGS, INSERT, "INSERT INTO gigs (title) VALUES ('c')")
    said = project.refused(AFTER, *ROWS, *LOOKUP, code=2)
    assert (
        "gigs.venue_id must not be NULL, and what it is filled with is NULL for 1 row, that with "
        "id = 3 for one. There is no terminal to ask on. Nothing was written."
    ) in said
    assert said.count("--fill gigs.venue_id=") == 1


def test_a_fill_of_the_row_alone_that_leaves_nulls_says_so_too(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(GIGS, INSERT, "UPDATE gigs SET venue = NULL")
    after = model("gigs", TITLE, "venue: Mapped[str]")
    said = on_sqlite.refused(after, "--fill", "gigs.venue=nullif(title, 'b')", code=2)
    assert "is NULL for 1 row, that with id = 2 for one" in said


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        ("nowhere=SELECT 1 AS name", "--fill-table nowhere fits nothing"),
        ("venues=SELECT venue FROM gigs", "its query yields a column 'venue', and venues has id"),
        ("venues=SELECT 1 + 1", "and venues has id, name"),
        ("venues=SELECT id FROM gigs", "yields nothing for name, which must not be NULL"),
        ("venues=DELETE FROM gigs; SELECT 1 AS name", "not one query that can be understood"),
        ("venues=DELETE FROM gigs", "not one query that can be understood"),
        ("venues=SELECT nothing AS name FROM gigs", "venues can't be filled: "),
        ("venues=SELECT title AS name FROM nowhere", "venues can't be filled: "),
        ("venues=SELECT 'x' AS name FROM gigs", "venues can't be filled: "),
    ],
)
def test_a_query_that_does_not_fit_is_refused(
    on_sqlite: ModelsProject, flag: str, why: str
) -> None:
    on_sqlite.begin(GIGS, INSERT)
    on_sqlite.models(GIGS + VENUES)
    said = on_sqlite.run("migrate", "change", "--fill-table", flag, code=None).err
    assert why in said
    assert "Traceback" not in said


def test_what_cannot_go_up_again_after_its_downgrade_is_said_and_kept(
    on_sqlite: ModelsProject,
) -> None:
    on_sqlite.begin(model("gigs", "a: Mapped[str | None]"), "INSERT INTO gigs (a) VALUES ('x')")
    after = model("gigs", "b: Mapped[str]")
    written = on_sqlite.change(after, "--no-rename", "--fill", "gigs.b=nullif(a, 'y')")
    assert "after its downgrade it can't go up again until rows are mended" in written.out
    on_sqlite.run("upgrade")
    assert [("x",)] == on_sqlite.rows("SELECT b FROM gigs")


def test_a_script_fills_tables_too(project: ModelsProject) -> None:
    project.begin(GIGS, INSERT)
    project.change(AFTER, *ROWS, *LOOKUP)
    script = project.run("upgrade", "--sql").out
    assert "SELECT DISTINCT venue AS name FROM gigs WHERE venue > ''" in script
