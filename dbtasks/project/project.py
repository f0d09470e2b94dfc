"""A project: its settings, its Alembic configuration, its history and its database."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic.config import Config
from sqlalchemy.engine import URL

from dbtasks.databases import Database
from dbtasks.databases.address import for_driver, parse_address
from dbtasks.errors import ModelsError, ProjectError
from dbtasks.hints import command
from dbtasks.project.environment import Models, load_models
from dbtasks.project.ini import QuietConfig, scripts_folder
from dbtasks.project.revision_graph import RevisionGraph
from dbtasks.project.settings import Settings, load_settings


def database_url(settings: Settings) -> URL:
    """Return the URL that an application opens to use the same database as its migrations.

    Raises `SettingsError` for an address that is none.

    >>> dbtasks.database_url(project.settings).drivername
    'sqlite+pysqlite'
    """
    url = parse_address(settings.database_url, settings.root, settings.database_url_source)
    return for_driver(url)


@dataclass(frozen=True)
class Project:
    """The project in `settings.root`. Nothing is read or opened before it is asked for.

    >>> dbtasks.Project.load(".", {"env": "test"}).settings.environment.value
    'test'
    """

    settings: Settings

    @classmethod
    def load(cls, root: Path | str, flags: Mapping[str, str] | None = None) -> Project:
        """Return the project in the folder `root`; `flags` as in `load_settings`."""
        return cls(load_settings(root, flags))

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
    def revisions(self) -> RevisionGraph:
        """The project's revisions. Raises `ProjectError` and `HistoryError`."""
        return RevisionGraph(self.config(), self.root)

    @cached_property
    def models(self) -> Models:
        """The target metadata, as env.py hands it over. Raises `ModelsError`."""
        _refuse_foreign(Path(self.revisions.script.env_py_location), self.root)
        return load_models(self.config(), self.revisions.script, self.root)

    @cached_property
    def database(self) -> Database:
        """The database of the settings. Raises `SettingsError` and `DatabaseError`."""
        settings = self.settings
        return Database.at(settings.database_url, self.root, settings.database_url_source)

    def on(self, database: Database) -> Project:
        """Return the same project, with another database for its own."""
        other = replace(self)
        known = {"revisions": self.revisions, "models": self.models, "database": database}
        vars(other).update(known)
        return other

    def config(self, **attributes: Any) -> Config:
        """Return a fresh Alembic configuration; `attributes` are handed on to env.py."""
        ini = self.root / "alembic.ini"
        if not ini.is_file():
            raise ProjectError(
                f"There is no alembic.ini in {self.root}.",
                "Make the project ready: ",
                command("init"),
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
        raise ModelsError(f"{shown} is missing.", "Write it again: ", command("init"))
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
