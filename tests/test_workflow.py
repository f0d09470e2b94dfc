"""The whole workflow of a developer, as processes, on both databases."""

from __future__ import annotations

from tests.workshop import MODELS, Workshop


def test_a_developer_gets_from_init_to_reset(workshop: Workshop, database_url: str) -> None:
    workshop.variables["DATABASE_URL"] = database_url
    workshop.write_models()

    workshop.run("init", "--models", "models:Base")
    assert "Up to date." in workshop.run("status").out

    workshop.write_models(MODELS + "    venue: Mapped[str | None] = mapped_column(sa.String(40))\n")
    assert "+ gigs.venue VARCHAR(40) NULL" in workshop.run("migrate", "add venue").out
    assert workshop.run("status", "--check", code=3).out
    workshop.run("upgrade")
    assert "Models and database agree." in workshop.run("check").out

    workshop.run("downgrade", "--yes")
    workshop.run("check", code=4)
    workshop.run("reset", "--yes")
    workshop.run("status", "--check")
