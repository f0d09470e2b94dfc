"""A project's env.py, run to be told of the models.

A verb hands an `EnvironmentRun` over in `Config.attributes`; `run_migrations`, which env.py calls,
finds it there and hands the models over. (See `dbtasks.commands.environment`.) An env.py that has
never heard of dbtasks connects by itself: Alembic hands what it has configured to a function of
ours, as it does to its own commands.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from dbtasks.databases.failures import said
from dbtasks.databases.quiet import quiet
from dbtasks.errors import DatabaseError, DbtasksError, ModelsError, SettingsError
from dbtasks.hints import command
from dbtasks.project.environment_source import hands_over
from dbtasks.project.handed_over import (
    ConfiguredDatabase,
    LoadedEnvironment,
    Models,
    models_of,
    name_of,
)
from dbtasks.project.harmless_import import harmless_import
from dbtasks.project.user_code import kept_from_ending, remedy, user_line

ATTRIBUTE = "dbtasks.environment_run"
DATABASE = "dbtasks.database"
"""The attribute that names the one of several databases that a run is for."""
APPLICATION = "dbtasks.application"
"""The attribute that holds what puts the project's own code into its application."""
_BEGUN = "dbtasks.begun"


@dataclass
class EnvironmentRun:
    """One run of env.py: `act` is what the verb does once the models are there, if anything.

    `models` holds what env.py handed over.
    """

    act: Callable[[Models], None] | None = None
    models: Models | None = None


class _Environment:
    """Alembic's environment for one run of env.py; databases that it is not for are passed over.

    `name` and `arguments` are those of the call of `run_migrations` that is being carried out.
    """

    def __init__(self, config: Config, directory: ScriptDirectory, **options: Any) -> None:
        self.context = EnvironmentContext(config, directory, **options)
        self.arguments: Mapping[str, Any] = {}
        self.name = ""
        self._wanted: str = config.attributes.get(DATABASE) or ""
        self._count = 0
        self._run_migrations = self.context.run_migrations
        self._configure = self.context.configure
        # Alembic knows no subclass: what stands behind `alembic.context` is this very object.
        vars(self.context).update(run_migrations=self._run, configure=self._note_transaction)

    def _run(self, **arguments: Any) -> None:
        """Do on one database what Alembic was called for, if it is wanted."""
        self.name = name_of(self.context.get_context().opts, arguments, self._count)
        self.arguments = arguments
        self._count += 1
        if self._wanted in {"", self.name}:
            with _taking_part():
                self._run_migrations(**arguments)

    def _note_transaction(self, *arguments: Any, **options: Any) -> None:
        """Note whether env.py has begun a transaction: Alembic leaves it to env.py to end it."""
        connection: Connection | None = options.get("connection", next(iter(arguments), None))
        is_begun = connection is not None and connection.in_transaction()
        self.context.config.attributes[_BEGUN] = is_begun
        self._configure(*arguments, **options)


def is_begun_by_env(context: MigrationContext) -> bool:
    """Whether env.py has begun the transaction that a context works in."""
    return context.config is not None and bool(context.config.attributes.get(_BEGUN))


def run_environment(
    config: Config,
    directory: ScriptDirectory,
    run: EnvironmentRun,
    work: Callable[..., Any] = lambda *_: [],
    **options: Any,
) -> None:
    """Run env.py. `work` and `options` are those of Alembic's `EnvironmentContext`."""
    _run(_Environment(config, directory, fn=work, **options), directory, run)


def _run(environment: _Environment, directory: ScriptDirectory, run: EnvironmentRun) -> None:
    config = environment.context.config
    config.attributes[ATTRIBUTE] = run
    with at_work(config), quiet(), environment.context:
        directory.run_env()


def load_environment(config: Config, directory: ScriptDirectory, root: Path) -> LoadedEnvironment:
    """Run env.py and return what it hands over: by `run_migrations`, or to Alembic.

    Raises `ModelsError` when env.py or the models don't import, or it comes to nothing.
    """
    run = EnvironmentRun()
    configured: list[ConfiguredDatabase] = []

    def look(_heads: object, context: MigrationContext) -> list[MigrationStep]:
        assert context.connection is not None
        models, url = models_of(context.opts), context.connection.engine.url
        name, arguments = environment.name, environment.arguments
        configured.append(ConfiguredDatabase(models, url, name, arguments))
        return []

    environment = _Environment(config, directory, fn=look, dont_mutate=True)
    env = Path(directory.env_py_location)
    with explained_models(root, None if hands_over(env) else env), at_work(config):
        _run(environment, directory, run)
    if run.models is not None:
        configured = [ConfiguredDatabase(run.models)]
    if not configured:
        raise nothing_run()
    _refuse_twins([item.name for item in configured])
    return LoadedEnvironment(tuple(configured), tuple(map(str, directory.version_locations or ())))


def _refuse_twins(names: Sequence[str]) -> None:
    """Raise `ModelsError` where env.py calls two databases the same."""
    twin = next((name for name in names if names.count(name) > 1), None)
    if twin is not None:
        raise ModelsError(
            f"env.py works on {len(names)} databases, and calls more than one of them {twin}. "
            "Nothing was done.",
            "Let it give each an upgrade_token of its own; or work on them with: alembic",
        )


def nothing_run() -> ModelsError:
    """Return the error to show for an env.py that comes to nothing."""
    return ModelsError(
        "env.py runs no migrations, so dbtasks can't see models or database.",
        "Let it end with: from dbtasks import run_migrations; run_migrations(Base)",
    )


_ALEMBIC = RLock()


_takes_part: ContextVar[bool] = ContextVar("_takes_part", default=False)


@contextmanager
def _taking_part() -> Iterator[None]:
    """Let this thread share the turn of the one that runs env.py, and that waits for it.

    An env.py may do its work in a thread of its own, and from within its event loop our own work
    through an asynchronous driver is done in another.
    """
    before = _takes_part.set(True)
    try:
        yield
    finally:
        _takes_part.reset(before)


@contextmanager
def at_work(config: Config) -> Iterator[None]:
    """Run a project's own code meanwhile: env.py, revisions, seeds.

    Threads take turns, since Alembic's `op` and `context` are one for the whole process.
    """
    folders = config.get_prepend_sys_paths_list() or []
    application = config.attributes.get(APPLICATION, nullcontext)
    turn: AbstractContextManager[Any] = nullcontext() if _takes_part.get() else _ALEMBIC
    with turn, importable(folders), application():
        yield


@contextmanager
def importable(folders: Sequence[str]) -> Iterator[None]:
    """Let the project's own modules be imported from these folders meanwhile."""
    sys.path[:0] = folders
    try:
        yield
    finally:
        for path in folders:
            if path in sys.path:
                sys.path.remove(path)


@contextmanager
def explained_models(root: Path, env: Path | None = None) -> Iterator[None]:
    """Turn whatever the user's env.py or models raise into a `ModelsError` with their own line.

    They are imported to be known, so what they do beside that is stopped, and told likewise. What
    `env` itself does is its own affair: an env.py that connects by itself.
    """
    try:
        with kept_from_ending(), harmless_import(root, env):
            yield
    except (DbtasksError, CommandError):
        raise
    except DBAPIError as error:
        raise DatabaseError(
            f"The database that env.py names can't be had: {said(error)}.",
            "Look at what it connects to, then: ",
            command("status"),
        ) from error
    except NoSuchModuleError as error:
        raise SettingsError(
            f"env.py can't open its database: {error}. Nothing was done.",
            "Name it: DATABASE_URL in .env, or sqlalchemy.url in alembic.ini.",
        ) from error
    except Exception as error:
        line = user_line(error, root)
        is_in_env = line.partition(",")[0].endswith("env.py") and not isinstance(error, ImportError)
        what = "env.py fails" if is_in_env else "The models can't be imported"
        raise ModelsError(
            f"{what}: {line}.",
            f"{remedy(error, 'that line')} and try again.",
        ) from error
