"""SQLite's columns that have no type are adopted, and may get one."""

from __future__ import annotations

from tests.models_project import PLAIN_PRELUDE, ModelsProject, model

ADOPTED = (
    "CREATE TABLE gigs (id INTEGER NOT NULL PRIMARY KEY, title, fee DEFAULT 5, year NOT NULL)",
    "CREATE VIRTUAL TABLE words USING fts5(body)",
    "CREATE VIRTUAL TABLE places USING rtree(id, low, high)",
    "INSERT INTO gigs VALUES (1, 'jazz', 7, 2030)",
)
UNTYPED = (
    "title: Mapped[bytes | None]",
    "fee: Mapped[bytes | None] = mapped_column(server_default=sa.text('5'))",
    "year: Mapped[bytes]",
)


def test_they_are_adopted_as_they_are(on_sqlite: ModelsProject) -> None:
    project = on_sqlite
    project.prelude = PLAIN_PRELUDE
    project.execute(*ADOPTED)
    project.models(model("gigs", *UNTYPED))
    project.run("init", "--models", "models:Base", "--from-database")
    project.run("check")
    project.run("downgrade", "base", "--yes")
    project.run("upgrade")
    project.run("check")


def test_they_get_a_type(on_sqlite: ModelsProject) -> None:
    project = on_sqlite
    project.prelude = PLAIN_PRELUDE
    project.execute(*ADOPTED)
    project.models(model("gigs", *UNTYPED))
    project.run("init", "--models", "models:Base", "--from-database")
    typed = ("title: Mapped[str | None] = mapped_column(sa.Text)", *UNTYPED[1:])
    project.change(model("gigs", *typed))
    project.run("upgrade")
    project.run("check")
    query = "SELECT title, typeof(title), fee, typeof(fee), year, typeof(year) FROM gigs"
    assert [("jazz", "text", 7, "integer", 2030, "integer")] == project.rows(query)
    project.run("downgrade", "--yes")
    assert [("jazz", 7, 2030)] == project.rows("SELECT CAST(title AS TEXT), fee, year FROM gigs")
