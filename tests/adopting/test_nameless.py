"""A database whose constraints have no names, beside models whose convention names them all."""

from __future__ import annotations

import pytest

from tests.models_project import PLAIN_PRELUDE, PRELUDE, ModelsProject, model

MODELS = model(
    "bands",
    "name: Mapped[str] = mapped_column(sa.String(80), unique=True)",
    "fee: Mapped[int]",
    args="sa.CheckConstraint('fee > 0', name='paid')",
) + model(
    "gigs",
    "band_id: Mapped[int] = mapped_column(sa.ForeignKey('bands.id'))",
    "venue: Mapped[str | None] = mapped_column(sa.String(40))",
)
BANDS = """
CREATE TABLE bands (id INTEGER NOT NULL PRIMARY KEY, fee INTEGER NOT NULL CHECK (fee > 0),
                    name VARCHAR(80) NOT NULL UNIQUE)"""
GIGS = """
CREATE TABLE gigs (id INTEGER NOT NULL, band_id INTEGER NOT NULL,
                   PRIMARY KEY (id), FOREIGN KEY (band_id) REFERENCES bands (id))"""
ROWS = ("INSERT INTO bands VALUES (1, 5, 'kept')", "INSERT INTO gigs VALUES (1, 1)")


@pytest.mark.parametrize("prelude", [PRELUDE, PLAIN_PRELUDE], ids=["a convention", "none"])
def test_the_first_revision_is_as_the_database_is_and_the_second_as_the_models_are(
    on_sqlite: ModelsProject, prelude: str
) -> None:
    on_sqlite.prelude = prelude
    on_sqlite.execute(BANDS, GIGS, *ROWS)
    on_sqlite.models(MODELS)
    said = on_sqlite.run("init", "--models", "models:Base", "--from-database").out
    assert "yields: recorded" in said
    assert 2 == len(on_sqlite.revisions()), said
    on_sqlite.run("upgrade")
    on_sqlite.run("check")
    assert [(1, 1, None)] == on_sqlite.rows("SELECT id, band_id, venue FROM gigs")
    on_sqlite.run("downgrade", "--yes")
    on_sqlite.run("upgrade")
    on_sqlite.run("reset", "--yes")
    on_sqlite.run("check")
