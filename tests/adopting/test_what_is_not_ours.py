"""Tables that are not the project's: named, never written into a revision, never in the way."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model

GIGS = model("gigs", TITLE)
LATER = model("gigs", TITLE, "venue: Mapped[str | None]")


def goes_on(project: ModelsProject, named: str) -> None:
    """Check, migrate and stamp pass over what is not ours, and the first and last name it."""
    assert named in project.run("check").out
    assert "drop_table" not in project.written(project.change(LATER))
    assert 1 == project.run("upgrade", "--plan").out.count("gigs.venue")
    project.run("upgrade")
    assert named in project.run("stamp", "head").out


def test_what_a_search_index_of_sqlite_is_made_of(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(
        GIGS,
        "CREATE VIRTUAL TABLE words USING fts5(title)",
        "INSERT INTO words VALUES ('kept')",
    )
    goes_on(on_sqlite, "not compared: virtual table words\n")
    assert [("kept",)] == on_sqlite.rows("SELECT title FROM words")


def test_what_a_failed_batch_of_plain_alembic_left(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(
        GIGS, "CREATE TABLE _alembic_tmp_gigs (id int)", "INSERT INTO _alembic_tmp_gigs VALUES (1)"
    )
    named = "_alembic_tmp_gigs was left by a batch of plain Alembic that failed"
    assert named in on_sqlite.run("status").out
    goes_on(on_sqlite, named)
    assert "DROP TABLE _alembic_tmp_gigs\n" in on_sqlite.run("check").out
    assert [(1,)] == on_sqlite.rows("SELECT id FROM _alembic_tmp_gigs")


def test_partitions_of_a_table(on_postgresql: ModelsProject) -> None:
    parted = GIGS + (
        "\n\nclass Sale(Base):\n    __tablename__ = 'sales'\n"
        "    __table_args__ = {'postgresql_partition_by': 'RANGE (id)'}\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    on_postgresql.begin(
        parted, "CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM (1) TO (9)"
    )
    assert "not compared: partition sales_1\n" in on_postgresql.run("check").out
    on_postgresql.execute("DROP TABLE alembic_version")
    assert "not compared: partition sales_1\n" in on_postgresql.run("init").out


@pytest.mark.parametrize("words", [["check"], ["stamp", "head"]])
def test_very_many_are_counted(on_sqlite: ModelsProject, words: list[str]) -> None:
    views = [f"CREATE VIEW v{number:02} AS SELECT 1 AS x" for number in range(20)]
    on_sqlite.begin(GIGS, *views)
    said = on_sqlite.run(*words).out
    assert "view v11, and 8 more\n" in said
    assert "v12" not in said


def test_what_an_extension_brings(on_postgresql: ModelsProject) -> None:
    # As PostGIS brings its table of reference systems.
    own = "EXTENSION plpgsql {} TABLE spatial_ref_sys"
    on_postgresql.begin(
        GIGS, "CREATE TABLE spatial_ref_sys (srid int)", f"ALTER {own.format('ADD')}"
    )
    assert "Models and database agree.\n" == on_postgresql.run("check").out
    on_postgresql.execute("DROP TABLE alembic_version")
    said = on_postgresql.run("init").out
    assert "yields: recorded" in said
    assert "spatial_ref_sys" not in said
    on_postgresql.change(LATER)
    assert "spatial_ref_sys" not in on_postgresql.revisions()[-1].read_text(encoding="utf-8")
    on_postgresql.execute(f"ALTER {own.format('DROP')}")
