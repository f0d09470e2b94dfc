"""How Alembic is run: with which options, in which transactions, by which operations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from alembic import context
from alembic.ddl.impl import DefaultImpl
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.util import to_tuple
from sqlalchemy import Connection

from dbtasks.autogenerate.write.plugin import RevisionPlanner, plugin_options
from dbtasks.commands.trace import end_of
from dbtasks.databases.kinds import backend_of
from dbtasks.databases.safe_operations import safe_operations
from dbtasks.project.environment import EnvironmentRun, Models

StepListener = Callable[[MigrationInfo], None]


def context_options(models: Models, planner: RevisionPlanner | None = None) -> dict[str, Any]:
    """Return the options for `configure` that every way into Alembic shares.

    `planner` says what autogenerate is to write.
    """
    return {
        "target_metadata": models.metadata,
        "transaction_per_migration": True,
        "transactional_ddl": True,
        **plugin_options(planner, models.options),
    }


def migration_context(
    connection: Connection, models: Models, *, purge: bool = False
) -> MigrationContext:
    """Return a context for looking at the version table and writing to it, outside of env.py.

    One that is to `purge` forgets what that table holds when it runs.
    """
    options = {**context_options(models), "purge": purge, "fn": lambda *_: []}
    return MigrationContext.configure(connection, opts=options)


def online(
    connection: Connection,
    on_step: StepListener | None = None,
    planner: RevisionPlanner | None = None,
    watch: Callable[[Operations], None] | None = None,
) -> EnvironmentRun:
    """Return the run of env.py that does on a connection what Alembic was called for.

    `on_step` is told of each revision, `watch` is given what stands behind `alembic.op`.
    """
    return EnvironmentRun(
        lambda models: run_online(connection, context_options(models, planner), on_step, watch)
    )


def offline(dialect: str) -> EnvironmentRun:
    """Return the run of env.py that writes the SQL of what Alembic was called for."""
    return EnvironmentRun(lambda models: run_offline(dialect, context_options(models)))


def run_online(
    connection: Connection,
    options: dict[str, Any],
    on_step: StepListener | None = None,
    watch: Callable[[Operations], None] | None = None,
) -> None:
    """Do on a connection what Alembic was called for."""
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
    _run_migrations(watch)


def run_offline(dialect: str, options: Mapping[str, Any]) -> None:
    """Write the SQL of what Alembic was called for."""
    context.configure(
        dialect_name=dialect,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        **options,
    )
    configured = context.get_context()
    ours = backend_of(configured.dialect).dialect
    configured.dialect.statement_compiler = ours.statement_compiler
    _end_statements(configured.impl)
    _run_migrations()


def _end_statements(impl: DefaultImpl) -> None:
    """Let no comment at the end of a statement swallow the semicolon that Alembic puts there."""
    write = impl.static_output

    def output(text: str) -> None:
        statement = text.removesuffix(";")
        write(statement if statement == text else statement + end_of(statement))

    vars(impl)["static_output"] = output


def _run_migrations(watch: Callable[[Operations], None] | None = None) -> None:
    """Run what Alembic was called for, with `alembic.op` as safe as we make it."""
    configured = context.get_context()
    with context.begin_transaction(), safe_operations(configured) as operations:
        if watch:
            watch(operations)
        configured.run_migrations()
