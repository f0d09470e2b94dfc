"""Whatever is changed in a database without version: no false stamp, and each difference named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from alembic.script import Script
from sqlalchemy import Connection

from dbtasks import Project
from dbtasks.autogenerate.proof import likeness
from dbtasks.autogenerate.proof.yielded import Yielded, yielded
from dbtasks.values import NotKnown
from tests.adopting import history, mutations
from tests.adopting.mutations import Mutation
from tests.models_project import ModelsProject
from tests.servers import Server

_EVERYDAY = 9
"""Of so many mutations one is tried each day, and all others by the long tests."""

Altered = Callable[[Mutation], ModelsProject]


def drawn(table: list[Mutation]) -> list[object]:
    """Return the mutations, most of them marked as long."""
    return [
        pytest.param(item, id=item.name, marks=() if number % _EVERYDAY == 0 else pytest.mark.long)
        for number, item in enumerate(table)
    ]


@pytest.fixture(autouse=True)
def _run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the history be run in a scratch database once, and not for each of the mutations."""
    monkeypatch.setattr(likeness, "yielded", _remembered)


_known: dict[object, list[Yielded] | NotKnown] = {}


def _remembered(
    project: Project, connection: Connection, scripts: Sequence[Script], *, each: bool = False
) -> list[Yielded] | NotKnown:
    key = project.root, len(scripts), each
    if key not in _known:
        _known[key] = yielded(project, connection, scripts, each=each)
    return _known[key]


def begun(root: Path, url: str) -> Altered:
    """Make a project, and return what alters a database of it that has lost its version."""
    root.mkdir()
    project = ModelsProject(root, {"DATABASE_URL": url})
    history.begin(project)
    made = history.statements(project)

    def altered(mutation: Mutation) -> ModelsProject:
        history.make_anew(project, made)
        project.execute(mutation.sql)
        return project

    return altered


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Altered:
    """Alter a database of SQLite."""
    root = tmp_path_factory.mktemp("sqlite") / "project"
    return begun(root, f"sqlite:///{root.parent.as_posix()}/made.db")


@pytest.fixture(scope="module")
def on_postgresql(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Altered]:
    """Alter a database of PostgreSQL."""
    root = tmp_path_factory.mktemp("postgresql") / "project"
    with server.database() as url:
        yield begun(root, url)


def refuses(project: ModelsProject, named: str) -> None:
    """Neither `stamp` nor `init` records anything, and both name the difference."""
    for words in (["stamp", "head"], ["init"]):
        said = project.run(*words, code=1).err
        assert any(line.startswith("  ") and named in line for line in said.splitlines()), said
        assert "Nothing was recorded." in said
    tables = "sqlite_master" if project.is_sqlite else "information_schema.tables"
    column = "name" if project.is_sqlite else "table_name"
    assert [] == project.rows(f"SELECT 1 FROM {tables} WHERE {column} = 'alembic_version'")


@pytest.mark.parametrize("mutation", drawn(mutations.ON_SQLITE))
def test_no_false_stamp_on_sqlite(mutation: Mutation, on_sqlite: Altered) -> None:
    refuses(on_sqlite(mutation), mutation.named)


@pytest.mark.parametrize("mutation", drawn(mutations.ON_POSTGRESQL))
def test_no_false_stamp_on_postgresql(mutation: Mutation, on_postgresql: Altered) -> None:
    refuses(on_postgresql(mutation), mutation.named)


def test_there_are_a_hundred_mutations() -> None:
    assert 100 < len(mutations.ON_SQLITE) + len(mutations.ON_POSTGRESQL)
