"""alembic.ini and `[tool.alembic]`, read the same way on every platform and from every folder."""

from __future__ import annotations

import io
import re
from argparse import Namespace
from configparser import ConfigParser, InterpolationError, MissingSectionHeaderError, ParsingError
from configparser import Error as ConfigParserError
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic.config import Config

from dbtasks.errors import ProjectError
from dbtasks.hints import command
from dbtasks.project.configuration_files import (
    ini_file,
    is_configured_in_pyproject,
    is_of_scripts,
    pyproject_file,
)
from dbtasks.project.package_places import folder_in_package, is_in_package

_SECTION = "alembic"
_RELATIVE_PATH = re.compile(r"[\w.-][\w./\\-]*")
_LOCATION = "script_location"


class QuietConfig(Config):
    """Alembic's configuration, read as UTF-8 on every platform, and silent.

    Alembic itself reads alembic.ini with the locale's encoding, and prints to the real stdout
    unless its command-line options say quiet.
    """

    def __init__(self, root: Path) -> None:
        quiet = Namespace(quiet=True, x=None)
        self._root = root
        self._ini = ini_file(root)
        pyproject = pyproject_file(root)
        super().__init__(
            str(self._ini) if self._ini.is_file() else None,
            toml_file=str(pyproject) if is_configured_in_pyproject(root) else None,
            stdout=io.StringIO(),
            cmd_opts=quiet,
        )

    @cached_property
    def file_config(self) -> ConfigParser:
        """The parsed file. Raises `ProjectError` when it can't be read."""
        path = self._ini
        parser = ConfigParser({"here": path.parent.as_posix().replace("%", "%%")})
        if self.config_file_name is None:
            parser.add_section(self.config_ini_section)
            return parser
        try:
            parser.read_string(path.read_text(encoding="utf-8-sig"), source=path.name)
            _refuse_missing_section(parser, self.config_ini_section, path)
        except (ConfigParserError, UnicodeDecodeError, OSError) as error:
            raise unreadable(error, path) from error
        return parser

    def get_alembic_option(self, name: str, default: Any = None) -> Any:
        """Return an option; the folder of the scripts as a path, wherever the verb is run.

        Raises `ProjectError` where that is in a package that can't be found.
        """
        value = super().get_alembic_option(name, default)
        if name != _LOCATION:
            return value
        if not value and (self._ini.parent / "env.py").is_file():
            return str(self._ini.parent)  # as Flask-Migrate says itself to Alembic
        return value and self._placed(value)

    def get_prepend_sys_paths_list(self) -> list[str] | None:
        """Return the folders from which the project's modules are imported."""
        if is_of_scripts(self._ini.parent):
            return [str(self._root)]  # as `flask` does
        paths = super().get_prepend_sys_paths_list()
        return paths and [self._anchored(path) for path in paths]

    def get_version_locations_list(self) -> list[str] | None:
        """Return the folders that hold the revisions; None where alembic.ini names none."""
        paths = super().get_version_locations_list()
        return paths and [self._placed(path) for path in paths]

    def _placed(self, location: str) -> str:
        """Return the folder that a location means: a path, or `package:folder`."""
        if is_in_package(location):
            return str(folder_in_package(location, self.get_prepend_sys_paths_list() or []))
        return self._anchored(location)

    def _anchored(self, path: str) -> str:
        """Let a relative path begin in the project's folder, wherever the verb is run.

        It begins in that of the ini file, if that is another one and there is such a path.
        """
        if not _is_relative(path):
            return path
        in_root, beside = self._root / path, self._ini.parent / path
        return str(beside if beside.exists() and not in_root.exists() else in_root)


def scripts_folder(config: Config) -> Path:
    """Return the folder that holds env.py. Raises `ProjectError` when alembic.ini names none."""
    named = config.get_alembic_option(_LOCATION)
    if not named:
        raise ProjectError(
            "alembic.ini does not name the folder of the migration scripts.",
            "Add below [alembic]: script_location = %(here)s/alembic",
        )
    return Path(named)


def told_address(config: Config) -> str:
    """Return the address that Alembic was told to use in place of what its file says.

    By `set_main_option` in a program, or by `--name`, which chooses another section.
    """
    address = config.get_main_option("sqlalchemy.url") or ""
    if config.config_file_name is None or config.config_ini_section != _SECTION:
        return address
    written = Config(str(config.config_file_name)).get_main_option("sqlalchemy.url")
    return "" if address == written else address


def _refuse_missing_section(parser: ConfigParser, section: str, path: Path) -> None:
    """Raise `ProjectError` for an ini file without the section of Alembic's that is read."""
    if not parser.has_section(section):
        raise ProjectError(
            f"{path.name} has no section [{section}], where Alembic's configuration begins.",
            f"Write in {path}: [{section}] and below it script_location = %(here)s/alembic; or "
            "delete the file, which is written anew by: ",
            command("init"),
        )


def _is_relative(path: str) -> bool:
    return bool(_RELATIVE_PATH.fullmatch(path)) and not Path(path).is_absolute()


def unreadable(error: Exception, path: Path) -> ProjectError:
    """Return the error to show for an ini file that can't be read."""
    return ProjectError(
        f"{path.name} can't be read: {_without_content(error)}.", f"Correct {path}."
    )


def _without_content(error: Exception) -> str:
    """Return what is wrong with an ini file without a line of it, which may hold a password."""
    if isinstance(error, InterpolationError):
        return (
            f"{error.option} in [{error.section}] has a % that stands for nothing; "
            "a plain % is written %%"
        )
    if isinstance(error, MissingSectionHeaderError):
        return f"line {error.lineno} comes before any [section]"
    if isinstance(error, ParsingError):
        return f"line {error.errors[0][0]} is no setting"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return str(error)
