"""Each history on each database, brought to its head twice: by plain Alembic and by the verbs."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy.engine import make_url

from tests import by_hand
from tests.histories.packages import NOT_PLAYED, PACKAGES
from tests.histories.workplace import HistoryProject, Workplace
from tests.in_process import Result
from tests.servers import Server


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is known not to hold yet."""
    left_out = [item for item in items if item.nodeid.endswith(tuple(NOT_PLAYED))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@dataclass
class History:
    """A package's history on one kind of database."""

    workplace: Workplace
    database: str
    server: Server | None
    databases: ExitStack
    plain: HistoryProject = field(init=False)
    ours: HistoryProject = field(init=False)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def empty(self) -> HistoryProject:
        """Return a project whose database is as the first revision takes it for granted."""
        project = self._new(None)
        project.begin()
        return project

    def models(self) -> HistoryProject:
        """Return a project whose database holds what the models declare, and nothing else."""
        project = self._new(None)
        project.create_all()
        return project

    def refusal(self, verb: str) -> str:
        """Return words of what a verb tells where it refuses, "" where it does its work."""
        return self.workplace.package.refusal(verb, self.database)

    def copy(self, project: HistoryProject) -> HistoryProject:
        """Return a project with a copy of another one's database."""
        return self._new(project)

    @contextmanager
    def versions_kept(self) -> Iterator[None]:
        """Take away again what is written into the folders of the history meanwhile."""
        package = self.plain.root.parent / "venv"
        before = set(package.rglob("versions/**/*.py"))
        try:
            yield
        finally:
            for path in set(package.rglob("versions/**/*.py")) - before:
                path.unlink()

    def _new(self, template: HistoryProject | None) -> HistoryProject:
        name = f"project_{next(self._numbers)}"
        if self.server:
            given = make_url(template.url).database if template else "template1"
            url = self.databases.enter_context(self.server.database(str(given)))
            return self.workplace.project(name, url)
        path = self.workplace.folder / f"{name}.db"
        if template:
            shutil.copy(str(make_url(template.url).database), path)
        return self.workplace.project(name, f"sqlite:///{path.as_posix()}")


def to_head(project: HistoryProject, run: Callable[..., Result]) -> None:
    """Bring an empty database to the head by either program, past what no program can run."""
    broken = project.workplace.package.broken
    if broken:
        before, revision, sql = broken
        run("upgrade", before)
        by_hand.run_script(project.url, sql)
        project.alembic("stamp", revision)
    run("upgrade", "head")


@pytest.fixture(scope="class", params=["sqlite", "postgresql"])
def history(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[History]:
    """A history of others on one kind of database."""
    package = next(item for item in PACKAGES if item.name == request.cls.package)
    folder = tmp_path_factory.mktemp(package.name)
    server = request.getfixturevalue("server") if request.param == "postgresql" else None
    with ExitStack() as databases:
        history = History(Workplace.make(package, folder), request.param, server, databases)
        history.plain, history.ours = history.empty(), history.empty()
        to_head(history.plain, history.plain.alembic)
        to_head(history.ours, history.ours.dbtasks)
        yield history
    shutil.rmtree(folder, ignore_errors=True)
