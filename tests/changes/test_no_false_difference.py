"""Models that a migration has built differ in nothing from the database, whatever they declare."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.changes.bench import Bench
from tests.changes.found import FOUND, Found
from tests.changes.strategies import Target, models
from tests.changes.strategies_model import Model

EXAMPLES = int(os.environ.get("DBTASKS_EXAMPLES", "50"))
ALL_FOUND = [
    pytest.param(dialect, found, id=f"{found.what}-{dialect}")
    for dialect in ("sqlite", "postgresql")
    for found in FOUND
    if dialect in found.dialects
]


def no_difference(bench: Bench, models: str) -> None:
    bench.clear()
    bench.migrate(models)
    assert () == bench.left(models)
    assert "" == bench.migrate(models).path


@pytest.mark.parametrize(("bench", "found"), ALL_FOUND, indirect=["bench"])
def test_what_once_differed_differs_no_more(bench: Bench, found: Found) -> None:
    no_difference(bench, found.models)


def test_what_migrate_built_is_what_the_models_declare(bench: Bench) -> None:
    target = Target("sqlite") if bench.dialect == "sqlite" else Target("postgresql", 18)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(models(target))
    def holds(model: Model) -> None:
        no_difference(bench, model.source)

    holds()
