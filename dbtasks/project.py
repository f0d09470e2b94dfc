"""A project: its settings, its Alembic configuration, its history and its database."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic.config import Config

from dbtasks import door
from dbtasks.databases import Database
from dbtasks.environment import Visit, models_of
from dbtasks.errors import ProjectError
from dbtasks.history import History
from dbtasks.settings import Settings, load_settings


class QuietConfig(Config):
    """Alembic's configuration, read as UTF-8 on every platform, and silent.

    Alembic itself reads alembic.ini with the locale's encoding, and prints to the real stdout
    unless its command-line options say quiet.
    """

    def __init__(self, ini: Path) -> None:
        quiet = Namespace(quiet=True, x=None)
        super().__init__(str(ini), stdout=io.StringIO(), cmd_opts=quiet)

    @cached_property
    def file_config(self) -> ConfigParser:
        """The parsed file. Raises `ProjectError` when it can't be read."""
        path = Path(str(self.config_file_name))
        parser = ConfigParser({"here": path.parent.as_posix().replace("%", "%%")})
        try:
            parser.read_string(path.read_text(encoding="utf-8-sig"), source=path.name)
        except (ConfigParserError, UnicodeDecodeError) as error:
            raise ProjectError(
                f"{path} can't be read: {error}", "Mend it and try again."
            ) from error
        return parser


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

    @cached_property
    def history(self) -> History:
        """The project's revisions. Raises `ProjectError` and `HistoryError`."""
        return History(self.config(), self.root)

    @cached_property
    def models(self) -> Visit:
        """The target metadata, as env.py hands it over. Raises `ModelsError`."""
        return models_of(self.config(), self.history.script, self.root)

    @cached_property
    def database(self) -> Database:
        """The database of the settings. Raises `SettingsError` and `DatabaseError`."""
        settings = self.settings
        return Database.at(settings.database_url, self.root, settings.database_url_source)

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
