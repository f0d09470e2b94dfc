"""Joining several heads with a new revision."""

from __future__ import annotations

from alembic import command as alembic_command

from dbtasks.autogenerate.write.message import in_docstring
from dbtasks.commands.migrate import checked_message, silent, written
from dbtasks.errors import HistoryError
from dbtasks.hints import command
from dbtasks.project.environment import ATTRIBUTE, EnvironmentRun
from dbtasks.project.project import Project
from dbtasks.revisions.ids import new_revision_id
from dbtasks.values import Written


def merge(project: Project, message: str) -> Written:
    """Write a revision that joins all heads. Raises `HistoryError` when there is but one."""
    message = checked_message(message, "merge")
    heads = project.revisions.heads
    if len(heads) < 2:
        raise HistoryError(
            f"There is nothing to join: the history has {len(heads)} head"
            f"{'' if len(heads) == 1 else 's'}.",
            "See the graph: ",
            command("history"),
        )
    config = project.config(**{ATTRIBUTE: EnvironmentRun()})
    with silent():
        script = alembic_command.merge(
            config, heads, message=in_docstring(message), rev_id=new_revision_id()
        )
    return written(project, script, message)
