"""A project: its settings, its Alembic configuration, its history and its database."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic.config import Config

from dbtasks import door
from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.comparing import Comparer
from dbtasks.autogenerate.migration import Planner
from dbtasks.databases import Database
from dbtasks.environment import Visit, models_of
from dbtasks.errors import ModelsError, ProjectError
from dbtasks.history import History
from dbtasks.ini import QuietConfig, scripts_folder
from dbtasks.settings import Settings, load_settings


@dataclass(frozen=True)
class Project:
    """The project in `settings.root`. Nothing is read or opened before it is asked for."""

    settings: Settings

    @classmethod
    def load(cls, root: Path | str, flags: Mapping[str, str] | None = None) -> Project:
        """Return the project in the folder `root`; `flags` as in `load_settings`."""
        return cls(load_settings(Path(root).resolve(), flags))

    @property
    def root(self) -> Path:
        """The folder that holds alembic.ini."""
        return self.settings.root

    @property
    def script_folder(self) -> Path:
        """The folder that holds env.py: alembic/, unless alembic.ini says otherwise."""
        has_ini = (self.root / "alembic.ini").is_file()
        return scripts_folder(self.config()) if has_ini else self.root / "alembic"

    @cached_property
    def history(self) -> History:
        """The project's revisions. Raises `ProjectError` and `HistoryError`."""
        return History(self.config(), self.root)

    @cached_property
    def models(self) -> Visit:
        """The target metadata, as env.py hands it over. Raises `ModelsError`."""
        _refuse_foreign(Path(self.history.script.env_py_location), self.root)
        return models_of(self.config(), self.history.script, self.root)

    @cached_property
    def database(self) -> Database:
        """The database of the settings. Raises `SettingsError` and `DatabaseError`."""
        settings = self.settings
        return Database.at(settings.database_url, self.root, settings.database_url_source)

    def comparer(self) -> Comparer:
        """Return what compares the models with the database."""
        models = self.models
        assert models.metadata is not None
        return Comparer(self.database, models.metadata, models.options, self.history.script)

    def planner(self, answers: Answers | None = None) -> Planner:
        """Return what plans revisions, with a person's answers."""
        return Planner(self.comparer(), answers or Answers())

    def config(self, **attributes: Any) -> Config:
        """Return a fresh Alembic configuration; `attributes` are handed on to env.py."""
        ini = self.root / "alembic.ini"
        if not ini.is_file():
            raise ProjectError(
                f"There is no alembic.ini in {self.root}.",
                f"Make the project ready: {door.command('init')}",
            )
        config = QuietConfig(ini)
        config.attributes.update(attributes)
        return config


def _refuse_foreign(env: Path, root: Path) -> None:
    """Raise `ModelsError` for an env.py that does not call dbtasks, before it does anything.

    Alembic's own would connect to a database of its own choice.
    """
    shown = env.relative_to(root).as_posix() if env.is_relative_to(root) else str(env)
    if not env.is_file():
        raise ModelsError(f"{shown} is missing.", f"Write it again: {door.command('init')}")
    try:
        nodes = list(ast.walk(ast.parse(env.read_text(encoding="utf-8"))))
    except (SyntaxError, ValueError):
        return  # it is explained when it is imported
    imported = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    packages = {name.partition(".")[0] for name in imported}
    if "alembic" in packages and "dbtasks" not in packages:
        raise ModelsError(
            f"{shown} does not call dbtasks, which is told of the models there. "
            "Nothing was changed.",
            "Replace all that follows its import of the models by: "
            "from dbtasks import run_migrations; run_migrations(Base)",
        )
