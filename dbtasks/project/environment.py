"""A project's env.py, run to be told of the models.

A verb hands an `EnvironmentRun` over in `Config.attributes`; `run_migrations`, which env.py calls,
finds it there and hands the models over. (See `dbtasks.commands.environment`.) An env.py that has
never heard of dbtasks connects by itself: Alembic hands what it has configured to a function of
ours, as it does to its own commands.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import MetaData
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from dbtasks.databases.failures import said
from dbtasks.databases.quiet import quiet
from dbtasks.errors import DatabaseError, DbtasksError, ModelsError, SettingsError
from dbtasks.hints import command
from dbtasks.project.environment_source import hands_over
from dbtasks.project.harmless_import import harmless_import
from dbtasks.project.user_code import kept_from_ending, user_line

ATTRIBUTE = "dbtasks.environment_run"
_OF_THE_RUN = frozenset(
    (
        "as_sql",
        "config",
        "destination_rev",
        "dont_mutate",
        "fn",
        "output_buffer",
        "purge",
        "script",
        "starting_rev",
        "tag",
        "target_metadata",
        "template_args",
    )
)
"""Options that Alembic's commands give; all others are env.py's."""


@dataclass(frozen=True)
class Models:
    """What env.py hands over: the target metadata, and the options of `configure` beside it.

    `targets` is empty where env.py knows of no models, and may be several.
    """

    targets: tuple[MetaData, ...]
    options: Mapping[str, Any]

    @cached_property
    def metadata(self) -> MetaData:
        """The target metadata, several as one. Raises `ModelsError` where env.py has none."""
        if not self.targets:
            raise ModelsError(
                "env.py has no target_metadata, so there are no models to compare with.",
                "Let it hand them over there: target_metadata = Base.metadata",
            )
        return self.targets[0] if len(self.targets) == 1 else _joined(self.targets)

    @property
    def declared(self) -> MetaData:
        """The target metadata; an empty one where env.py has none."""
        return self.metadata if self.targets else MetaData()

    @property
    def target(self) -> MetaData | None:
        """The target metadata; None where env.py has none."""
        return self.metadata if self.targets else None


@dataclass
class EnvironmentRun:
    """One run of env.py: `act` is what the verb does once the models are there, if anything.

    `models` holds what env.py handed over.
    """

    act: Callable[[Models], None] | None = None
    models: Models | None = None


@dataclass(frozen=True)
class LoadedEnvironment:
    """What env.py has said when it ran: its models, and where it keeps the revisions.

    `url` is the address of the database that it connects to by itself, if it does.
    """

    models: Models
    version_locations: tuple[str, ...] = ()
    url: URL | None = field(default=None, repr=False)


def run_environment(
    config: Config,
    directory: ScriptDirectory,
    run: EnvironmentRun,
    work: Callable[..., Any] = lambda *_: [],
    **options: Any,
) -> None:
    """Run env.py. `work` and `options` are those of Alembic's `EnvironmentContext`."""
    config.attributes[ATTRIBUTE] = run
    context = EnvironmentContext(config, directory, fn=work, **options)
    with at_work(config), quiet(), context:
        directory.run_env()


def load_environment(config: Config, directory: ScriptDirectory, root: Path) -> LoadedEnvironment:
    """Run env.py and return what it hands over: by `run_migrations`, or to Alembic.

    Raises `ModelsError` when env.py or the models don't import, or it comes to nothing.
    """
    run = EnvironmentRun()
    configured: list[MigrationContext] = []

    def look(_heads: object, context: MigrationContext) -> list[MigrationStep]:
        configured.append(context)
        return []

    env = Path(directory.env_py_location)
    with at_work(config), explained_models(root, None if hands_over(env) else env):
        run_environment(config, directory, run, look, dont_mutate=True)
    locations = tuple(map(str, directory.version_locations or ()))
    if run.models is not None:
        return LoadedEnvironment(run.models, locations)
    if len(configured) != 1:
        raise _several(len(configured)) if configured else nothing_run()
    (context,) = configured
    assert context.connection is not None
    url = context.connection.engine.url
    return LoadedEnvironment(models_of(context.opts), locations, url)


def models_of(options: Mapping[str, Any]) -> Models:
    """Return the models and options that env.py has given to `EnvironmentContext.configure`."""
    given = options.get("target_metadata")
    targets = given if isinstance(given, Sequence) else () if given is None else (given,)
    kept = {name: value for name, value in options.items() if name not in _OF_THE_RUN}
    return Models(tuple(targets), kept)


def _joined(targets: Sequence[MetaData]) -> MetaData:
    """Return one MetaData with all tables; the names by convention are those that they have."""
    metadata = MetaData()
    for target in targets:
        for table in target.tables.values():
            table.to_metadata(metadata)
    return metadata


def nothing_run() -> ModelsError:
    """Return the error to show for an env.py that comes to nothing."""
    return ModelsError(
        "env.py runs no migrations, so dbtasks can't see models or database.",
        "Let it end with: from dbtasks import run_migrations; run_migrations(Base)",
    )


def _several(count: int) -> ModelsError:
    return ModelsError(
        f"env.py opens {count} databases, and dbtasks works with one. Nothing was changed.",
        "Give each an alembic.ini of its own, or work on them with: alembic",
    )


_ALEMBIC = RLock()


@contextmanager
def at_work(config: Config) -> Iterator[None]:
    """Run a project's own code meanwhile: env.py, revisions, seeds.

    Threads take turns, since Alembic's `op` and `context` are one for the whole process.
    """
    with _ALEMBIC, importable(config.get_prepend_sys_paths_list() or []):
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
            "Mend that line and try again.",
        ) from error
