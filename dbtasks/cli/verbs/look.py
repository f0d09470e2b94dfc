"""The verbs that only look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbtasks.cli.verbs.verb import verb
from dbtasks.errors import ExitCode

if TYPE_CHECKING:
    from dbtasks.project.project import Project
    from dbtasks.values import Check, Current, History, Revision, Status


@verb(flags={"check": "exit 3 unless the database is at the head"})
def status(project: Project, check: bool = False) -> Status | tuple[Status, ExitCode]:
    """Show where the database, the history and the models stand.

    The first line is the answer: is there anything to do? The last is the command for it.
    """
    from dbtasks.commands.status import read_status

    value = read_status(project)
    return (value, ExitCode.BEHIND) if check and value.is_behind else value


@verb()
def current(project: Project) -> Current:
    """Show the revision that the database is at."""
    from dbtasks.commands.current import read_current

    return read_current(project)


@verb()
def history(project: Project) -> History:
    """Show all revisions as a graph, and what of it is applied.

    The newest is on top. `*` is applied, `o` is not.
    """
    from dbtasks.commands.history import read_history

    return read_history(project)


@verb()
def heads(project: Project) -> History:
    """Show the newest revision of each branch."""
    from dbtasks.commands.history import read_heads

    return read_heads(project)


@verb("revision", flags={"revision": "an id or its unique beginning, or head"})
def show(project: Project, revision: str) -> Revision:
    """Show one revision and what it does."""
    from dbtasks.commands.history import read_revision

    return read_revision(project, revision)


@verb()
def check(project: Project) -> Check | tuple[Check, ExitCode]:
    """Compare models and database: exit 4 and name each difference."""
    from dbtasks.commands.check import check_models

    value = check_models(project)
    return (value, ExitCode.DIFFERS) if value.differs else value


VERBS = (status, current, history, heads, show, check)
