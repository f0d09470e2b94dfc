"""The verbs that make a project and its database ready."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dbtasks.cli import terminal
from dbtasks.cli.verbs.verb import Answer, verb
from dbtasks.hints import command, counted

if TYPE_CHECKING:
    from dbtasks.additions import Additions
    from dbtasks.project.project import Project
    from dbtasks.values import Answered, Outcome, Prepared


@verb(
    flags={
        "models": "where the models are, as package.module:Base (a new project only)",
        "from_database": "make the first revision as a database with tables is, not the models",
        "plan": "show what would be added and stop",
        "yes": "don't ask before files are added",
    },
    kept=["models", "from_database"],
)
def init(
    project: Project,
    models: str = "",
    from_database: bool = False,
    plan: bool = False,
    yes: bool = False,
) -> Prepared | Additions:
    """Make the project and its database ready; safe to repeat.

    Writes the files that are missing and no other, and lines of .gitignore; on a terminal it shows
    them first and asks. Makes the first revision from the models if there is none, creates the
    database, and brings it to the head. What it has added is taken away again if it can't finish.
    A database that has tables and no version is compared with what the revisions yield, and
    recorded at the one that it is equal to; if there is none, each difference is named.
    """
    from dbtasks.commands.additions import read_additions
    from dbtasks.commands.initialize import initialize

    if plan:
        return read_additions(project, models)
    approve = None if yes else _ask_to_add
    return initialize(project, models, approve=approve, from_database=from_database)


@verb(
    flags={
        "seed": "run the seed function afterwards",
        "yes": "don't ask for the database's name",
    }
)
def reset(project: Project, seed: bool = False, yes: bool = False) -> Answer[Outcome]:
    """Drop everything and rebuild it from the migrations (development only).

    Asks for the database's name before it drops anything.
    """
    from dbtasks.commands import reset as commands
    from dbtasks.commands.several import act_on_each, with_name

    def check(one: Project) -> None:
        commands.check_reset(one, with_seeds=seed)

    def act(one: Project) -> Outcome:
        with terminal.steps() as steps:
            return commands.reset(one, steps.done, with_seeds=seed)

    projects = project.each_database()
    for one in projects:
        with_name(one, check)
    if not yes:
        terminal.confirm(
            "\n".join(line for one in projects for line in _what_goes(one)),
            " ".join(one.database.short_name for one in projects),
            command("reset", *["--seed"] * seed, "--yes"),
        )
    return act_on_each(project, act)


def _what_goes(project: Project) -> Iterator[str]:
    """Yield the lines that say what a reset drops."""
    from dbtasks.commands.reset import tables_that_go

    tables = tables_that_go(project)
    yield f"This drops everything in {project.database.name}: {counted(len(tables), 'table')}."
    for item in tables:
        yield f"  {item.table} ({counted(item.rows, 'row')})"


@verb(flags={"timeout": "seconds to wait at most"})
def wait(project: Project, timeout: int = 30) -> Answer[Answered]:
    """Wait until the database's server answers."""
    from dbtasks.commands import wait as commands
    from dbtasks.commands.several import look_at_each

    return look_at_each(project, lambda one: commands.wait(one, timeout))


def _ask_to_add(additions: Additions) -> None:
    """Show on a terminal what will be added, and ask; else nothing is lost by going on."""
    from dbtasks.cli import report

    if terminal.questioner():
        terminal.show_blocks(report.blocks_to_approve(additions), sys.stderr)
        terminal.confirm("Nothing else is changed.", "yes", command("init", "--yes"))


VERBS = (init, reset, wait)
