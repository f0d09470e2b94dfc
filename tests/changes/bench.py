"""A database and a project that serve one example after another, in this process."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import sqlalchemy as sa

from dbtasks import Project, check_models, migrate, upgrade
from dbtasks.autogenerate.answers import Answers
from dbtasks.initializing import write_files
from dbtasks.values import Written
from tests.changes.strategies_model import PRELUDE

MODULE = "models_under_test"


@dataclass
class Bench:
    """A folder with a project, and a database whose address is `url`."""

    root: Path
    url: str

    def __post_init__(self) -> None:
        write_files(self._project(), f"{MODULE}:metadata", [])

    @property
    def dialect(self) -> str:
        """The kind of the database: sqlite or postgresql."""
        return self.url.partition(":")[0]

    def clear(self) -> None:
        """Forget the example before: its revisions, and all that is in the database."""
        shutil.rmtree(self.root / "alembic" / "versions")
        (self.root / "alembic" / "versions").mkdir()
        project = self._project()
        if self.dialect == "sqlite":
            Path(self.url.removeprefix("sqlite:///")).unlink(missing_ok=True)
            project.database.create()
            return
        project.database.erase()
        self.execute("CREATE SCHEMA other", 'CREATE SCHEMA "Other One"')

    def project(self, models: str) -> Project:
        """Return the project as a new process would see it; `models` is the Python of its models."""
        module = ModuleType(MODULE)
        exec(compile(PRELUDE + models, f"<{MODULE}>", "exec"), module.__dict__)
        sys.modules[MODULE] = module
        return self._project()

    def migrate(self, models: str, answers: Answers | None = None) -> Written:
        """Write the revision that the models need, and apply it."""
        written = migrate(self.project(models), "change", answers or Answers(no_rename=True))
        if written.path:
            upgrade(self.project(models))
        return written

    def left(self, models: str) -> tuple[str, ...]:
        """Return what `check` finds."""
        return tuple(str(change) for change in check_models(self.project(models)).changes)

    def execute(self, *statements: str) -> None:
        """Execute statements."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _project(self) -> Project:
        return Project.load(self.root, {"database-url": self.url})
