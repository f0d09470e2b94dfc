"""What stands behind a project's alembic/env.py, for our verbs and for plain `alembic` alike.

A verb passes a `Visit` through `Config.attributes`: the connection to use and what to tell on
the way. Without one, Alembic's own command line is at work, and the settings decide.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import context
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import ScriptDirectory
from alembic.util import CommandError, to_tuple
from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import DeclarativeBase

import dbtasks.operations  # noqa: F401 (registers what migrations may call)
from dbtasks import door
from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.comparing import Comparer
from dbtasks.autogenerate.migration import Planner
from dbtasks.autogenerate.plugin import RevisionPlanner, plugin_options
from dbtasks.databases import Database
from dbtasks.errors import DbtasksError, ModelsError
from dbtasks.settings import load_settings
from dbtasks.user_code import user_line

ATTRIBUTE = "dbtasks.visit"

StepListener = Callable[[MigrationInfo], None]


@dataclass
class Visit:
    """What a verb wants of env.py, and what env.py told it.

    Without a connection env.py is only asked for the target metadata.
    """

    connection: Connection | None = None
    on_step: StepListener | None = None
    planner: RevisionPlanner | None = None
    metadata: MetaData | None = None
    options: dict[str, Any] = field(default_factory=dict)


def run_migrations(models: MetaData | type[DeclarativeBase], **options: Any) -> None:
    """Do what Alembic was called for; the whole of a project's alembic/env.py.

    `models` is the target metadata, or the declarative base that has it. `options` go to
    `EnvironmentContext.configure`, for instance `include_object` or `version_table`.
    """
    metadata = models if isinstance(models, MetaData) else models.metadata
    config: Config = context.config
    visit = config.attributes.get(ATTRIBUTE)
    if visit is None:
        _run_for_alembic(config, metadata, options)
        return
    visit.metadata, visit.options = metadata, options
    if visit.connection is not None:
        _migrate(visit.connection, context_options(metadata, options, visit.planner), visit.on_step)
    elif context.is_offline_mode():
        _write_sql(config.attributes["dbtasks.dialect"], context_options(metadata, options))


def models_of(config: Config, script: ScriptDirectory, root: Path) -> Visit:
    """Run env.py and return a `Visit` that holds the target metadata and its options.

    Raises `ModelsError` when env.py or the models don't import, or env.py isn't ours.
    """
    visit = Visit()
    config.attributes[ATTRIBUTE] = visit
    with explained_models(root), EnvironmentContext(config, script, fn=lambda *_: []):
        script.run_env()
    if visit.metadata is None:
        raise ModelsError(
            "alembic/env.py never calls run_migrations, so dbtasks can't see the models.",
            "Let it end with: from dbtasks import run_migrations; run_migrations(Base)",
        )
    return visit


@contextmanager
def explained_models(root: Path) -> Iterator[None]:
    """Turn whatever the user's env.py or models raise into a `ModelsError` with their own line."""
    try:
        yield
    except (DbtasksError, CommandError):
        raise
    except Exception as error:
        raise ModelsError(
            f"The models can't be imported: {user_line(error, root)}.",
            "Mend that line and try again.",
        ) from error


def context_options(
    metadata: MetaData, options: Mapping[str, Any], planner: RevisionPlanner | None = None
) -> dict[str, Any]:
    """Return the options for `configure` that every way into Alembic shares.

    `planner` says what autogenerate is to write.
    """
    return {
        "target_metadata": metadata,
        "transaction_per_migration": True,
        "transactional_ddl": True,
        **plugin_options(planner, options),
    }


def migration_context(connection: Connection, visit: Visit) -> MigrationContext:
    """Return a context for comparing and reading, outside of env.py."""
    assert visit.metadata is not None
    options = context_options(visit.metadata, visit.options)
    return MigrationContext.configure(connection, opts=options)


def _migrate(
    connection: Connection, options: dict[str, Any], on_step: StepListener | None = None
) -> None:
    users = to_tuple(options.pop("on_version_apply", None), default=())

    def tell(
        ctx: MigrationContext,
        step: MigrationInfo,
        heads: Collection[Any],
        run_args: Mapping[str, Any],
    ) -> None:
        for listener in users:
            listener(ctx=ctx, step=step, heads=heads, run_args=run_args)
        if on_step:
            on_step(step)

    context.configure(connection=connection, on_version_apply=tell, **options)
    with context.begin_transaction():
        context.run_migrations()


def _write_sql(dialect: str, options: Mapping[str, Any]) -> None:
    context.configure(
        dialect_name=dialect,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        **options,
    )
    with context.begin_transaction():
        context.run_migrations()


def _run_for_alembic(config: Config, metadata: MetaData, options: Mapping[str, Any]) -> None:
    _log_to_stderr()
    root = Path(config.config_file_name or ".").resolve().parent
    try:
        settings = load_settings(root)
        database = Database.at(settings.database_url, root, settings.database_url_source)
        comparer = Comparer(database, metadata, options, context.script)
        planner = Planner(comparer, Answers(quiet=True))
        settled = context_options(metadata, options, planner)
        if context.is_offline_mode():
            _write_sql(database.url.get_backend_name(), settled)
        else:
            database.run(lambda connection: _migrate(connection, settled))
    except DbtasksError as error:
        door.enter("alembic")
        raise CommandError(str(error)) from error


def _log_to_stderr() -> None:
    """Show Alembic's progress as its own env.py does, without touching the user's loggers."""
    logger = logging.getLogger("alembic")
    if not logger.handlers and not logging.getLogger().handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)-5.5s [%(name)s] %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
