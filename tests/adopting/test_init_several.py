"""`init` in a project whose env.py works on several databases: one history for all of them."""

from __future__ import annotations

import pytest

from tests import by_hand
from tests.adopting.test_several_databases import change, make, states, urls
from tests.project_folder import ProjectFolder
from tests.states import files_of

__all__ = ["urls"]

only_sqlite = pytest.mark.parametrize("urls", ["sqlite"], indirect=True)


@pytest.fixture
def bare(folder: ProjectFolder, urls: tuple[str, str]) -> ProjectFolder:
    """What `alembic init -t multidb` makes, with models of two databases, and no revision."""
    make(folder, urls)
    return folder


def create_all(urls: tuple[str, str]) -> None:
    """Make the tables of both databases as the models would, and a row."""
    key = "id SERIAL" if urls[0].startswith("postgresql") else "id INTEGER NOT NULL"
    gigs = f"CREATE TABLE gigs ({key}, title VARCHAR(80) NOT NULL, PRIMARY KEY (id))"
    by_hand.run_script(urls[0], f"{gigs}; INSERT INTO gigs (id, title) VALUES (1, 'walk')")
    key = "id SERIAL" if urls[1].startswith("postgresql") else "id INTEGER NOT NULL"
    by_hand.run_script(urls[1], f"CREATE TABLE songs ({key}, PRIMARY KEY (id))")


def test_the_first_revision_is_for_all(bare: ProjectFolder, urls: tuple[str, str]) -> None:
    said = bare.run("init").out
    assert said.count("wrote migrations/versions/") == 1
    assert said.index("engine1:") < said.index("engine2:")
    assert [] == by_hand.rows(urls[0], "SELECT id, title FROM gigs")
    assert [] == by_hand.rows(urls[1], "SELECT id FROM songs")
    assert bare.run("status", "--check").out.count("Up to date.") == 2
    assert bare.run("check").out.count("Models and database agree.") == 2


def test_databases_that_create_all_made_are_recorded(
    bare: ProjectFolder, urls: tuple[str, str]
) -> None:
    create_all(urls)
    assert bare.run("init").out.count(": recorded") == 2
    assert [(1, "walk")] == by_hand.rows(urls[0], "SELECT * FROM gigs")
    bare.run("reset", "--yes")
    assert [] == by_hand.rows(urls[1], "SELECT id FROM songs")
    assert bare.run("check").out.count("Models and database agree.") == 2


@only_sqlite
def test_none_is_recorded_where_one_differs(bare: ProjectFolder, urls: tuple[str, str]) -> None:
    create_all(urls)
    by_hand.run_script(urls[1], "ALTER TABLE songs ADD COLUMN year INTEGER")
    before = files_of(bare.root)
    said = bare.run("init", code=1).err
    assert "engine2: sqlite:" in said
    assert "- songs.year" in said
    assert before == files_of(bare.root)
    assert states(bare.run("current", "--json")) == {"engine1": [], "engine2": []}


@only_sqlite
def test_the_first_revision_is_as_the_databases_are(
    bare: ProjectFolder, urls: tuple[str, str]
) -> None:
    create_all(urls)
    change(bare)
    assert bare.run("init", "--from-database").out.count(": recorded") == 2
    bare.run("upgrade")
    assert [(1, "walk", None)] == by_hand.rows(urls[0], "SELECT * FROM gigs")
    assert bare.run("check").out.count("Models and database agree.") == 2


@only_sqlite
def test_the_first_revision_is_never_written_for_one_alone(bare: ProjectFolder) -> None:
    before = files_of(bare.root)
    said = bare.run("init", "--database", "engine1", code=2).err
    assert "the first one is for all databases" in said
    assert before == files_of(bare.root)


@only_sqlite
def test_a_history_is_caught_up_with_in_each(bare: ProjectFolder, urls: tuple[str, str]) -> None:
    bare.run("init")
    bare.run("downgrade", "base", "--yes", "--database", "engine2")
    by_hand.run_script(urls[0], "DROP TABLE alembic_version")
    assert bare.run("init", "--plan", "--json").json()["writes_revision"] is False
    said = bare.run("init").out
    assert ": recorded" in said
    assert "(1 step" in said
    assert bare.run("status", "--check").out.count("Up to date.") == 2
