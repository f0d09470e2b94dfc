"""What the settings of a run are: each from the first source that has it.

A setting is taken from the first of these that has it: a flag, the environment, the file `.env`,
`[tool.dbtasks]` in pyproject.toml, for the address Alembic's `sqlalchemy.url`, the default.
(See `dbtasks.project.sources`.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from dbtasks.errors import SettingsError
from dbtasks.project.sources import (
    BY_DEFAULT,
    DATABASE_URL,
    ENVIRONMENT,
    SEED,
    Setting,
    Sources,
    Value,
    read_sources,
)


class Environment(StrEnum):
    """What the database is for."""

    DEVELOPMENT = "development"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


DEFAULT_URLS = {
    Environment.DEVELOPMENT: "sqlite:///development.db",
    Environment.TEST: "sqlite:///test.db",
}


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
    alembic_url: Value | None = None
    """What Alembic's `sqlalchemy.url` says, where the environment or a file overrides it."""
    meant_for: str = ""
    """The environment that the address was given for, where that is another one."""


def load_settings(root: Path | str, flags: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of the project in the folder `root`.

    `flags` maps the names of flags (without dashes) to their values; an empty value counts as
    not given. Raises `SettingsError` when a source can't be read, the environment has no such
    name, an environment that must name its database does not, or nothing names the database but
    a name that is nearly right; `ProjectError` when nothing does and alembic.ini can't be read.

    >>> dbtasks.load_settings(".").environment.value
    'development'
    """
    root = Path(root).resolve()
    sources = read_sources(root, flags or {})
    environment = _environment(_decided(sources, ENVIRONMENT))
    url = _database_url(sources, environment)
    return Settings(
        root=root,
        environment=environment,
        database_url=url.text,
        database_url_source=url.source,
        seed=sources.decide(SEED).text,
        alembic_url=_overridden(sources, url),
        meant_for=_meant_for(sources, environment),
    )


def _decided(sources: Sources, setting: Setting) -> Value:
    """Return the value of a setting.

    Raises `SettingsError` where it would be one that nobody has chosen for this run, and a name
    says that somebody meant to.
    """
    value = sources.decide(setting)
    is_chosen = value.source != BY_DEFAULT and not value.is_shared
    near = None if is_chosen else sources.nearly(setting)
    if near is None:
        return value
    name, place = near
    meant = setting.option if place == sources.alembic.file else setting.variable
    if name == meant:
        raise SettingsError(
            f"The line of {name} in {place} can't be read, and without it {value.source} would "
            "count. Nothing was done.",
            f"Write it as: {name}=...",
        )
    raise SettingsError(
        f"{name} in {place} is no setting, and without {meant} {value.source} would count. "
        "Nothing was done.",
        f"Did you mean {meant}? Call it so, or set {setting.variable} beside it.",
    )


def _environment(value: Value) -> Environment:
    if value.text in set(Environment):
        return Environment(value.text)
    raise SettingsError(
        f"{value.source} is {_harmless(value.text)}, which is no environment.",
        f"Use one of: {', '.join(Environment)}.",
    )


def _harmless(text: str) -> str:
    """Return a text in quotes; an address in the wrong place may hold a password."""
    return repr(text) if text.isalnum() else "something else"


def _database_url(sources: Sources, environment: Environment) -> Value:
    has_default = environment in DEFAULT_URLS
    if not has_default:
        value = sources.decide(DATABASE_URL)
        if value.text and not value.is_shared:
            return value
    value = _decided(sources, DATABASE_URL)
    if not has_default:
        shared = f" {value.source} is everybody's, and does not count here." if value.text else ""
        raise SettingsError(
            f"The environment is {environment}, and DATABASE_URL is not set. Nothing was done: "
            f"only development and test have a default database.{shared}",
            "Set DATABASE_URL to the database's address, in the environment or in .env.",
        )
    if value.text:
        return value
    if sources.alembic.trouble:
        raise sources.alembic.trouble
    return Value(DEFAULT_URLS[environment], BY_DEFAULT)


def _overridden(sources: Sources, url: Value) -> Value | None:
    """Return Alembic's address, unless it is the one that counts, or a flag has chosen."""
    chosen, *_, alembic = sources.candidates(DATABASE_URL)
    is_passed_over = alembic.text and alembic.source != url.source and not chosen.text
    return alembic if is_passed_over else None


def _meant_for(sources: Sources, environment: Environment) -> str:
    """Return the environment that the address was given for, if that is another.

    Who names an environment beside an address, or after it, means that address. Who has named it
    in a place that counts before (a flag, say, before `.env`) may not have thought of the address:
    it belongs to the environment that is named beside it, and one of the test database says so.
    """
    addresses = sources.candidates(DATABASE_URL)
    environments = sources.candidates(ENVIRONMENT)
    place = next((i for i, value in enumerate(addresses) if value.text), None)
    if place is None or not any(value.text for value in environments[:place]):
        return ""
    beside = environments[place].text
    if beside:
        return "" if beside == environment else beside
    farther = (value.text for value in environments[place:] if value.text)
    implied = next(farther, ENVIRONMENT.default)
    return implied if environment is Environment.TEST and implied != environment else ""
