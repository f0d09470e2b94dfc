"""Times our verbs beside what they stand in for: `python benchmarks/verbs.py [ROUNDS]`.

Two projects with the same models and the same SQLite database at its head: one made by `dbtasks
init`, one by `alembic init`. The commands run in turn, as processes, so that a busy machine is
busy for all of them. Printed are the median of each in milliseconds, and ours divided by theirs.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass
""" + "".join(
    f"""
class Thing{number}(Base):
    __tablename__ = "things_{number}"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
"""
    for number in range(20)
)

PAIRS = {
    "status": (["tasks.py", "status"], ["-m", "alembic", "current"]),
    "upgrade, nothing to do": (["tasks.py", "upgrade"], ["-m", "alembic", "upgrade", "head"]),
    "--list": (["tasks.py", "--list"], ["-m", "invoke", "--list"]),
}


def main(rounds: int) -> None:
    """Make both projects, time the commands, print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        make_ours(ours)
        make_theirs(theirs)
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


def timed(words: list[str], root: Path) -> float:
    """Return the seconds that a process takes."""
    started = time.perf_counter()
    run(words, root)
    return time.perf_counter() - started


def run(words: list[str], root: Path) -> None:
    """Run this Python with words in a folder; stop the benchmark if that fails."""
    done = subprocess.run([sys.executable, *words], cwd=root, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{words} failed:\n{done.stderr.decode()}")


def make_ours(root: Path) -> None:
    """Make a project with `dbtasks init`."""
    root.mkdir()
    (root / "models.py").write_text(MODELS, encoding="utf-8")
    run(["-m", "dbtasks", "init", "--models", "models:Base"], root)


def make_theirs(root: Path) -> None:
    """Make a project with `alembic init`, and do what its comments ask for."""
    root.mkdir()
    (root / "models.py").write_text(MODELS, encoding="utf-8")
    run(["-m", "alembic", "init", "migrations"], root)
    replace(root / "alembic.ini", "driver://user:pass@localhost/dbname", "sqlite:///development.db")
    replace(
        root / "migrations" / "env.py",
        "target_metadata = None",
        "from models import Base\ntarget_metadata = Base.metadata",
    )
    run(["-m", "alembic", "revision", "--autogenerate", "-m", "initial"], root)
    run(["-m", "alembic", "upgrade", "head"], root)


def replace(path: Path, old: str, new: str) -> None:
    """Replace a piece of a file that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
