"""How many examples the property tests try: few and always the same, or as many as asked for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_ASKED = os.environ.get("DBTASKS_EXAMPLES", "")
_QUICK = (Phase.explicit, Phase.generate)


def tries(examples: int) -> settings:
    """Return settings for so many examples, or for DBTASKS_EXAMPLES.

    Without that, a failure is shown as it was found: to shrink it takes minutes.
    """
    return settings(
        max_examples=int(_ASKED or examples),
        derandomize=not _ASKED,
        database=None,
        deadline=None,
        phases=tuple(Phase) if _ASKED else _QUICK,
        suppress_health_check=list(HealthCheck),
    )
