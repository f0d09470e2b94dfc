"""How Alembic is run: with which options, in which transactions, by which operations."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Any

from alembic import context
from alembic.config import Config
from alembic.ddl.impl import DefaultImpl
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from sqlalchemy import Connection

from dbtasks.autogenerate.write.plugin import RevisionPlanner, plugin_options
from dbtasks.commands.trace import end_of
from dbtasks.databases.kinds import backend_of
from dbtasks.databases.quiet import quiet_context
from dbtasks.databases.safe_operations import safe_operations
from dbtasks.operations.sql import TAB, keeping_tabs
from dbtasks.project.environment import EnvironmentRun, at_work, run_environment
from dbtasks.project.environment_database import EnvironmentDatabase
from dbtasks.project.handed_over import Models
from dbtasks.project.project import Project

Steps = Callable[[MigrationContext, Operations], Iterable[MigrationStep]]
"""Gives the steps to be run, for the context that runs them and what stands behind `alembic.op`."""


def context_options(models: Models, planner: RevisionPlanner | None = None) -> dict[str, Any]:
    """Return the options for `configure` that every way into Alembic shares.

    `planner` says what autogenerate is to write.
    """
    return {
        "target_metadata": models.target,
        "transaction_per_migration": True,
        "transactional_ddl": True,
        **plugin_options(planner, models.options),
    }


def migration_context(
    connection: Connection, models: Models, *, purge: bool = False
) -> MigrationContext:
    """Return a context for looking at the database and its version table, outside of env.py.

    One that is to `purge` forgets what that table holds when it runs.
    """
    options = {**context_options(models), "purge": purge, "fn": lambda *_: []}
    return quiet_context(connection, options)


def autogenerate_context(
    project: Project, connection: Connection, planner: RevisionPlanner | None
) -> MigrationContext:
    """Return the context by which Alembic writes down what `planner` has planned."""
    environment = EnvironmentContext(project.config(), project.revisions.script)
    environment.configure(connection=connection, **context_options(project.models, planner))
    return environment.get_context()


def run_on_database(project: Project, steps: Steps) -> None:
    """Run env.py, and the steps on the project's database: on the connection that it makes."""
    config, directory = project.config(), project.revisions.script
    with closing(_Work(steps)) as work:
        if isinstance(project.database, EnvironmentDatabase):
            project.database.refuse_other()
            with project.database.backend.prepared_elsewhere(reading=False):
                run_environment(config, directory, EnvironmentRun(), work)
            return
        project.database.run(
            lambda connection: run_environment(config, directory, online(connection), work)
        )


def run_without_database(project: Project, config: Config, steps: Steps, **options: Any) -> None:
    """Run env.py, and let the steps write SQL to the config's buffer.

    One for several databases is not run: those of Alembic's templates write files of their own.
    """
    directory, dialect = project.revisions.script, project.database.url.get_backend_name()
    with closing(_Work(steps)) as work:
        if project.database_name:
            environment = EnvironmentContext(config, directory, fn=work, as_sql=True, **options)
            with at_work(config), environment:
                run_offline(dialect, context_options(project.models))
            return
        run = EnvironmentRun() if project.connects_by_itself else offline(dialect)
        run_environment(config, directory, run, work, as_sql=True, **options)


def run_on_copy(project: Project, connection: Connection, steps: Steps) -> None:
    """Run the steps on a copy of the database, which no env.py knows."""
    config, options = project.config(), context_options(project.models)
    with closing(_Work(steps)) as work:
        environment = EnvironmentContext(config, project.revisions.script, fn=work)
        # Another one is entered already where env.py has led here, and Alembic takes but one.
        entered: AbstractContextManager[Any]
        entered = nullcontext() if project.connects_by_itself else environment
        with at_work(config), entered:
            environment.configure(connection=connection, **options)
            with environment.begin_transaction():
                environment.run_migrations()


def online(connection: Connection) -> EnvironmentRun:
    """Return the run of env.py that does on a connection what Alembic was called for."""
    return EnvironmentRun(lambda models: run_online(connection, context_options(models)))


def offline(dialect: str) -> EnvironmentRun:
    """Return the run of env.py that writes the SQL of what Alembic was called for."""
    return EnvironmentRun(lambda models: run_offline(dialect, context_options(models)))


def run_online(connection: Connection, options: Mapping[str, Any]) -> None:
    """Do on a connection what Alembic was called for."""
    context.configure(connection=connection, **options)
    _run_migrations()


def run_offline(dialect: str, options: Mapping[str, Any]) -> None:
    """Write the SQL of what Alembic was called for."""
    own = {"dialect_name": dialect, "literal_binds": True, "dialect_opts": {"paramstyle": "named"}}
    context.configure(**{**options, **own})
    _run_migrations()


@contextmanager
def carried_out_safely(configured: MigrationContext) -> Iterator[Operations]:
    """Let `alembic.op` be as safe as we make it on a context, and SQL be written whole."""
    if configured.as_sql:
        ours = backend_of(configured.dialect).dialect
        configured.dialect.statement_compiler = keeping_tabs(ours.statement_compiler)
        _end_statements(configured.impl)
    with safe_operations(configured) as operations:
        yield operations


class _Work:
    """The function that Alembic is given: it yields steps, which we carry out.

    An env.py of others' leads to it as ours does, and knows nothing of our operations.
    """

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._running: list[Generator[MigrationStep, None, None]] = []

    def __call__(self, _heads: object, configured: MigrationContext) -> Iterator[MigrationStep]:
        running = self._run(configured)
        self._running.append(running)
        return running

    def close(self) -> None:
        """Let nothing of ours be in place any longer, also where a step has failed."""
        for running in self._running:
            running.close()

    def _run(self, configured: MigrationContext) -> Generator[MigrationStep, None, None]:
        with carried_out_safely(configured) as operations:
            yield from self._steps(configured, operations)


def _run_migrations() -> None:
    configured = context.get_context()
    # Not `context.run_migrations`, which would put Alembic's own operations before ours.
    with context.begin_transaction(), carried_out_safely(configured):
        configured.run_migrations()


def _end_statements(impl: DefaultImpl) -> None:
    """Let no comment at the end of a statement swallow the semicolon that Alembic puts there.

    Tabs come back that were kept from Alembic.
    """
    write = impl.static_output

    def output(text: str) -> None:
        text = text.replace(TAB, "\t")
        statement = text.removesuffix(";")
        write(statement if statement == text else statement + end_of(statement))

    vars(impl)["static_output"] = output
