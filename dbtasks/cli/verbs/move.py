"""The verbs that move the database along its history."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dbtasks.cli import terminal
from dbtasks.cli.verbs.verb import verb

if TYPE_CHECKING:
    from dbtasks.project.project import Project
    from dbtasks.values import Current, Outcome, Plan, Sql

_TARGET = {
    "plan": "show the steps and stop",
    "sql": "print the SQL and touch nothing",
}


@verb(
    "revision",
    flags={**_TARGET, "revision": "head, +1, an id or its unique beginning (otherwise head)"},
)
def upgrade(
    project: Project,
    revision: str = "head",
    plan: bool = False,
    sql: bool = False,
) -> Outcome | Plan | Sql:
    """Bring the database to a revision, the head by default.

    Each revision is applied in a transaction of its own. If one fails it is rolled back, and
    those before it stay.
    """
    from dbtasks.commands import upgrade as commands

    if plan or sql:
        return _looked(project, "upgrade", revision, sql)
    with terminal.steps() as steps:
        return commands.upgrade(project, revision, steps.done, steps.begin)


@verb(
    "revision",
    flags={
        **_TARGET,
        "revision": "-1, -2, base, an id or its unique beginning (otherwise -1)",
        "yes": "don't ask before data is lost",
    },
)
def downgrade(
    project: Project,
    revision: str = "-1",
    plan: bool = False,
    sql: bool = False,
    yes: bool = False,
) -> Outcome | Plan | Sql:
    """Take revisions back, the last one by default.

    Asks before it loses data, and says what would be lost.
    """
    from dbtasks.commands import upgrade as commands

    if plan or sql:
        return _looked(project, "downgrade", revision, sql)
    with terminal.steps() as steps:

        def approve(planned: Plan) -> None:
            if not yes:
                _confirm_losses(planned)
            steps.begin(planned)

        return commands.downgrade(project, revision, steps.done, approve)


@verb(
    "revision",
    flags={
        "revision": "an id, head or base",
        "purge": "forget first what the database names, even if no file has it",
        "unchecked": "don't compare the database with what the revisions yield",
    },
)
def stamp(project: Project, revision: str, purge: bool = False, unchecked: bool = False) -> Current:
    """Record a revision as the current one without running it on the database.

    For a database that has come to be what the revision makes of it by other means: it is compared
    with what the revisions yield, run in a scratch database. Where it differs, each difference is
    named and nothing is recorded.
    """
    from dbtasks.commands import stamp as commands

    return commands.stamp(project, revision, purge=purge, unchecked=unchecked)


def _looked(project: Project, direction: str, revision: str, sql: bool) -> Plan | Sql:
    from dbtasks.commands import sql as commands
    from dbtasks.commands.plan import plan

    return (commands.sql if sql else plan)(project, direction, revision)


def _confirm_losses(plan: Plan) -> None:
    """Ask before a plan that loses data is carried out."""
    from dbtasks.cli import report

    if any(step.losses for step in plan.steps):
        terminal.show_blocks(report.blocks_to_approve(plan), sys.stderr)
        terminal.confirm("Data will be lost.", "yes", "To go on without a question: --yes")


VERBS = (upgrade, downgrade, stamp)
