"""Rows that exist get a value where a column wants one of each of them."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model

INSERT = "INSERT INTO gigs (title) VALUES ('walk'), ('talk')"
SEATS = model("gigs", TITLE, "seats: Mapped[int]")


def test_the_database_fills_a_new_column_from_its_server_default(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    column = 'seats: Mapped[int] = mapped_column(server_default="7", default=8)'
    assert "op.fill" not in project.written(project.change(model("gigs", TITLE, column)))
    project.run("upgrade")
    assert [(7,), (7,)] == project.rows("SELECT seats FROM gigs")


def test_a_column_that_becomes_not_null_is_filled_where_it_is_null(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE, "seats: Mapped[int | None]"), INSERT)
    project.execute("UPDATE gigs SET seats = 1 WHERE id = 1")
    column = 'seats: Mapped[int] = mapped_column(server_default="7", default=8)'
    written = project.change(model("gigs", TITLE, column))
    assert "gigs.seats: NULL first, 1 row filled, then NOT NULL" in written.out
    project.run("upgrade")
    assert [(1,), (7,)] == project.rows("SELECT seats FROM gigs ORDER BY id")


def test_a_plain_python_default_fills(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    written = project.change(model("gigs", TITLE, "seats: Mapped[int] = mapped_column(default=8)"))
    assert "gigs.seats: 2 rows filled by a default that goes again" in written.out
    assert 'server_default=sa.text("8")' in project.written(written)
    project.run("upgrade")
    assert [(8,), (8,)] == project.rows("SELECT seats FROM gigs")


@pytest.mark.parametrize("default", ["dt.datetime.now", "lambda: 3", "uuid.uuid4", "sa.func.now()"])
def test_a_default_that_is_no_plain_value_is_asked_about(
    on_sqlite: ModelsProject, default: str
) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    after = model("gigs", TITLE, f"made: Mapped[str] = mapped_column(default={default})")
    assert "--fill gigs.made=VALUE" in on_sqlite.refused(after, code=2)


def test_fills_are_given_beforehand_as_expressions_over_the_row(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    after = model("gigs", TITLE, "seats: Mapped[int]", "slug: Mapped[str]")
    fills = ("--fill", "gigs.seats=id * 10", "--fill", "gigs.slug='a=b:c%' || upper(title)")
    written = project.change(after, *fills)
    assert """sa.text("'a=b:c%' || upper(title)")""" in project.written(written)
    project.run("upgrade")
    assert [(10, "a=b:c%WALK"), (20, "a=b:c%TALK")] == project.rows(
        "SELECT seats, slug FROM gigs ORDER BY id"
    )


def test_a_fill_goes_before_the_default_of_the_model(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    column = 'seats: Mapped[int] = mapped_column(server_default="7")'
    project.change(model("gigs", TITLE, column), "--fill", "gigs.seats=id")
    project.run("upgrade")
    assert [(1,), (2,)] == project.rows("SELECT seats FROM gigs ORDER BY id")
    project.execute("INSERT INTO gigs (title) VALUES ('new')")
    assert [(7,)] == project.rows("SELECT seats FROM gigs WHERE title = 'new'")


def test_without_an_answer_nothing_is_written_and_the_command_is_shown(
    project: ModelsProject,
) -> None:
    project.begin(model("gigs", TITLE, "fee: Mapped[int | None]"), INSERT)
    after = model("gigs", TITLE, "fee: Mapped[int]", "seats: Mapped[int]")
    said = project.refused(after, code=2, DBTASKS_ENTRY_POINT="just")
    assert (
        "Rows exist, and gigs.seats and gigs.fee must not be NULL. There is no terminal to ask on. "
        "Nothing was written.\n"
        "Say what they get, in SQL: "
        "just migrate change --fill gigs.seats=VALUE --fill gigs.fee=VALUE\n"
    ) == said


def test_without_rows_nobody_needs_to_answer(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE))
    project.change(SEATS)
    project.run("upgrade")
    project.run("check")


@pytest.mark.parametrize("fill", ["gigs.seat=1", "gig.seats=1", "seats=1", "gigs.title='x'"])
def test_a_fill_that_names_no_column_in_need_is_refused(
    on_sqlite: ModelsProject, fill: str
) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    said = on_sqlite.refused(SEATS, "--fill", fill, code=2)
    assert said.startswith(f"--fill {fill.partition('=')[0]} fits nothing: ")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("nope(", "syntax error"),
        ("no_such_column", "no_such_column"),
        ("1; DROP TABLE gigs", ""),
    ],
)
def test_a_fill_that_does_not_work_leaves_nothing_behind(
    project: ModelsProject, sql: str, why: str
) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    said = project.refused(SEATS, "--fill", f"gigs.seats={sql}", code=1)
    assert "tried on a copy and taken away again" in said
    assert why in said


def test_a_fill_that_is_wrong_is_named(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    said = project.refused(SEATS, "--fill", "gigs.seats=nope(", code=1)
    assert "its upgrade does not work: gigs.seats filled: " in said


def test_a_large_table_is_filled_in_pieces_that_are_committed(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    rows = "INSERT INTO gigs (title) SELECT g FROM generate_series(1, 100001) AS g"
    project.begin(model("gigs", TITLE), rows)
    written = project.change(SEATS, "--fill", "gigs.seats=id")
    assert (
        "gigs.seats: NULL first, 100,001 rows filled in pieces of 50,000, then NOT NULL"
        in written.out
    )
    plan = project.run("upgrade", "--plan").out
    assert "gigs.seats filled where NULL (100,001 rows, in pieces of 50,000)" in plan
    text = project.written(written)
    assert text.index("nullable=True") < text.index("op.fill") < text.index("nullable=False")
    project.run("upgrade")
    query = "SELECT count(DISTINCT xmin::text), count(*) FROM gigs WHERE seats = id"
    assert [(3, 100001)] == project.rows(query)
    project.run("check")


def test_what_fails_behind_a_large_fill_is_tried_again(on_postgresql: ModelsProject) -> None:
    """The fill commits what stands before it, so the column is there the second time."""
    project = on_postgresql
    rows = "INSERT INTO gigs (title) SELECT g FROM generate_series(1, 50000) AS g"
    project.begin(model("gigs", TITLE), rows)
    text = project.written(project.change(SEATS, "--fill", "gigs.seats=id - id + 7"))
    (path,) = project.root.glob("alembic/versions/*_change.py")
    end = "\n\n\ndef downgrade"
    path.write_text(text.replace(end, f'\n    op.execute("SELECT 1 / 0"){end}'), encoding="utf-8")
    assert "division by zero" in project.run("upgrade", code=1).err
    path.write_text(text, encoding="utf-8")
    project.run("upgrade")
    assert [(7, 50000)] == project.rows("SELECT seats, count(*) FROM gigs GROUP BY seats")
    project.run("check")
    project.run("downgrade", "--yes")


def test_a_column_that_may_be_there_is_added_once_on_sqlite_too(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    text = on_sqlite.written(on_sqlite.change(SEATS, "--fill", "gigs.seats=id"))
    (path,) = on_sqlite.root.glob("alembic/versions/*_change.py")
    place = "nullable=True)"
    assert place in text
    path.write_text(text.replace(place, f"{place}, if_not_exists=True"), encoding="utf-8")
    on_sqlite.execute("ALTER TABLE gigs ADD COLUMN seats INTEGER")
    on_sqlite.run("upgrade")
    on_sqlite.run("downgrade", "--yes")
    on_sqlite.run("upgrade")
    on_sqlite.run("check")


def test_sqlite_fills_a_large_table_at_once_and_says_no_more(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(
        model("gigs", TITLE),
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50001) "
        "INSERT INTO gigs (title) SELECT i FROM n",
    )
    written = on_sqlite.change(SEATS, "--fill", "gigs.seats=id")
    assert "gigs.seats: NULL first, 50,001 rows filled, then NOT NULL" in written.out
    plan = on_sqlite.run("upgrade", "--plan").out
    assert "gigs.seats filled where NULL (50,001 rows)" in plan
    on_sqlite.run("upgrade")
    assert [(50001,)] == on_sqlite.rows("SELECT count(*) FROM gigs WHERE seats = id")
