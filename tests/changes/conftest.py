"""A bench a database, for all examples of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.changes.bench import Bench
from tests.servers import Server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """A project and a database that serve one example after another, once for each kind."""
    root = tmp_path_factory.mktemp("bench")
    if request.param == "sqlite":
        yield Bench(root, f"sqlite:///{(root / 'bench.db').as_posix()}")
        return
    server: Server = request.getfixturevalue("server")
    with server.database() as url:
        yield Bench(root, url)
