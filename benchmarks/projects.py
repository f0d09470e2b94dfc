"""Two projects with the same models, ours and Alembic's own, and the time that commands take."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

_BASE = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass
"""
_TABLE = """
class Thing{number}(Base):
    __tablename__ = "things_{number}"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), index=True)
    label: Mapped[str | None] = mapped_column(sa.String(40), server_default="none")
    weight: Mapped[float | None]
"""
_REFERENCE = """\
    before_id: Mapped[int | None] = mapped_column(sa.ForeignKey("things_{before}.id"))
"""


def models(tables: int, more: str = "") -> str:
    """Return a module with so many tables, each referring to the one before.

    `more` is a line for the last of them.
    """
    parts = [_BASE]
    for number in range(tables):
        parts.append(_TABLE.format(number=number))
        if number:
            parts.append(_REFERENCE.format(before=number - 1))
    return "".join([*parts, f"    {more}\n" if more else ""])


def make_ours(root: Path, text: str, url: str) -> None:
    """Make a project with `dbtasks init`."""
    root.mkdir()
    (root / "models.py").write_text(text, encoding="utf-8")
    (root / ".env").write_text(f"DATABASE_URL='{url}'\n", encoding="utf-8")
    run(["-m", "dbtasks", "init", "--models", "models:Base"], root)


def make_theirs(root: Path, text: str, url: str) -> None:
    """Make a project with `alembic init`, and do what its comments ask for."""
    root.mkdir()
    (root / "models.py").write_text(text, encoding="utf-8")
    run(["-m", "alembic", "init", "migrations"], root)
    escaped = url.replace("%", "%%")
    _replace(root / "alembic.ini", "driver://user:pass@localhost/dbname", escaped)
    _replace(
        root / "migrations" / "env.py",
        "target_metadata = None",
        "from models import Base\ntarget_metadata = Base.metadata",
    )
    run(["-m", "alembic", "revision", "--autogenerate", "-m", "initial"], root)
    run(["-m", "alembic", "upgrade", "head"], root)


def timed(words: list[str], root: Path) -> float:
    """Return the seconds that this Python takes for words in a folder."""
    started = time.perf_counter()
    run(words, root)
    return time.perf_counter() - started


def run(words: list[str], root: Path) -> None:
    """Run this Python with words in a folder; stop the benchmark if that fails."""
    done = subprocess.run([sys.executable, *words], cwd=root, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{words} failed:\n{done.stderr.decode()}")


def _replace(path: Path, old: str, new: str) -> None:
    """Replace a piece of a file that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
