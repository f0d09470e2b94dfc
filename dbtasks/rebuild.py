"""Starting over: everything is dropped and rebuilt from the migrations. Development only."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from dbtasks import door
from dbtasks.apply import upgrade
from dbtasks.errors import ProjectError, RefusedError, SettingsError
from dbtasks.progress import Watch
from dbtasks.project import Project
from dbtasks.settings import Environment
from dbtasks.user_code import user_line
from dbtasks.values import Outcome

_ERASABLE = (Environment.DEVELOPMENT, Environment.TEST)
_SET_SEED = 'Set it in pyproject.toml: [tool.dbtasks] seed = "app.seeds:seed"'


def check_reset(project: Project, *, with_seeds: bool = False) -> None:
    """Raise whatever stands in the way of `reset`, while nothing has been dropped yet.

    `RefusedError` outside of development and test; `HistoryError`, `ModelsError`, `SettingsError`
    and `ProjectError` for files that could not rebuild the database.
    """
    environment = project.settings.environment
    if environment not in _ERASABLE:
        raise RefusedError(
            f"reset drops every table, and this is {environment}. Nothing was done.",
            "If this is a development machine after all, set APP_ENV=development.",
        )
    project.history.refuse_several_heads()
    _ = project.models
    if with_seeds:
        _seed_function(project)


def reset(project: Project, watch: Watch | None = None, *, with_seeds: bool = False) -> Outcome:
    """Drop everything in the database, creating it if it is missing, and upgrade to the head.

    `with_seeds` runs the seed function afterwards. Raises as `check_reset` does, and as `upgrade`
    and `seed`.
    """
    check_reset(project, with_seeds=with_seeds)
    if not project.database.create():
        project.database.erase()
    outcome = upgrade(project, "head", watch)
    if not with_seeds:
        return outcome
    return replace(outcome, notes=(*outcome.notes, f"Seeded by {seed(project)}."))


def seed(project: Project) -> str:
    """Call the project's seed function in a transaction; return its name.

    The setting `seed` names it as module:function; it is given a SQLAlchemy connection. Raises
    `SettingsError` when it is not set, `ProjectError` when it does not load or fails.
    """
    function = _seed_function(project)

    def work(connection: Connection) -> None:
        with connection.begin():
            try:
                function(connection)
            except Exception as error:
                raise ProjectError(
                    f"The seeds failed: {user_line(error, project.root)}. What they had stored "
                    "was rolled back.",
                    f"Mend them, then: {door.command('reset', '--seed')}",
                ) from error

    project.database.run(work)
    return project.settings.seed


def _seed_function(project: Project) -> Callable[[Connection], Any]:
    target = project.settings.seed
    module_name, colon, function_name = target.partition(":")
    if not colon:
        raise SettingsError(
            "No seed function is set. Nothing was done."
            if not target
            else f"seed is {target!r}, which names no function. Nothing was done.",
            _SET_SEED,
        )
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))
    try:
        function: Callable[[Connection], Any] = getattr(
            importlib.import_module(module_name), function_name
        )
    except Exception as error:
        raise ProjectError(
            f"The seed function {target} can't be had: {user_line(error, project.root)}. "
            "Nothing was done.",
            f"Mend that, then: {door.command('reset', '--seed')}",
        ) from error
    return function
