"""Filling a database by the project's own seed function."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from dbtasks.databases.transactions import committed
from dbtasks.errors import ProjectError, SettingsError
from dbtasks.hints import command
from dbtasks.project.doubts import refuse_doubts
from dbtasks.project.environment import importable
from dbtasks.project.project import Project
from dbtasks.project.user_code import kept_from_ending, user_line

_SET_SEED = 'Set it in pyproject.toml: [tool.dbtasks] seed = "app.seeds:seed"'


def seed(project: Project) -> str:
    """Call the project's seed function in a transaction; return its name.

    The setting `seed` names it as module:function; it is given a SQLAlchemy connection. Raises
    `SettingsError` when it is not set, `ProjectError` when it does not load or fails.

    >>> dbtasks.seed(project)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    dbtasks.errors.SettingsError: No seed function is set. Nothing was done.
    Set it in pyproject.toml: [tool.dbtasks] seed = "app.seeds:seed"
    """
    refuse_doubts(project.settings, "seed")
    function = seed_function(project)

    def work(connection: Connection) -> None:
        with committed(connection), importable([str(project.root)]):
            try:
                with kept_from_ending():
                    function(connection)
            except Exception as error:
                raise ProjectError(
                    f"The seeds failed: {user_line(error, project.root)}. What they had stored "
                    "was rolled back.",
                    "Mend them, then: ",
                    command("reset", "--seed"),
                ) from error

    project.database.run(work)
    return project.settings.seed


def seed_function(project: Project) -> Callable[[Connection], Any]:
    """Return the project's seed function; raises as `seed` does where it can't be had."""
    target = project.settings.seed
    module_name, colon, function_name = target.partition(":")
    if not colon:
        raise SettingsError(
            "No seed function is set. Nothing was done."
            if not target
            else f"seed is {target!r}, which names no function. Nothing was done.",
            _SET_SEED,
        )
    try:
        with importable([str(project.root)]), kept_from_ending():
            function: Callable[[Connection], Any] = getattr(
                importlib.import_module(module_name), function_name
            )
    except Exception as error:
        raise ProjectError(
            f"The seed function {target} can't be had: {user_line(error, project.root)}. "
            "Nothing was done.",
            "Mend that, then: ",
            command("reset", "--seed"),
        ) from error
    return function
