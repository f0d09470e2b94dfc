"""Where every setting comes from, in one order.

A setting is taken from the first of these that has it: a flag, the environment, the file `.env`,
`[tool.dbtasks]` in pyproject.toml, the default. `Sources.decide` is the only place that knows.
"""

from __future__ import annotations

import difflib
import io
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from dbtasks.errors import SettingsError


class Environment(StrEnum):
    """What the database is for."""

    DEVELOPMENT = "development"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Setting:
    """One setting under its names.

    `flag` is its name on the command line, `variable` in the environment and in `.env`, `key` in
    pyproject.toml.
    """

    flag: str
    variable: str
    key: str
    default: str = ""


ENVIRONMENT = Setting("env", "APP_ENV", "environment", Environment.DEVELOPMENT.value)
DATABASE_URL = Setting("database-url", "DATABASE_URL", "database-url")
SEED = Setting("seed", "DBTASKS_SEED", "seed")
DEFAULT = "the default"
"""The source of a setting that nobody has made."""
SETTINGS = (ENVIRONMENT, DATABASE_URL, SEED)

DEFAULT_URLS = {
    Environment.DEVELOPMENT: "sqlite:///development.db",
    Environment.TEST: "sqlite:///test.db",
}


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

    def decide(self, setting: Setting) -> Value:
        """Return the value of a setting from the first source that has it."""
        candidates = (
            Value(self.flags.get(setting.flag, ""), f"--{setting.flag}"),
            Value(self.variables.get(setting.variable, ""), setting.variable),
            Value(self.dotenv.get(setting.variable, ""), f"{setting.variable} in .env"),
            Value(
                self.pyproject.get(setting.key, ""),
                f"{setting.key} in pyproject.toml",
                is_shared=True,
            ),
        )
        default = Value(setting.default, DEFAULT)
        return next((value for value in candidates if value.text), default)


@dataclass(frozen=True)
class Settings:
    """The settings of one run, each from the first source that has it."""

    root: Path
    """The project's folder."""
    environment: Environment
    """What the database is for."""
    database_url: str = field(repr=False)
    """Its address as somebody gave it. It never shows in a repr: it may hold a password."""
    database_url_source: str
    """The source that named the address, in words."""
    seed: str
    """The seed function as `module:function`; empty without one."""


def load_settings(root: Path | str, flags: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of the project in the folder `root`.

    `flags` maps the names of flags (without dashes) to their values; an empty value counts as
    not given. Raises `SettingsError` when a source can't be read, the environment has no such
    name, or an environment that must name its database does not.

    >>> dbtasks.load_settings(".").environment.value
    'development'
    """
    root = Path(root).resolve()
    sources = read_sources(root, flags or {})
    environment = _environment(sources.decide(ENVIRONMENT))
    url = _database_url(sources, environment)
    return Settings(
        root=root,
        environment=environment,
        database_url=url.text,
        database_url_source=url.source,
        seed=sources.decide(SEED).text,
    )


def read_sources(root: Path, flags: Mapping[str, str]) -> Sources:
    """Read all that settings can come from. Raises `SettingsError` for an unreadable file."""
    return Sources(flags, os.environ, _read_dotenv(root / ".env"), read_pyproject(root))


def read_pyproject(root: Path) -> dict[str, str]:
    """Return `[tool.dbtasks]` of the project's pyproject.toml, empty without one.

    Raises `SettingsError` when the file is not TOML, or holds what is no setting.
    """
    path = root / "pyproject.toml"
    try:
        tables = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path.name} is not TOML: {error}.", f"Correct that place in {path}."
        ) from error
    tool = tables.get("tool")
    settings = tool.get("dbtasks", {}) if isinstance(tool, dict) else {}
    if not isinstance(settings, dict):
        raise SettingsError(
            "tool.dbtasks in pyproject.toml is no table.",
            "Write its settings below [tool.dbtasks].",
        )
    for key, value in settings.items():
        _check_key(key, value)
    return settings


def _check_key(key: str, value: object) -> None:
    """Raise `SettingsError` unless `key` is a setting and `value` may be its value."""
    known = sorted(setting.key for setting in SETTINGS)
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise SettingsError(
            f"[tool.dbtasks] in pyproject.toml has {key}, which is no setting of dbtasks.{meant}",
            f"The settings are: {', '.join(known)}.",
        )
    if not isinstance(value, str):
        raise SettingsError(
            f"{key} in [tool.dbtasks] of pyproject.toml is not a string.",
            f'Put its value in quotes: {key} = "..."',
        )


def _read_dotenv(path: Path) -> dict[str, str]:
    from dotenv import dotenv_values

    values = dotenv_values(stream=io.StringIO(_read(path)))
    return {name: value for name, value in values.items() if value}


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


def _environment(value: Value) -> Environment:
    if value.text in set(Environment):
        return Environment(value.text)
    # An address in the wrong place may hold a password.
    text = repr(value.text) if value.text.isalnum() else "something else"
    raise SettingsError(
        f"{value.source} is {text}, which is no environment.",
        f"Use one of: {', '.join(Environment)}.",
    )


def _database_url(sources: Sources, environment: Environment) -> Value:
    value = sources.decide(DATABASE_URL)
    has_default = environment in DEFAULT_URLS
    if value.text and (has_default or not value.is_shared):
        return value
    if not has_default:
        raise SettingsError(
            f"The environment is {environment}, and DATABASE_URL is not set. Nothing was done: "
            "only development and test have a default database.",
            "Set DATABASE_URL to the database's address, in the environment or in .env.",
        )
    return Value(DEFAULT_URLS[environment], DEFAULT)
