"""What stands behind a project's alembic/env.py, for our verbs and for plain `alembic` alike."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import context
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.plan.planner import Planner
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.commands.alembic_context import context_options, run_offline, run_online
from dbtasks.databases import Database
from dbtasks.errors import DbtasksError
from dbtasks.hints import Command
from dbtasks.project.configuration_files import INI, project_of
from dbtasks.project.doubts import refuse_doubts
from dbtasks.project.environment import ATTRIBUTE, EnvironmentRun
from dbtasks.project.handed_over import Models
from dbtasks.project.ini import told_address
from dbtasks.project.settings import load_settings
from dbtasks.project.sources import SETTINGS

Target = MetaData | type[DeclarativeBase]
"""The target metadata, or the declarative base that has it."""


def run_migrations(models: Target | Sequence[Target] | None, **options: Any) -> None:
    """Do what Alembic was called for; the whole of a project's alembic/env.py.

    `models` is the target metadata, or the declarative base that has it; a list of them, or None
    where there are no models. `options` go to `EnvironmentContext.configure`, for instance
    `include_object` or `version_table`.
    """
    handed_over = Models(_targets(models), options)
    run: EnvironmentRun | None = context.config.attributes.get(ATTRIBUTE)
    if run is None:
        _run_for_alembic(context.config, handed_over)
        return
    run.models = handed_over
    if run.act:
        run.act(handed_over)


def _targets(models: Target | Sequence[Target] | None) -> tuple[MetaData, ...]:
    given = models if isinstance(models, Sequence) else () if models is None else (models,)
    return tuple(item if isinstance(item, MetaData) else item.metadata for item in given)


def _run_for_alembic(config: Config, models: Models) -> None:
    """Do it for Alembic's own command line, or for a program that calls Alembic.

    On the connection that it hands over; else on the database of the settings, of which what it
    says itself comes first.
    """
    _log_to_stderr()
    root = project_of(Path(config.config_file_name or INI).resolve())
    given = config.attributes.get("connection")
    try:
        if isinstance(given, Engine):
            with given.connect() as connection:
                _run_on_connection(connection, models, root)
        elif given is not None:
            _run_on_connection(given, models, root)
        else:
            _run_on_database(_database(config, root), models)
    except DbtasksError as error:
        raise CommandError(error.message(_for_alembic)) from error


def _run_on_connection(connection: Connection, models: Models, root: Path) -> None:
    database = Database(connection.engine.url, root, "the connection that Alembic was given")
    options = _options(database, models)
    run_online(connection, options)


def _run_on_database(database: Database, models: Models) -> None:
    options = _options(database, models)
    if context.is_offline_mode():
        run_offline(database.url.get_backend_name(), options)
    else:
        database.run(lambda connection: run_online(connection, options))


def _options(database: Database, models: Models) -> dict[str, Any]:
    comparer = Comparer(database, models, context.script)
    return context_options(models, Planner(comparer, Answers(quiet=True)))


def _database(config: Config, root: Path) -> Database:
    """Return the database that Alembic was told of by `-x`, `set_main_option` or `--name`.

    Else that of the settings, to which alembic.ini belongs.
    """
    words = context.get_x_argument(as_dictionary=True)
    given = {name.replace("_", "-"): str(value) for name, value in words.items()}
    # All other words are the project's own.
    flags = {name: given[name] for name in (setting.flag for setting in SETTINGS) if name in given}
    told = told_address(config)
    if told and "database-url" not in flags:
        return Database.at(told, root, "sqlalchemy.url")
    settings = load_settings(root, flags)
    refuse_doubts(settings, "upgrade")
    return Database.at(settings.database_url, root, settings.database_url_source)


def _for_alembic(command: Command) -> str:
    """Return a command as somebody who typed `alembic` can type it."""
    return " ".join(("dbtasks", *command.words))


def _log_to_stderr() -> None:
    """Show Alembic's progress as its own env.py does, without touching the user's loggers."""
    logger = logging.getLogger("alembic")
    if not logger.handlers and not logging.getLogger().handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)-5.5s [%(name)s] %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
