"""Joining several heads with a new revision."""

from __future__ import annotations

from dbtasks.commands.revision_file import checked_message, write_revision, written_value
from dbtasks.commands.written_files import taken_away_on_failure
from dbtasks.errors import HistoryError
from dbtasks.hints import command
from dbtasks.project.project import Project
from dbtasks.values import Written


def merge(project: Project, message: str) -> Written:
    """Write a revision that joins all heads.

    Raises `HistoryError` when there is but one, `UsageError` for an empty message.

    >>> dbtasks.merge(project, "join heads")
    Traceback (most recent call last):
    dbtasks.errors.HistoryError: There is nothing to join: the history has 1 head.
    See the graph: dbtasks.read_history(project)
    """
    message = checked_message(message, "merge")
    project.revisions.refuse_unfinished()
    heads = project.revisions.heads
    if len(heads) < 2:
        raise HistoryError(
            f"There is nothing to join: the history has {len(heads)} head"
            f"{'' if len(heads) == 1 else 's'}.",
            "See the graph: ",
            command("history"),
        )
    with taken_away_on_failure() as written:
        script = write_revision(project, message, written, head=heads)
        return written_value(project, script, message)
