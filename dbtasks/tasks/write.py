"""The verbs that write revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbtasks.tasks.verb import verb

if TYPE_CHECKING:
    from dbtasks.project import Project


@verb(
    "message",
    flags={
        "message": "what the revision does, in a few words",
        "empty": "write an empty revision, for a migration of data",
    },
)
def migrate(project: Project, message: str, empty: bool = False) -> object:
    """Write a revision from the difference between models and database."""
    from dbtasks import write

    return write.write_empty(project, message) if empty else write.migrate(project, message)


@verb("message", flags={"message": "what the joining revision is called"})
def merge(project: Project, message: str) -> object:
    """Join several heads with a new revision."""
    from dbtasks import write

    return write.merge(project, message)


VERBS = (migrate, merge)
