"""Indexes that PostgreSQL makes by an operator class which only the database names."""

from __future__ import annotations

from tests.models_project import ModelsProject, model

ADDRESS = "address: Mapped[str] = mapped_column(pg.INET)"
INDEX = 'sa.Index("ix_gigs_address", "address", postgresql_using="gist")'


def test_models_without_the_class_agree_with_the_index_that_is_there(
    on_postgresql: ModelsProject,
) -> None:
    project = on_postgresql
    project.begin(model("gigs", ADDRESS))
    project.models(model("gigs", ADDRESS, args=INDEX))
    assert "has no default operator class" in project.run("check", code=1).err
    project.execute("CREATE INDEX ix_gigs_address ON gigs USING gist (address inet_ops)")
    assert "Models and database agree.\n" == project.run("check").out
