"""Times our verbs beside what they stand in for: `python -m benchmarks.verbs [ROUNDS]`.

Two projects with the same 20 tables and a SQLite database at its head: one made by `dbtasks init`,
one by `alembic init`. The commands run in turn, as processes, so that a busy machine is busy for
all of them. Printed are the median of each in milliseconds, and ours divided by theirs.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.projects import make_ours, make_theirs, models, timed

PAIRS = {
    "status": (["tasks.py", "status"], ["-m", "alembic", "current"]),
    "upgrade, nothing to do": (["tasks.py", "upgrade"], ["-m", "alembic", "upgrade", "head"]),
    "--list": (["tasks.py", "--list"], ["-m", "invoke", "--list"]),
}


def main(rounds: int) -> None:
    """Make both projects, time the commands, print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        make_ours(ours, models(20), "sqlite:///development.db")
        make_theirs(theirs, models(20), "sqlite:///development.db")
        folders = {"alembic": theirs, "invoke": ours}
        seconds: dict[tuple[str, int], list[float]] = {}
        for turn in range(rounds + 1):
            for name, (own, peer) in PAIRS.items():
                for side, (words, root) in enumerate([(own, ours), (peer, folders[peer[1]])]):
                    took = timed(words, root)
                    if turn:  # the first round only warms up
                        seconds.setdefault((name, side), []).append(took)
    for name, (own, peer) in PAIRS.items():
        medians = [statistics.median(seconds[name, side]) * 1000 for side in (0, 1)]
        texts = [
            f"python {' '.join(words)} {ms:.0f} ms"
            for words, ms in zip((own, peer), medians, strict=True)
        ]
        print(f"{name}: {' / '.join(texts)} = {medians[0] / medians[1]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
