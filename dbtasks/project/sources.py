"""The places that settings come from, read once, in the order in which they count.

`Sources.candidates` is the only place that knows the order.
"""

from __future__ import annotations

import difflib
import io
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dbtasks.errors import SettingsError
from dbtasks.project.alembic_address import OPTION, AlembicAddress, read_alembic_address
from dbtasks.project.configuration_files import KEY, PYPROJECT, pyproject_file, refuse_missing_ini
from dbtasks.project.near_names import is_nearly, unread_names


@dataclass(frozen=True)
class Setting:
    """One setting under its names.

    `flag` is its name on the command line, `variable` in the environment and in `.env`, `key` in
    pyproject.toml, `option` in alembic.ini.
    """

    flag: str
    variable: str
    key: str
    default: str = ""
    option: str = ""


ENVIRONMENT = Setting("env", "APP_ENV", "environment", "development")
DATABASE_URL = Setting("database-url", "DATABASE_URL", "database-url", option=OPTION)
SEED = Setting("seed", "DBTASKS_SEED", "seed")
SETTINGS = (ENVIRONMENT, DATABASE_URL, SEED)

BY_DEFAULT = "the default"
"""The source of what nobody has set."""


@dataclass(frozen=True)
class Value:
    """What a setting is, and the source that decided it, in the user's words.

    `is_shared` tells that it stands in a file that everybody who has the project has.
    """

    text: str = field(repr=False)
    source: str
    is_shared: bool = False


@dataclass(frozen=True)
class Sources:
    """The places that settings come from, read once; none of them shows in a repr."""

    flags: Mapping[str, str] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    dotenv: Mapping[str, str] = field(repr=False)
    pyproject: Mapping[str, str] = field(repr=False)
    alembic: AlembicAddress = field(default=AlembicAddress(), repr=False)
    unread: tuple[str, ...] = ()
    """The names in lines of `.env` that can't be read as a setting."""

    def candidates(self, setting: Setting) -> tuple[Value, ...]:
        """Return what each source has for a setting, the first to count first."""
        option = self.alembic.text if setting.option else ""
        return (
            Value(self.flags.get(setting.flag, ""), f"--{setting.flag}"),
            Value(self.variables.get(setting.variable, ""), setting.variable),
            Value(self.dotenv.get(setting.variable, ""), f"{setting.variable} in .env"),
            Value(
                self.pyproject.get(setting.key, ""),
                f"{setting.key} in pyproject.toml",
                is_shared=True,
            ),
            Value(option, self.alembic.source, is_shared=True),
        )

    def decide(self, setting: Setting) -> Value:
        """Return the value of a setting from the first source that has it."""
        default = Value(setting.default, BY_DEFAULT)
        return next((value for value in self.candidates(setting) if value.text), default)

    def nearly(self, setting: Setting) -> tuple[str, str] | None:
        """Return a name that is nearly that of a setting, and where it has a value."""
        name = setting.variable
        near = [key for key, text in self.variables.items() if text and is_nearly(key, name)]
        near_in_dotenv = [key for key in (*self.dotenv, *self.unread) if is_nearly(key, name)]
        is_option = setting.option and not self.decide(setting).text
        places = (
            ("the environment", near),
            (".env", [*(key for key in self.unread if key == name), *near_in_dotenv]),
            (self.alembic.file, self.alembic.near_options if is_option else ()),
        )
        return next(((key, place) for place, keys in places for key in keys), None)


def read_sources(root: Path, flags: Mapping[str, str]) -> Sources:
    """Read all that settings can come from.

    Raises `SettingsError` for an unreadable file, and for a flag that there is not.
    """
    for flag in flags:
        _check_name(flag, [setting.flag for setting in SETTINGS], "The flags of a project have")
    tool = _read_tool(root / PYPROJECT)
    refuse_missing_ini(root)
    named = pyproject_file(root)
    theirs = tool if named == root / PYPROJECT else _read_tool(named)
    dotenv, unread = _read_dotenv(root / ".env")
    alembic = read_alembic_address(root, theirs.get("alembic"))
    return Sources(flags, os.environ, dotenv, _own_table(tool), alembic, unread)


def _read_tool(path: Path) -> dict[str, Any]:
    """Return the table `tool` of a pyproject.toml, empty without one."""
    try:
        tool = tomllib.loads(_read(path)).get("tool")
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path.name} is not TOML: {error}.", f"Correct that place in {path}."
        ) from error
    return tool if isinstance(tool, dict) else {}


def _own_table(tool: Mapping[str, Any]) -> dict[str, str]:
    """Return `[tool.dbtasks]`. Raises `SettingsError` when it holds what is no setting."""
    for name in tool:
        if is_nearly(name, "dbtasks"):
            raise SettingsError(
                f"pyproject.toml has [tool.{name}], which nothing reads. Did you mean dbtasks?",
                "Write it as [tool.dbtasks].",
            )
    settings = tool.get("dbtasks", {})
    if not isinstance(settings, dict):
        raise SettingsError(
            "tool.dbtasks in pyproject.toml is no table.",
            "Write its settings below [tool.dbtasks].",
        )
    for key, value in settings.items():
        known = sorted([KEY, *(setting.key for setting in SETTINGS)])
        _check_name(key, known, "[tool.dbtasks] in pyproject.toml has")
        if not isinstance(value, str):
            raise SettingsError(
                f"{key} in [tool.dbtasks] of pyproject.toml is not a string.",
                f'Put its value in quotes: {key} = "..."',
            )
    return settings


def _check_name(name: str, known: list[str], place: str) -> None:
    """Raise `SettingsError` unless `name` is one of those that are known in a place."""
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise SettingsError(
            f"{place} {name}, which is no setting of dbtasks.{meant}",
            f"The settings are: {', '.join(known)}.",
        )


def _read_dotenv(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what `.env` sets, and the names in those of its lines that set nothing."""
    from dotenv import dotenv_values

    text = _read(path)
    values = dotenv_values(stream=io.StringIO(text))
    return {name: value for name, value in values.items() if value}, unread_names(text, values)


def _read(path: Path) -> str:
    """Return the text of a file, empty when there is none."""
    if not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path.name} is not UTF-8 text, as PowerShell's > writes it, for instance.",
            f"Save {path} as UTF-8 and try again.",
        ) from error
    except OSError as error:
        raise SettingsError(
            f"{path.name} can't be read: {error.strerror}.", f"Let your user read {path}."
        ) from error
