"""The verbs that write revisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dbtasks.cli import terminal
from dbtasks.cli.other_tools import refuse_message
from dbtasks.cli.verbs.verb import verb

if TYPE_CHECKING:
    from dbtasks.project.project import Project
    from dbtasks.values import Written

_EXAMPLE_ROWS = 'venues="SELECT DISTINCT venue AS name FROM gigs"'


@verb(
    "message",
    flags={
        "message": "what the revision does, in a few words",
        "empty": "write an empty revision, for a migration of data",
        "rename": "what was renamed: gigs.title=name, or gigs=shows (may be repeated)",
        "no_rename": "what is gone is gone: gigs.title (may be repeated), without a name all",
        "fill": "what rows that exist get, in SQL: gigs.seats=0 (may be repeated)",
        "fill_table": f"rows for a table: {_EXAMPLE_ROWS} (may be repeated)",
        "allow_drops": "write it even if it drops more than half of the tables",
        "keep": "leave a revision that fails its trial, marked as unfinished; again: try it again",
    },
    repeatable=["rename", "no_rename", "fill", "fill_table"],
    optional=["no_rename"],
)
def migrate(
    project: Project,
    message: str,
    empty: bool = False,
    rename: Sequence[str] | None = None,
    no_rename: Sequence[str] | bool | None = None,
    fill: Sequence[str] | None = None,
    fill_table: Sequence[str] | None = None,
    allow_drops: bool = False,
    keep: bool = False,
) -> Written:
    """Write a revision from the difference between models and database.

    Prints each change and the file to review. When there is nothing to do, it writes nothing.
    """
    from dbtasks.autogenerate.answers import Answers, parse_pairs
    from dbtasks.commands import migrate as commands

    refuse_message(message)
    if empty:
        return commands.write_empty(project, message)
    answers = Answers(
        renames=parse_pairs("--rename", rename or (), "gigs.title=name"),
        fills=parse_pairs("--fill", fill or (), "gigs.seats=0"),
        fill_tables=parse_pairs("--fill-table", fill_table or (), _EXAMPLE_ROWS),
        no_rename=no_rename is True or "" in (no_rename or ()),
        no_renames=() if no_rename is True else tuple(filter(None, no_rename or ())),
        allow_drops=allow_drops,
        ask=terminal.questioner(),
    )
    return commands.migrate(project, message, answers, keep=keep)


@verb("message", flags={"message": "what the joining revision is called"})
def merge(project: Project, message: str) -> Written:
    """Join several heads with a new revision."""
    from dbtasks.commands import merge as commands

    return commands.merge(project, message)


VERBS = (migrate, merge)
