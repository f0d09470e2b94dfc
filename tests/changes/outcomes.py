"""What became of the changes that were drawn: a test that accepts any refusal could never fail."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

REFUSALS = {
    "rows need a value": re.compile(r"Rows exist, and .+ must not be NULL"),
    "what a column held is gone": re.compile(r".+ has rows, and what .+ held is gone\."),
    "rows refer to what is gone": re.compile(r".+ has rows, and .+ comes back empty, which "),
}
"""The refusals that are right: the draw has no value to give, and downgrade invents none."""

MOST_REFUSED = 0.08
"""Of 415 draws, 2.7 in 100 were refused on SQLite, and 3.6 on PostgreSQL."""

BY_CHANCE = 3
"""So many more may be refused of a few draws: of 40, one run in twenty else had more than 3.2."""

FEWEST_CARRIED_THROUGH = 0.6
"""Of the same draws, 82 and 75 in 100 went there and back; most others made no difference."""


@dataclass
class Outcomes:
    """How many changes went there and back, were refused, or left nothing to do."""

    counts: Counter[str] = field(default_factory=Counter)

    def count(self, outcome: str) -> None:
        """Count one."""
        self.counts[outcome] += 1

    def count_refusal(self, error: Exception) -> None:
        """Count a refusal by its kind; raise it again if it is of none that is right."""
        for kind, words in REFUSALS.items():
            if words.match(str(error)):
                self.counts[kind] += 1
                return
        raise error

    def check(self) -> None:
        """Fail if too many were refused, or too few carried through."""
        total = self.counts.total()
        refused = sum(self.counts[kind] for kind in REFUSALS)
        assert refused <= MOST_REFUSED * total + BY_CHANCE, self.counts
        assert self.counts["carried through"] >= FEWEST_CARRIED_THROUGH * total, self.counts
