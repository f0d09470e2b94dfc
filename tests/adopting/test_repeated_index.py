"""Models that hold more than a database builds, and that plain Alembic takes as they are."""

from __future__ import annotations

from tests.models_project import ModelsProject, model


def test_an_index_that_the_models_declare_twice_is_one(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", "title: Mapped[str]"))
    twice = model(
        "gigs",
        "title: Mapped[str] = mapped_column(index=True)",
        args='sa.Index("ix_gigs_title", "title")',
    )
    assert 1 == on_sqlite.written(on_sqlite.change(twice)).count("op.create_index(")
    on_sqlite.run("upgrade")
    assert "Models and database agree.\n" == on_sqlite.run("check").out


def test_two_indexes_of_one_name_are_refused(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", "title: Mapped[str]", "place: Mapped[str]"))
    on_sqlite.models(
        model(
            "gigs",
            "title: Mapped[str] = mapped_column(index=True)",
            "place: Mapped[str]",
            args='sa.Index("ix_gigs_title", "place")',
        )
    )
    assert "index ix_gigs_title already exists" in on_sqlite.run("check", code=1).err
