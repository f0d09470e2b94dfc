"""How many examples the property tests draw, and whether they are the same each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def tries(examples: int) -> settings:
    """Draw so many examples, the same in each run.

    One that fails is shown as it was drawn: to shrink it takes minutes, and the long tests do.
    """
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


def many(examples: int, seed_: int) -> Decorator:
    """Draw so many examples, others for each seed."""
    drawn = settings(
        max_examples=examples,
        derandomize=False,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        return seed(seed_)(drawn(test))

    return decorate
