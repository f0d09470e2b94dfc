"""Starting over: everything is dropped and rebuilt from the migrations. Development only."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace

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


def refuse_outside_development(project: Project) -> None:
    """Raise `RefusedError` unless the database is one for development or tests."""
    environment = project.settings.environment
    if environment not in _ERASABLE:
        raise RefusedError(
            f"reset drops every table, and this is {environment}. Nothing was done.",
            "If this is a development machine after all, set APP_ENV=development.",
        )


def reset(project: Project, watch: Watch | None = None) -> Outcome:
    """Drop everything in the database, creating it if it is missing, and upgrade to the head.

    Raises `RefusedError` outside of development and test.
    """
    refuse_outside_development(project)
    project.history.refuse_several_heads()
    if not project.database.create():
        project.database.erase()
    return upgrade(project, "head", watch)


def seeded(project: Project, outcome: Outcome) -> Outcome:
    """Return `outcome` with a note that the seeds have run, after running them."""
    return replace(outcome, notes=(*outcome.notes, f"Seeded by {seed(project)}."))


def seed(project: Project) -> str:
    """Call the project's seed function in a transaction; return its name.

    The setting `seed` names it as module:function; it is given a SQLAlchemy connection. Raises
    `SettingsError` when it is not set, `ProjectError` when it does not load or fails.
    """
    target = project.settings.seed
    module_name, colon, function_name = target.partition(":")
    if not colon:
        raise SettingsError(
            "No seed function is set." if not target else f"seed is {target!r}.",
            'Set it in pyproject.toml: [tool.dbtasks] seed = "app.seeds:seed"',
        )
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))

    def work(connection: Connection) -> None:
        function = getattr(importlib.import_module(module_name), function_name)
        with connection.begin():
            function(connection)

    try:
        project.database.run(work)
    except Exception as error:
        raise ProjectError(
            f"The seeds failed and were rolled back: {user_line(error, project.root)}.",
            f"Mend them, then: {door.command('reset', '--seed')}",
        ) from error
    return target
