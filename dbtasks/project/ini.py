"""alembic.ini and `[tool.alembic]`, read the same way on every platform and from every folder."""

from __future__ import annotations

import io
import os
import re
from argparse import Namespace
from collections.abc import Mapping, Sequence
from configparser import ConfigParser, InterpolationError, MissingSectionHeaderError, ParsingError
from configparser import Error as ConfigParserError
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import alembic
from alembic.config import Config

from dbtasks.errors import ProjectError
from dbtasks.hints import command
from dbtasks.project.configuration_files import INI, PYPROJECT, is_configured_in_pyproject
from dbtasks.project.hooks import SECTION, take_out_of_ini, take_out_of_table

_SECTION = "alembic"
_READS_PYPROJECT = hasattr(Config, "toml_alembic_config")
"""Whether Alembic does, as it can since 1.16."""
_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
"""How `path_separator` calls what stands between paths; without it, it is one of several."""
_RELATIVE_PATH = re.compile(r"[\w.-][\w./\\-]*")
"""`package:folder` is Alembic's to understand."""


class QuietConfig(Config):
    """Alembic's configuration, read as UTF-8 on every platform, and silent.

    Alembic itself reads alembic.ini with the locale's encoding, and prints to the real stdout
    unless its command-line options say quiet. It has no hook of ours.
    """

    def __init__(self, root: Path) -> None:
        quiet = Namespace(quiet=True, x=None)
        self._root = root
        self._has_hook = False
        ini, toml = root / INI, {"toml_file": str(root / PYPROJECT)}
        self._is_in_pyproject = is_configured_in_pyproject(root) and _READS_PYPROJECT
        if not ini.is_file() and not self._is_in_pyproject:
            _refuse_pyproject(root)
        super().__init__(
            str(ini) if ini.is_file() else None,
            stdout=io.StringIO(),
            cmd_opts=quiet,
            **cast("dict[str, Any]", toml if self._is_in_pyproject else {}),
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
            self._has_hook |= take_out_of_ini(parser)
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
        self._has_hook |= take_out_of_table(table)
        return table

    @property
    def is_tidied(self) -> bool:
        """Whether what Alembic writes is to be tidied up: our hook is named."""
        self.file_config  # noqa: B018
        if self._is_in_pyproject:
            self.toml_alembic_config  # noqa: B018
        return self._has_hook

    def runs(self, program: str) -> bool:
        """Whether a hook runs a program."""
        in_ini = self.get_section(SECTION, {}).values()
        in_toml = self.toml_alembic_config.get(SECTION, []) if self._is_in_pyproject else []
        return program in in_ini or any(program in hook.values() for hook in in_toml)

    @property
    def script_location(self) -> str | None:
        """The folder of the scripts, as it is named."""
        named = self.get_main_option("script_location")
        if named is None and self._is_in_pyproject:
            named = self.get_alembic_option("script_location")
        return named

    def get_prepend_sys_paths_list(self) -> list[str] | None:
        """Return the folders from which the project's modules are imported."""
        named = self.get_main_option("prepend_sys_path")
        if named or not self._is_in_pyproject:
            return self._paths(named, ("path_separator",), r", *| +|:")
        return self._anchored(super().get_prepend_sys_paths_list())

    def get_version_locations_list(self) -> list[str] | None:
        """Return the folders that hold the revisions; None where alembic.ini names none."""
        named = self.get_main_option("version_locations")
        if named or not self._is_in_pyproject:
            return self._paths(named, ("path_separator", "version_path_separator"), r", *| +")
        return self._anchored(super().get_version_locations_list())

    def _paths(self, text: str | None, options: Sequence[str], separator: str) -> list[str] | None:
        """Return the paths in an option of alembic.ini, as Alembic since 1.16 reads them.

        The first of `options` that is there says what separates them; else `separator` does.
        """
        for option in options:
            named = self.get_main_option(option)
            if named is not None:
                if named not in _SEPARATORS:
                    raise ValueError(f"{named!r} is not a valid value for {option}")
                separator = re.escape(_SEPARATORS[named])
                break
        paths = [path.strip() for path in re.split(separator, text or "")]
        return self._anchored([path for path in paths if path] or None)

    def _anchored(self, paths: list[str] | None) -> list[str] | None:
        """Let relative paths begin in the project's folder, wherever the verb is run."""
        root = self._root
        return paths and [str(root / path) if _is_relative(path) else path for path in paths]


def scripts_folder(config: QuietConfig) -> Path:
    """Return the folder that holds env.py. Raises `ProjectError` when alembic.ini names none."""
    named = config.script_location
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


def _refuse_pyproject(root: Path) -> None:
    """Raise `ProjectError` where all configuration is in pyproject.toml, and Alembic is too old."""
    if is_configured_in_pyproject(root):
        raise ProjectError(
            "pyproject.toml has [tool.alembic], which Alembic reads since 1.16, and this is "
            f"Alembic {alembic.__version__}. Nothing was done.",
            "Install alembic>=1.16, or keep the configuration in alembic.ini.",
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
