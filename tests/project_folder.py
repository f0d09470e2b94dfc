"""A project in a temporary folder, worked on as its developer would: files, verbs, processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.in_process import Result, run_verb

REPOSITORY = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent

MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention={
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s"})

class Gig(Base):
    __tablename__ = "gigs"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80))
"""
"""A small models module; `ProjectFolder.add_column` knows where its columns end."""

_OWN_VARIABLES = {
    "ALEMBIC_CONFIG",
    "APP_ENV",
    "DATABASE_URL",
    "DBTASKS_ENTRY_POINT",
    "DBTASKS_WORDS",
    "PYTHONDONTWRITEBYTECODE",
    "VIRTUAL_ENV",
}


@dataclass
class ProjectFolder:
    """A folder, and the variables of the environment that its verbs run in."""

    root: Path
    variables: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def write_models(self, text: str = MODELS) -> None:
        """Write the models module."""
        self.write("models.py", text)

    def add_column(self, line: str) -> None:
        """Add a column to the last model of the models module."""
        path = self.root / "models.py"
        path.write_text(
            f"{path.read_text(encoding='utf-8').rstrip()}\n    {line}\n", encoding="utf-8"
        )

    def run(self, *words: str, code: int | None = 0, **variables: str) -> Result:
        """Run a verb in this process; the test fails unless it ends with `code`.

        For how it begins and ends, and for what a hint says, it is `python tasks.py`.
        """
        # As `alembic/bootstrap.py` says of the Python that was typed.
        environment = self.environment(**{"DBTASKS_ENTRY_POINT": "python", **variables})
        return expect(code, words, run_verb(self.root, words, environment))

    def run_process(self, *words: str, code: int | None = 0, **variables: str) -> Result:
        """Run a verb as a process: `python -m dbtasks` with words."""
        return self.process([sys.executable, "-m", "dbtasks", *words], code, variables)

    def process(
        self,
        command: list[str],
        code: int | None = 0,
        variables: dict[str, str] | None = None,
    ) -> Result:
        """Run any command in the project's folder; the test fails unless it ends with `code`."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment(**(variables or {})),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return expect(code, command, Result(done.returncode, done.stdout, done.stderr))

    def environment(self, **variables: str) -> dict[str, str]:
        """Return the process environment: this one, without what would decide a setting."""
        kept = {name: value for name, value in os.environ.items() if name not in _OWN_VARIABLES}
        path = os.pathsep.join([str(SCRIPTS), kept.get("PATH", "")])
        return {**kept, "PATH": path, "PYTHONUTF8": "1", **self.variables, **variables}

    def revisions(self) -> list[Path]:
        """Return the revision files, in the order of their names."""
        return sorted((self.root / "alembic" / "versions").glob("*.py"))


def expect(code: int | None, command: Sequence[str], result: Result) -> Result:
    """Return a result; the test fails unless it ended with `code`, or with any where that is None.

    What it said stands in the failure.
    """
    if code is not None and result.code != code:
        raise AssertionError(f"{command} ended with {result.code}:\n{result.text}")
    return result
