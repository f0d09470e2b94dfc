"""A project and a database that are used again, for all examples of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.changes.reused_project import ReusedProject


@pytest.fixture(scope="module")
def reused_projects(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], ReusedProject]]:
    """Give the project of a kind of database; it is made when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def project_of(dialect: str) -> ReusedProject:
            root = tmp_path_factory.mktemp("reused")
            if dialect == "sqlite":
                return ReusedProject(root, f"sqlite:///{(root / 'reused.db').as_posix()}")
            server = request.getfixturevalue("server")
            return ReusedProject(root, stack.enter_context(server.database()))

        yield project_of


@pytest.fixture(params=["sqlite", "postgresql"])
def reused(
    request: pytest.FixtureRequest, reused_projects: Callable[[str], ReusedProject]
) -> ReusedProject:
    """A project and a database that serve one example after another, once for each kind."""
    return reused_projects(request.param)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of what is drawn, which `--seed` sets."""
    seed: int = request.config.option.seed
    return seed
