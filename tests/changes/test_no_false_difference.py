"""Models that a migration has built differ in nothing from the database, whatever they declare."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.changes.examples import Decorator, many, tries
from tests.changes.past_differences import PAST_DIFFERENCES, PastDifference
from tests.changes.reused_project import ReusedProject
from tests.changes.strategies import models
from tests.changes.strategies_model import Model

ALL_PAST = [
    pytest.param(dialect, past, id=f"{past.what}-{dialect}", marks=marks)
    for dialect, marks in (("sqlite", ()), ("postgresql", pytest.mark.long))
    for past in PAST_DIFFERENCES
    if dialect in past.dialects
]

FEWEST_BUILT = 0.8
"""The others declare two constraints of one name."""


def no_difference(reused: ReusedProject, models: str) -> None:
    reused.migrate(models)
    assert () == reused.left(models)
    assert "" == reused.migrate(models).path


@pytest.mark.parametrize(("reused", "past"), ALL_PAST, indirect=["reused"])
def test_what_once_differed_differs_no_more(reused: ReusedProject, past: PastDifference) -> None:
    reused.clear()
    no_difference(reused, past.models)


@pytest.mark.slow
def test_what_migrate_built_is_what_the_models_declare(reused: ReusedProject) -> None:
    try_models(reused, tries(6))


@pytest.mark.long
def test_what_migrate_built_of_many_models_is_what_they_declare(
    reused: ReusedProject, seed: int
) -> None:
    try_models(reused, many(60, seed))


def try_models(reused: ReusedProject, draw: Decorator) -> None:
    tried = []

    @draw
    @given(models(reused.target))
    def holds(model: Model) -> None:
        reused.clear()
        tried.append(reused.builds(model.source))
        if tried[-1]:
            no_difference(reused, model.source)

    holds()
    assert sum(tried) >= FEWEST_BUILT * len(tried)
