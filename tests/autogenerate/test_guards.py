"""Revisions that would do more harm than anybody means are refused, with the likely cause."""

from __future__ import annotations

from tests.models_project import PRELUDE, TITLE, ModelsProject, model

FOUR = [model(name, TITLE) for name in ("gigs", "users", "bookings", "payments")]
HOW = "Import them where the models are imported. If the tables are to go:"


def test_models_that_declare_no_table_are_refused(project: ModelsProject) -> None:
    project.begin("".join(FOUR))
    said = project.refused("", code=1, DBTASKS_ENTRY_POINT="just")
    assert (
        "The models declare no table, and the database has 4. Nothing was written.\n"
        "Perhaps alembic/env.py imports not all of the models, or the database is another's.\n"
        f"{HOW} just migrate change --allow-drops\n"
    ) == said


def test_a_revision_that_drops_most_tables_is_refused_and_names_the_modules(
    project: ModelsProject,
) -> None:
    project.begin("".join(FOUR))
    project.write("shop/__init__.py", "")
    project.write(
        "shop/bookings.py", f"from models import Base\nimport sqlalchemy as sa\n{FOUR[2]}"
    )
    project.write("shop/money.py", f"from models import Base\nimport sqlalchemy as sa\n{FOUR[3]}")
    project.write("tests/test_models.py", PRELUDE + FOUR[0])
    said = project.refused(FOUR[0], code=1)
    assert said.startswith(
        "This would drop 3 of the 4 tables: bookings, payments, users. Nothing was written.\n"
        "These modules declare tables and were not imported: shop.bookings, shop.money.\n"
    )


def test_half_of_the_tables_may_go(project: ModelsProject) -> None:
    project.begin("".join(FOUR))
    assert "- payments (table)" in project.change("".join(FOUR[:2])).out


def test_the_flag_lets_them_go(project: ModelsProject) -> None:
    project.begin("".join(FOUR))
    written = project.change("", "--allow-drops")
    assert 4 == written.out.count("(table)")
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    assert [] == project.rows("SELECT * FROM bookings")


def test_what_is_dropped_with_rows_is_counted_in_the_plan_and_in_the_file(
    project: ModelsProject,
) -> None:
    project.begin(
        model("gigs", TITLE, "venue: Mapped[str | None]", "seats: Mapped[int | None]") + FOUR[1],
        "INSERT INTO gigs (title, venue) VALUES ('walk', 'harbour'), ('talk', NULL)",
        "INSERT INTO users (title) VALUES ('Ada'), ('Bob'), ('Cy')",
    )
    written = project.change(model("gigs", TITLE))
    assert "drops gigs.venue with 1 value\n" in written.out
    assert "drops users with 3 rows\n" in written.out
    assert "seats with" not in written.out
    text = project.written(written)
    assert "    # gigs.venue held 1 value when this was written.\n" in text
    assert "    # users held 3 rows when this was written.\n" in text
    project.execute("INSERT INTO users (title) VALUES ('Di')")
    assert "drops users with 4 rows\n" in project.run("upgrade", "--plan").out


def test_the_flag_is_known_to_be_needed_before_the_database_has_anything(
    project: ModelsProject,
) -> None:
    project.begin("")
    assert "Nothing to do" in project.change("").out
