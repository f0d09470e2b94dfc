"""A bench a database, for all examples of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.changes.bench import Bench


@pytest.fixture(scope="module")
def benches(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Bench]]:
    """Give the bench of a kind of database; it is made when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def bench_of(dialect: str) -> Bench:
            root = tmp_path_factory.mktemp("bench")
            if dialect == "sqlite":
                return Bench(root, f"sqlite:///{(root / 'bench.db').as_posix()}")
            server = request.getfixturevalue("server")
            return Bench(root, stack.enter_context(server.database()))

        yield bench_of


@pytest.fixture(params=["sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, benches: Callable[[str], Bench]) -> Bench:
    """A project and a database that serve one example after another, once for each kind."""
    return benches(request.param)
