"""One verb for all the databases that env.py works on, one after the other.

Looking goes through them all. What changes something looks at all of them first, then acts on each,
and where that fails it says what each database is at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from dbtasks.commands.current import read_current
from dbtasks.errors import DbtasksError
from dbtasks.project.project import Project
from dbtasks.values import ByDatabase

Value = TypeVar("Value")


def look_at_each(project: Project, look: Callable[[Project], Value]) -> Value | ByDatabase[Value]:
    """Return what `look` finds on the project's database, or on each of several by its name."""
    projects = project.each_database()
    if projects == (project,):
        return _for_one(project, look)
    return ByDatabase({one.database_name: _named(one, look) for one in projects})


def act_on_each(
    project: Project,
    act: Callable[[Project], Value],
    check: Callable[[Project], object] = lambda _: None,
) -> Value | ByDatabase[Value]:
    """Return what `act` does to the project's database, or to each of several by its name.

    With several, `check` raises whatever stands in the way of any of them, before the first is
    changed. An error of a later one says what has become of each.
    """
    projects = project.each_database()
    if projects == (project,):
        return _for_one(project, act)
    for one in projects:
        _named(one, check)
    done: dict[str, Value] = {}
    for one in projects:
        try:
            done[one.database_name] = _named(one, act)
        except DbtasksError as error:
            error.add(_states(projects, len(done)))
            raise
    return ByDatabase(done)


def values_of(value: Value | ByDatabase[Value]) -> tuple[Value, ...]:
    """Return the values of all databases."""
    return tuple(value.databases.values()) if isinstance(value, ByDatabase) else (value,)


def with_name(project: Project, work: Callable[[Project], Value]) -> Value:
    """Return `work(project)`; an error says of which of several databases it is."""
    try:
        return work(project)
    except DbtasksError as error:
        if project.database_name:
            error.lead(f"{project.database_name}: ")
        raise


def _named(project: Project, work: Callable[[Project], Value]) -> Value:
    return with_name(project, lambda one: _for_one(one, work))


def _for_one(project: Project, work: Callable[[Project], Value]) -> Value:
    """Return `work(project)`; the commands that an error names are for this database alone."""
    try:
        return work(project)
    except DbtasksError as error:
        if project.database_name:
            flag = "--database", project.database_name
            error.next_step = tuple(
                piece if isinstance(piece, str) else piece.with_words(*flag)
                for piece in error.next_step
            )
        raise


def _states(projects: Sequence[Project], done: int) -> str:
    """Return in which state each database is, when that behind `done` others has failed."""
    words = ["done", "failed", "not begun"]
    lines = [
        f"  {one.database_name}: {words[(place > done) + (place >= done)]}, {_place(one)}"
        for place, one in enumerate(projects)
    ]
    return "\n".join(["The databases:", *lines])


def _place(project: Project) -> str:
    try:
        return f"at {', '.join(read_current(project).current) or 'base'}"
    except DbtasksError as error:
        return error.what
