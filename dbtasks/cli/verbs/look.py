"""The verbs that only look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbtasks.cli.verbs.verb import Answer, verb
from dbtasks.errors import ExitCode

if TYPE_CHECKING:
    from dbtasks.project.project import Project
    from dbtasks.values import Check, Current, History, Revision, Status


@verb(flags={"check": "exit 3 unless the database is at the head"})
def status(project: Project, check: bool = False) -> Answer[Status]:
    """Show where the database, the history and the models stand.

    The first line is the answer: is there anything to do? The last is the command for it.
    """
    from dbtasks.commands.several import look_at_each, values_of
    from dbtasks.commands.status import read_status

    value = look_at_each(project, read_status)
    is_behind = check and any(item.is_behind for item in values_of(value))
    return (value, ExitCode.BEHIND) if is_behind else value


@verb()
def current(project: Project) -> Answer[Current]:
    """Show the revision that the database is at."""
    from dbtasks.commands.current import read_current
    from dbtasks.commands.several import look_at_each

    return look_at_each(project, read_current)


@verb()
def history(project: Project) -> Answer[History]:
    """Show all revisions as a graph, and what of it is applied.

    The newest is on top. `*` is applied, `o` is not.
    """
    from dbtasks.commands.history import read_history
    from dbtasks.commands.several import look_at_each

    return look_at_each(project, read_history)


@verb()
def heads(project: Project) -> Answer[History]:
    """Show the newest revision of each branch."""
    from dbtasks.commands.history import read_heads
    from dbtasks.commands.several import look_at_each

    return look_at_each(project, read_heads)


@verb("revision", flags={"revision": "an id or its unique beginning, or head"})
def show(project: Project, revision: str) -> Answer[Revision]:
    """Show one revision and what it does."""
    from dbtasks.commands.history import read_revision
    from dbtasks.commands.several import look_at_each

    return look_at_each(project, lambda one: read_revision(one, revision))


@verb()
def check(project: Project) -> Answer[Check]:
    """Compare models and database: exit 4 and name each difference."""
    from dbtasks.commands.check import check_models
    from dbtasks.commands.several import look_at_each, values_of

    value = look_at_each(project, check_models)
    differs = any(item.differs for item in values_of(value))
    return (value, ExitCode.DIFFERS) if differs else value


VERBS = (status, current, history, heads, show, check)
