"""Rows that exist get what the model itself would insert, whatever the type makes of it."""

from __future__ import annotations

import runpy

import pytest
import sqlalchemy as sa
from hypothesis import given
from sqlalchemy.orm import Session

from tests.changes import stored_defaults
from tests.changes.examples import many
from tests.changes.reused_project import ReusedProject, run
from tests.in_process import forget
from tests.models_project import TITLE, ModelsProject, model
from tests.selection import everyday_on

BEFORE = stored_defaults.OWN_TYPES + model("gigs", TITLE)
ROW = "INSERT INTO gigs (title) VALUES ('walk')"


def insert_by_the_model(project: ModelsProject) -> None:
    """Let the ORM insert a row."""
    gigs = runpy.run_path(str(project.root / "models.py"))["Gigs"]
    with Session(sa.create_engine(project.url, poolclass=sa.NullPool)) as session:
        session.add(gigs(title="talk"))
        session.commit()


def differing(url: str, defaults: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return the columns in which the row that was filled is not the one that was inserted."""
    filled, inserted = stored_defaults.stored(url, defaults)
    triples = zip(defaults, filled, inserted, strict=True)
    return [(*column, left, right) for column, left, right in triples if left != right]


@everyday_on("sqlite")
def test_filled_rows_hold_what_the_model_inserts(project: ModelsProject) -> None:
    defaults = stored_defaults.fixed(is_sqlite=project.is_sqlite)
    project.begin(BEFORE, ROW)
    project.change(stored_defaults.models(defaults))
    project.run("upgrade")
    insert_by_the_model(project)
    assert [] == differing(project.url, defaults)
    project.run("check")


def test_what_a_key_of_the_environment_decides_is_stored_by_the_models_own_type(
    project: ModelsProject,
) -> None:
    project.begin(BEFORE, ROW)
    sealed = [(stored_defaults.SEALED, "'s3cret'")]
    written = project.change(stored_defaults.models(sealed))
    assert 'op.fill("gigs", "c0", "s3cret", model_type="models.Sealed")' in project.written(written)
    forget(project.root)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SEAL", "for production")
        project.run("upgrade", SEAL="for production")
        insert_by_the_model(project)
    assert [] == differing(project.url, sealed)


def test_a_type_that_the_models_have_no_longer_stops_only_where_there_are_rows(
    on_sqlite: ModelsProject,
) -> None:
    on_sqlite.begin(BEFORE, ROW)
    on_sqlite.change(stored_defaults.models([(stored_defaults.SEALED, "'s3cret'")]))
    on_sqlite.models(BEFORE)
    said = on_sqlite.run("upgrade", code=1).err
    assert "gigs.c0 was to get 's3cret' as models.Sealed stores it" in said
    on_sqlite.execute("DELETE FROM gigs")
    on_sqlite.run("upgrade")


def test_what_no_type_can_store_is_asked_about(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(BEFORE, ROW)
    after = stored_defaults.models([("sa.Date()", "'2026-01-02'")])
    assert "--fill gigs.c0=VALUE" in on_sqlite.refused(after, code=2)


@pytest.mark.long
def test_whatever_is_drawn_is_stored_as_the_model_stores_it(
    reused: ReusedProject, seed: int
) -> None:
    @many(30, seed)
    @given(stored_defaults.drawn())
    def holds(defaults: list[tuple[str, str]]) -> None:
        reused.clear()
        reused.migrate(stored_defaults.table([]))
        reused.execute(ROW)
        after = stored_defaults.table(defaults)
        reused.migrate(after)
        with sa.create_engine(reused.url, poolclass=sa.NullPool).begin() as connection:
            connection.execute(run(after).metadata.tables["gigs"].insert().values(title="talk"))
        assert [] == differing(reused.url, defaults)

    holds()
