"""alembic.ini and `[tool.alembic]`, read the same way on every platform and from every folder."""

from __future__ import annotations

import io
import re
from argparse import Namespace
from collections.abc import Mapping
from configparser import ConfigParser, InterpolationError, MissingSectionHeaderError, ParsingError
from configparser import Error as ConfigParserError
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic.config import Config

from dbtasks.errors import ProjectError
from dbtasks.hints import command
from dbtasks.project.configuration_files import INI, PYPROJECT, is_configured_in_pyproject
from dbtasks.project.environment import importable

_SECTION = "alembic"
_RELATIVE_PATH = re.compile(r"[\w.-][\w./\\-]*")
"""`package:folder` is Alembic's to understand."""


class QuietConfig(Config):
    """Alembic's configuration, read as UTF-8 on every platform, and silent.

    Alembic itself reads alembic.ini with the locale's encoding, and prints to the real stdout
    unless its command-line options say quiet.
    """

    def __init__(self, root: Path) -> None:
        quiet = Namespace(quiet=True, x=None)
        self._root = root
        ini, pyproject = root / INI, root / PYPROJECT
        super().__init__(
            str(ini) if ini.is_file() else None,
            toml_file=str(pyproject) if is_configured_in_pyproject(root) else None,
            stdout=io.StringIO(),
            cmd_opts=quiet,
        )

    @cached_property
    def file_config(self) -> ConfigParser:
        """The parsed file. Raises `ProjectError` when it can't be read."""
        path = self._root / INI
        parser = ConfigParser({"here": path.parent.as_posix().replace("%", "%%")})
        if self.config_file_name is None:
            parser.add_section(self.config_ini_section)
            return parser
        try:
            parser.read_string(path.read_text(encoding="utf-8-sig"), source=path.name)
            _refuse_missing_section(parser, self.config_ini_section, path)
            _anchor(parser, self.config_ini_section, path.parent)
        except (ConfigParserError, UnicodeDecodeError, OSError) as error:
            raise unreadable(error, path) from error
        return parser

    @cached_property
    def toml_alembic_config(self) -> Mapping[str, Any]:
        """`[tool.alembic]` of pyproject.toml, the folder of the scripts made absolute."""
        table = dict(super().toml_alembic_config)
        location = table.get("script_location")
        if isinstance(location, str) and _is_relative(location):
            table["script_location"] = str(self._root / location).replace("%", "%%")
        return table

    def get_prepend_sys_paths_list(self) -> list[str] | None:
        """Return the folders from which the project's modules are imported."""
        return self._anchored(super().get_prepend_sys_paths_list())

    def get_version_locations_list(self) -> list[str] | None:
        """Return the folders that hold the revisions; None where alembic.ini names none."""
        return self._anchored(super().get_version_locations_list())

    def _anchored(self, paths: list[str] | None) -> list[str] | None:
        """Let relative paths begin in the project's folder, wherever the verb is run."""
        root = self._root
        return paths and [str(root / path) if _is_relative(path) else path for path in paths]


def scripts_folder(config: Config) -> Path:
    """Return the folder that holds env.py, `package:folder` found where the package is.

    Raises `ProjectError` when alembic.ini names none, or a package that can't be found.
    """
    named = config.get_alembic_option("script_location")
    if not named:
        raise ProjectError(
            "alembic.ini does not name the folder of the migration scripts.",
            "Add below [alembic]: script_location = %(here)s/alembic",
        )
    package, *folders = named.split(":")
    if not folders or Path(named).is_absolute():
        return Path(named)
    return _package_folder(config, package).joinpath(*folders)


def _package_folder(config: Config, package: str) -> Path:
    """Return the folder of a package, which is not imported for that."""
    try:
        with importable(config.get_prepend_sys_paths_list() or []):
            spec = find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise ProjectError(
            f"script_location in alembic.ini begins with the package {package}, which can't be "
            "imported.",
            "Install that package, or add its folder to prepend_sys_path in alembic.ini.",
        )
    return Path(next(iter(spec.submodule_search_locations)))


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


def _anchor(parser: ConfigParser, section: str, root: Path) -> None:
    """Let the folder of the scripts be found wherever the verb is run."""
    value = parser.get(section, "script_location", fallback="")
    if _is_relative(value):
        parser.set(section, "script_location", str(root / value).replace("%", "%%"))


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
