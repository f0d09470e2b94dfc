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
from dbtasks.project.environment import APPLICATION, DATABASE, load_environment
from dbtasks.project.environment_database import EnvironmentDatabase
from dbtasks.project.environment_source import (
    bears_on_revisions,
    hands_over,
    wants_application,
)
from dbtasks.project.flask_application import FlaskApplication
from dbtasks.project.handed_over import ConfiguredDatabase, LoadedEnvironment, Models
from dbtasks.project.ini import QuietConfig, scripts_folder
from dbtasks.project.revision_graph import RevisionGraph
from dbtasks.project.settings import Settings, load_settings
from dbtasks.project.sources import BY_DEFAULT, DATABASE_URL


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

    `database_name` is one of those in `database_names`, where env.py works on several databases:
    such a project is that of this database alone.
    """

    settings: Settings
    database_name: str = ""

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
        if not bears_on_revisions(self.script_folder / "env.py"):
            return self._files
        loaded = self.environment
        is_open = loaded.names and not self.database_name
        arguments = {} if is_open else self._configured.arguments
        return RevisionGraph(self.config(), self.root, loaded.version_locations, arguments)

    @cached_property
    def _files(self) -> RevisionGraph:
        """The revisions that alembic.ini leads to."""
        return RevisionGraph(self.config(), self.root)

    @cached_property
    def environment(self) -> LoadedEnvironment:
        """What env.py hands over. Raises `ModelsError`, and `DatabaseError` if it can't connect."""
        directory = self._files.script
        if not Path(directory.env_py_location).is_file():
            raise ModelsError(f"{self._env_py} is missing.", "Write it again: ", command("init"))
        return load_environment(self.config(**{DATABASE: None}), directory, self.root)

    @property
    def models(self) -> Models:
        """The target metadata, as env.py hands it over.

        Raises as `environment` does; `UsageError` where env.py works on several databases.
        """
        return self._configured.models

    @property
    def _configured(self) -> ConfiguredDatabase:
        """What env.py says of this project's database."""
        return self.environment.database(self.database_name)

    @property
    def database_names(self) -> tuple[str, ...]:
        """The names of the databases that env.py works on, where they are several."""
        return self.environment.names if self.connects_by_itself else ()

    def for_database(self, name: str) -> Project:
        """Return the project of one of several databases.

        Raises `UsageError` where env.py works on none of that name.
        """
        self.environment.database(name)
        other = replace(self, database_name=name)
        vars(other).update(
            environment=self.environment, _files=self._files, _application=self._application
        )
        return other

    def each_database(self) -> tuple[Project, ...]:
        """Return the project of each database in turn, itself alone where it is of one."""
        if self.database_name or not self.database_names:
            return (self,)
        return tuple(self.for_database(name) for name in self.database_names)

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
        url = self._configured.url
        assert url is not None
        is_named = self._is_named and self._is_named_one(url)
        is_elsewhere = self._is_named and not any(
            item.url and self._is_named_one(item.url) for item in self.environment.databases
        )
        return EnvironmentDatabase(
            url,
            self.root,
            self.settings.database_url_source if is_named else self._env_py,
            config=self.config,
            directory=self.revisions.script,
            named=self._named_database if is_elsewhere else None,
        )

    @property
    def _env_py(self) -> str:
        """The place of env.py, for people."""
        return self._files.shown(self._files.script.env_py_location)

    @property
    def _is_named(self) -> bool:
        """Whether somebody has named a database to dbtasks."""
        return self.settings.database_url_source != BY_DEFAULT

    @cached_property
    def _named_database(self) -> Database:
        settings = self.settings
        return Database.at(settings.database_url, self.root, settings.database_url_source)

    def _is_named_one(self, url: URL) -> bool:
        """Whether the settings name the database at `url`, by whichever driver."""
        found = identity(url.render_as_string(hide_password=False), self.root)
        named = [(self._named_text, self.root)]
        if self._wants_application:  # which may look for a file in a folder of its own
            named.append((self.settings.database_url, self._application.folder))
        return any(found == identity(text, folder) for text, folder in named)

    @property
    def _named_text(self) -> str:
        """The address of the settings, with its password."""
        return self._named_database.url.render_as_string(hide_password=False)

    @property
    def _wants_application(self) -> bool:
        return self.connects_by_itself and wants_application(self.script_folder / "env.py")

    @cached_property
    def _application(self) -> FlaskApplication:
        """The application that env.py asks for, on the database of the settings."""
        source = self.settings.database_url_source
        is_read_by_it = source == BY_DEFAULT or source.startswith(DATABASE_URL.variable)
        variables = {} if is_read_by_it else {DATABASE_URL.variable: self._named_text}
        return FlaskApplication(self.root, variables)

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
        config.attributes.update({DATABASE: self.database_name, **attributes})
        if self._wants_application:
            config.attributes[APPLICATION] = self._application.at_work
        if self.connects_by_itself and self._is_named:
            # For an env.py that asks for it, as those of Alembic's templates do.
            config.set_main_option("sqlalchemy.url", self._named_text.replace("%", "%%"))
        return config
