"""A revision that asks the engine of its connection for another one, on SQLite."""

from __future__ import annotations

import time

import pytest

from tests.models_project import TITLE, ModelsProject, model
from tests.operations.test_by_hand import by_hand
from tests.states import state_of

LOOKS = """
engine = op.get_bind().engine
op.create_table("made", sa.Column("id", sa.Integer, primary_key=True))
names = sa.inspect(engine).get_table_names()
with engine.connect() as looking:
    looking.execute(sa.text("SELECT * FROM gigs")).all()
    op.execute("INSERT INTO gigs (title) VALUES ('meanwhile')")
op.execute("INSERT INTO gigs (title) VALUES ('" + ", ".join(names) + "')")
"""
WRITES = """
engine = op.get_bind().engine
with engine.begin() as other:
    other.execute(sa.text("INSERT INTO gigs (title) VALUES ('kept')"))
with engine.connect() as other:
    other.execute(sa.text("INSERT INTO gigs (title) VALUES ('undone')"))
from sqlalchemy.orm import Session
with Session(engine) as session:
    session.execute(sa.text("UPDATE gigs SET title = title || '!'"))
    session.commit()
"""


@pytest.fixture
def begun(on_sqlite: ModelsProject) -> ModelsProject:
    """A project with a table and no rows."""
    on_sqlite.begin(model("gigs", TITLE))
    return on_sqlite


def test_it_sees_what_the_revision_has_made_and_waits_for_nobody(begun: ModelsProject) -> None:
    by_hand(begun, LOOKS, 'op.drop_table("made")')
    start = time.perf_counter()
    begun.run("upgrade")
    assert time.perf_counter() - start < 2
    expected = [("meanwhile",), ("alembic_version, gigs, made",)]
    assert expected == begun.rows("SELECT title FROM gigs ORDER BY id")


def test_what_it_commits_stays_and_what_it_does_not_is_undone(begun: ModelsProject) -> None:
    by_hand(begun, WRITES)
    begun.run("upgrade")
    assert [("kept!",)] == begun.rows("SELECT title FROM gigs")


def test_what_it_commits_goes_with_a_revision_that_fails(begun: ModelsProject) -> None:
    by_hand(begun, f"{WRITES}\n1 / 0")
    before = state_of(begun)
    begun.run("upgrade", code=1)
    assert before == state_of(begun)


@pytest.mark.slow
def test_plain_alembic_with_our_environment_does_the_same(begun: ModelsProject) -> None:
    by_hand(begun, LOOKS, 'op.drop_table("made")')
    begun.process(["alembic", "upgrade", "head"])
    assert [(2,)] == begun.rows("SELECT count(*) FROM gigs")


OWN_ENV = """
from alembic import context
from sqlalchemy import NullPool, create_engine
from models import Base
with create_engine({url!r}, poolclass=NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""


def test_an_env_py_with_an_engine_of_its_own_does_the_same(begun: ModelsProject) -> None:
    begun.write("alembic/env.py", OWN_ENV.format(url=begun.url))
    by_hand(begun, LOOKS + WRITES)
    begun.run("upgrade")
    titles = {title for (title,) in begun.rows("SELECT title FROM gigs")}
    assert {"kept!", "meanwhile!", "alembic_version, gigs, made!"} == titles
