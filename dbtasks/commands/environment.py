"""What stands behind a project's alembic/env.py, for our verbs and for plain `alembic` alike."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from alembic import context
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.plan.planner import Planner
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.commands.alembic_context import context_options, run_offline, run_online
from dbtasks.databases import Database
from dbtasks.errors import DbtasksError
from dbtasks.hints import Command
from dbtasks.project.environment import ATTRIBUTE, EnvironmentRun, Models
from dbtasks.project.settings import load_settings


def run_migrations(models: MetaData | type[DeclarativeBase], **options: Any) -> None:
    """Do what Alembic was called for; the whole of a project's alembic/env.py.

    `models` is the target metadata, or the declarative base that has it. `options` go to
    `EnvironmentContext.configure`, for instance `include_object` or `version_table`.
    """
    metadata = models if isinstance(models, MetaData) else models.metadata
    handed_over = Models(metadata, options)
    run: EnvironmentRun | None = context.config.attributes.get(ATTRIBUTE)
    if run is None:
        _run_for_alembic(context.config, handed_over)
        return
    run.models = handed_over
    if run.act:
        run.act(handed_over)


def _run_for_alembic(config: Config, models: Models) -> None:
    """Do it for Alembic's own command line, on the database of the settings."""
    _log_to_stderr()
    root = Path(config.config_file_name or ".").resolve().parent
    try:
        settings = load_settings(root)
        database = Database.at(settings.database_url, root, settings.database_url_source)
        comparer = Comparer(database, models.metadata, models.options, context.script)
        options = context_options(models, Planner(comparer, Answers(quiet=True)))
        if context.is_offline_mode():
            run_offline(database.url.get_backend_name(), options)
        else:
            database.run(lambda connection: run_online(connection, options))
    except DbtasksError as error:
        raise CommandError(error.message(_for_alembic)) from error


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
