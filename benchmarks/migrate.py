"""Times `migrate` beside Alembic's own autogenerate: `python -m benchmarks.migrate [TABLES ...]`.

By default with 10, 100 and 1,000 tables, on SQLite and on PostgreSQL. Each time a column was added
to one of the tables. Both run in turn, as processes, in projects with the same models and a
database each; the revision that they write is taken away again. Printed are the median of each in
seconds, and ours divided by theirs. Ours compares more, and tries what it has written.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.projects import make_ours, make_theirs, models, timed
from tests.servers import Server, start_server

OURS = ["tasks.py", "migrate", "add extra"]
THEIRS = ["-m", "alembic", "revision", "--autogenerate", "-m", "add extra"]
ROUNDS = 5


def main(sizes: list[int]) -> None:
    """Print a line for each size and database."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        start_server(Path(folder)) as server,
    ):
        for tables, database in itertools.product(sizes, ("SQLite", "PostgreSQL")):
            with _projects(tables, database, server) as (ours, theirs):
                _compare(f"{tables} tables, {database}", ours, theirs)


@contextmanager
def _projects(tables: int, database: str, server: Server) -> Iterator[tuple[Path, Path]]:
    """Make both projects; add a column to the models of each."""
    with (
        tempfile.TemporaryDirectory() as folder,
        server.database() as one,
        server.database() as two,
    ):
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        local = "sqlite:///development.db"
        urls = (local, local) if database == "SQLite" else (_psycopg2(one), _psycopg2(two))
        make_ours(ours, models(tables), urls[0])
        make_theirs(theirs, models(tables), urls[1])
        changed = models(tables, "extra: Mapped[int | None]")
        for root in (ours, theirs):
            (root / "models.py").write_text(changed, encoding="utf-8")
        yield ours, theirs


def _psycopg2(url: str) -> str:
    return url.replace("postgresql:", "postgresql+psycopg2:")


def _compare(name: str, ours: Path, theirs: Path) -> None:
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 1):
        for side, (words, root) in enumerate([(OURS, ours), (THEIRS, theirs)]):
            took = timed(words, root)
            (written,) = root.rglob("*add_extra.py")
            written.unlink()
            if turn:  # the first round only warms up
                seconds[side].append(took)
    own, peer = map(statistics.median, seconds)
    print(f"{name}: migrate {own:.2f} s / alembic {peer:.2f} s = {own / peer:.2f}", flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [10, 100, 1000])
