"""Models that hold more than a database builds, and that plain Alembic takes as they are."""

from __future__ import annotations

from tests.models_project import TITLE, ModelsProject, model


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


def test_one_with_expressions_that_a_revision_made_by_sql_goes_and_comes_back(
    on_sqlite: ModelsProject,
) -> None:
    project = on_sqlite
    project.begin(model("gigs", TITLE))
    made = (
        "CREATE INDEX ix_words ON gigs (lower(title), title <> ':(', id DESC)"
        " WHERE (id > 0) AND title <> ':a'"
    )
    project.execute(made)
    assert "- index ix_words on gigs" in project.change(model("gigs", TITLE)).out
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    ((again,),) = project.rows("SELECT sql FROM sqlite_master WHERE name = 'ix_words'")
    assert spelled_alike(made) == spelled_alike(again)


def spelled_alike(sql: str) -> str:
    return "".join(sql.lower().replace("(id > 0)", "id > 0").split())
