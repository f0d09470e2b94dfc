"""What makes a function a verb: an Invoke task that takes a project and returns a value.

The decorator adds the flags that every verb has, finds the settings, lets the function do its one
library call, and shows what it returns. So a verb is the same thing through every entry point, also
through plain Invoke, and none of them repeats how settings are found or errors are shown.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from invoke.context import Context
from invoke.tasks import Task

from dbtasks.cli import terminal
from dbtasks.cli.entry_point import EntryPoint, KeptOption
from dbtasks.cli.messages import explained, finish
from dbtasks.errors import ExitCode, address_without_password
from dbtasks.project.shadowing import refuse_hidden_library

if TYPE_CHECKING:
    from dbtasks.project.project import Project
    from dbtasks.values import ByDatabase

Value = TypeVar("Value")
Answer: TypeAlias = "Value | ByDatabase[Value] | tuple[Value | ByDatabase[Value], ExitCode]"
"""What a verb returns: a value, or one of each database, and the exit code to end with."""

_COMMON: dict[str, tuple[str | bool, str]] = {
    "env": ("", "development, test, staging or production (otherwise APP_ENV)"),
    "database_url": ("", "the database's address (otherwise DATABASE_URL)"),
    "database": ("", "one of several databases, by its name in env.py (otherwise all)"),
    "traceback": (False, "show where in the code an error came from"),
    "json": (False, "print JSON and nothing else"),
}
"""The flags that every verb has, with their defaults and what they are for."""

_FOR_ONE_RUN = {"traceback", "json"}
"""Those that say nothing about the project, and go into no command to type next."""


def verb(
    *positional: str,
    flags: dict[str, str] | None = None,
    repeatable: Sequence[str] = (),
    optional: Sequence[str] = (),
    kept: Sequence[str] = (),
) -> Callable[[Callable[..., Any]], Task[Any]]:
    """Turn a function of a project and its flags into an Invoke task.

    `positional` names the parameters that may be given without a flag, `repeatable` those whose
    flag may be given several times, `optional` those whose flag may stand alone, and `flags` says
    what each parameter is for. Messages that
    lead to the verb once more repeat what was given for those in `kept`. The function returns what
    to show, or that and the exit code to end with.
    """

    def decorate(body: Callable[..., Any]) -> Task[Any]:
        @functools.wraps(body)
        def run(context: Context, **arguments: Any) -> None:
            # As a task's `pre` or `post`, a verb is called without any arguments.
            given = {name: arguments.pop(name, default) for name, (default, _) in _COMMON.items()}
            as_json = given["json"]
            terminal.prepare()
            options = _kept(body.__name__, given, {name: arguments.get(name) for name in kept})
            entry_point = replace(_entry_point(context), kept=options)
            with explained(entry_point, traceback=given["traceback"], as_json=as_json):
                is_read = as_json or arguments.get("sql")  # by a program: nothing else on stdout
                with terminal.clean_stdout() if is_read else nullcontext():
                    project = _project(context, given)
                    answer = _answer(project, body, arguments)
                value, code = answer if isinstance(answer, tuple) else (answer, ExitCode.DONE)
                _say_doubts(project, value)
                terminal.show(value, entry_point.write, as_json=as_json)
                finish(code)

        run.__signature__ = _signature(body)  # type: ignore[attr-defined]
        texts = {**(flags or {}), **{name: text for name, (_, text) in _COMMON.items()}}
        return Task(
            run,
            positional=list(positional),
            iterable=list(repeatable),
            optional=list(optional),
            help={name.replace("_", "-"): text for name, text in texts.items()},
            auto_shortflags=False,
        )

    return decorate


def _entry_point(context: Context) -> EntryPoint:
    """Return the entry point: as our own program noted it down, or else as Invoke's was called."""
    settings = context.config.dbtasks
    prefix = settings.get("entry_point")
    found = EntryPoint(prefix) if prefix else EntryPoint.of_process(sys.argv, os.environ)
    return replace(found, collection=settings.get("collection", ""))


def _kept(verb: str, common: dict[str, Any], own: dict[str, Any]) -> tuple[KeptOption, ...]:
    """Return the options to be repeated in commands to type next, without any password."""
    return tuple(
        KeptOption(
            f"--{name.replace('_', '-')}",
            None if value is True else address_without_password(str(value)),
            verb if name in own else "",
        )
        for name, value in {**own, **common}.items()
        if value and name not in _FOR_ONE_RUN
    )


def _project(context: Context, given: dict[str, Any]) -> Project:
    try:
        from dbtasks.project.project import Project
    except ImportError as error:
        refuse_hidden_library(error)
        raise

    flags = {"env": given["env"], "database-url": given["database_url"]}
    project = Project.load(Path(context.config.dbtasks.root), flags)
    return project.for_database(given["database"]) if given["database"] else project


def _answer(project: Project, body: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Return what a verb's function returns; none of the project's own code ends the process."""
    from dbtasks.project.user_code import explained_ending

    with explained_ending(project.root):
        return body(project, **arguments)


def _say_doubts(project: Project, value: object) -> None:
    """Say on stderr whether another database may be meant, unless the value's notes say it."""
    from dbtasks.project.doubts import doubts

    said = getattr(value, "notes", ())
    terminal.show_notes(tuple(doubt for doubt in doubts(project.settings) if doubt not in said))


def _signature(body: Callable[..., Any]) -> inspect.Signature:
    """Return the signature that Invoke shall see: its own context first, the shared flags last."""
    keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
    own = list(inspect.signature(body).parameters.values())[1:]
    shared = [
        inspect.Parameter(name, keyword, default=default) for name, (default, _) in _COMMON.items()
    ]
    return inspect.Signature([inspect.Parameter("context", keyword), *own, *shared])
