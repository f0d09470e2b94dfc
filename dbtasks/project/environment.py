"""A project's env.py, run to be told of the models.

A verb hands an `EnvironmentRun` over in `Config.attributes`; `run_migrations`, which env.py calls,
finds it there and hands the models over. (See `dbtasks.commands.environment`.)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import MetaData

from dbtasks.errors import DbtasksError, ModelsError
from dbtasks.project.harmless_import import harmless_import
from dbtasks.project.user_code import user_line

ATTRIBUTE = "dbtasks.environment_run"


@dataclass(frozen=True)
class Models:
    """The target metadata, and the options for `EnvironmentContext.configure` beside it."""

    metadata: MetaData
    options: Mapping[str, Any]


@dataclass
class EnvironmentRun:
    """One run of env.py: `act` is what the verb does once the models are there, if anything.

    `models` holds what env.py handed over.
    """

    act: Callable[[Models], None] | None = None
    models: Models | None = None


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
    with at_work(config), context:
        directory.run_env()


def load_models(config: Config, directory: ScriptDirectory, root: Path) -> Models:
    """Run env.py and return the models that it hands over.

    Raises `ModelsError` when env.py or the models don't import, or env.py isn't ours.
    """
    run = EnvironmentRun()
    with at_work(config), explained_models(root):
        run_environment(config, directory, run)
    if run.models is None:
        raise ModelsError(
            "alembic/env.py never calls run_migrations, so dbtasks can't see the models.",
            "Let it end with: from dbtasks import run_migrations; run_migrations(Base)",
        )
    return run.models


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
def explained_models(root: Path) -> Iterator[None]:
    """Turn whatever the user's env.py or models raise into a `ModelsError` with their own line.

    They are imported to be known, so what they do beside that is stopped, and told likewise.
    """
    try:
        with harmless_import(root):
            yield
    except (DbtasksError, CommandError):
        raise
    except Exception as error:
        raise ModelsError(
            f"The models can't be imported: {user_line(error, root)}.",
            "Mend that line and try again.",
        ) from error
