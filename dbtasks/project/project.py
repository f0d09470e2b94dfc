"""A project: its settings, its Alembic configuration, its history and its database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic.config import Config
from sqlalchemy.engine import URL

from dbtasks.databases import Database
from dbtasks.databases.address import for_driver, identity, parse_address
from dbtasks.errors import ModelsError
from dbtasks.hints import command
from dbtasks.project.configuration_files import is_configured, not_configured
from dbtasks.project.environment import LoadedEnvironment, Models, load_environment
from dbtasks.project.environment_database import EnvironmentDatabase
from dbtasks.project.environment_source import hands_over, names_version_locations
from dbtasks.project.ini import QuietConfig, scripts_folder
from dbtasks.project.revision_graph import RevisionGraph
from dbtasks.project.settings import Settings, load_settings
from dbtasks.project.sources import BY_DEFAULT


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
        is_named = is_configured(self.root)
        return scripts_folder(QuietConfig(self.root)) if is_named else self.root / "alembic"

    @cached_property
    def revisions(self) -> RevisionGraph:
        """The project's revisions. Raises `ProjectError` and `HistoryError`."""
        graph = RevisionGraph(self.config(), self.root)
        if not names_version_locations(self.script_folder / "env.py"):
            return graph
        loaded = load_environment(self.config(), graph.script, self.root)
        return RevisionGraph(self.config(), self.root, loaded.version_locations)

    @cached_property
    def environment(self) -> LoadedEnvironment:
        """What env.py hands over. Raises `ModelsError`, and `DatabaseError` if it can't connect."""
        env = Path(self.revisions.script.env_py_location)
        if not env.is_file():
            raise ModelsError(f"{self._env_py} is missing.", "Write it again: ", command("init"))
        return load_environment(self.config(), self.revisions.script, self.root)

    @property
    def models(self) -> Models:
        """The target metadata, as env.py hands it over. Raises as `environment` does."""
        return self.environment.models

    @cached_property
    def connects_by_itself(self) -> bool:
        """Whether env.py opens its own database, and does not ask for that of the settings."""
        env = self.script_folder / "env.py"
        return env.is_file() and not hands_over(env)

    @cached_property
    def database(self) -> Database:
        """The database of the settings, or the one that env.py connects to by itself.

        Raises `SettingsError` and `DatabaseError`; `ModelsError` where env.py fails.
        """
        if not self.connects_by_itself:
            return self._named_database
        url = self.environment.url
        assert url is not None
        is_named = self._is_named and self._is_same(url, self._named_database.url)
        return EnvironmentDatabase(
            url,
            self.root,
            self.settings.database_url_source if is_named else self._env_py,
            config=self.config,
            directory=self.revisions.script,
            named=self._named_database if self._is_named and not is_named else None,
        )

    @property
    def _env_py(self) -> str:
        """The place of env.py, for people."""
        return self.revisions.shown(self.revisions.script.env_py_location)

    @property
    def _is_named(self) -> bool:
        """Whether somebody has named a database to dbtasks."""
        return self.settings.database_url_source != BY_DEFAULT

    @cached_property
    def _named_database(self) -> Database:
        settings = self.settings
        return Database.at(settings.database_url, self.root, settings.database_url_source)

    def _is_same(self, one: URL, other: URL) -> bool:
        """Whether two addresses are of one database, by whichever driver."""
        texts = (url.render_as_string(hide_password=False) for url in (one, other))
        first, second = (identity(text, self.root) for text in texts)
        return first == second

    def on(self, database: Database) -> Project:
        """Return the same project, with another database for its own."""
        other = replace(self)
        vars(other).update(
            revisions=self.revisions,
            environment=self.environment,
            database=database,
            connects_by_itself=False,
        )
        return other

    def config(self, **attributes: Any) -> Config:
        """Return a fresh Alembic configuration; `attributes` are handed on to env.py."""
        if not is_configured(self.root):
            raise not_configured(self.root)
        config = QuietConfig(self.root)
        config.attributes.update(attributes)
        if self.connects_by_itself and self._is_named:
            # For an env.py that asks for it, as those of Alembic's templates do.
            address = self._named_database.url.render_as_string(hide_password=False)
            config.set_main_option("sqlalchemy.url", address.replace("%", "%%"))
        return config
