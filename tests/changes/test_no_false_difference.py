"""Models that a migration has built differ in nothing from the database, whatever they declare."""

from __future__ import annotations

import pytest
from hypothesis import assume, given

from tests.changes.bench import Bench
from tests.changes.effort import effort
from tests.changes.found import FOUND, Found
from tests.changes.strategies import models
from tests.changes.strategies_model import Model

ALL_FOUND = [
    pytest.param(dialect, found, id=f"{found.what}-{dialect}")
    for dialect in ("sqlite", "postgresql")
    for found in FOUND
    if dialect in found.dialects
]


def no_difference(bench: Bench, models: str) -> None:
    bench.migrate(models)
    assert () == bench.left(models)
    assert "" == bench.migrate(models).path


@pytest.mark.parametrize(("bench", "found"), ALL_FOUND, indirect=["bench"])
def test_what_once_differed_differs_no_more(bench: Bench, found: Found) -> None:
    bench.clear()
    no_difference(bench, found.models)


def test_what_migrate_built_is_what_the_models_declare(bench: Bench) -> None:
    @effort(examples=35)
    @given(models(bench.target))
    def holds(model: Model) -> None:
        bench.clear()
        assume(bench.builds(model.source))
        no_difference(bench, model.source)

    holds()
