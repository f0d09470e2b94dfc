"""The verbs that move the database along its history."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dbtasks.cli import terminal
from dbtasks.cli.verbs.verb import Answer, verb
from dbtasks.hints import Command, command

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
) -> Answer[Outcome | Plan | Sql]:
    """Bring the database to a revision, the head by default.

    Each revision is applied in a transaction of its own. If one fails it is rolled back, and
    those before it stay.
    """
    from dbtasks.commands import upgrade as commands
    from dbtasks.commands.several import act_on_each

    if plan or sql:
        return _looked(project, "upgrade", revision, sql)

    def act(one: Project) -> Outcome:
        with terminal.steps() as steps:
            return commands.upgrade(one, revision, steps.done, steps.begin)

    return act_on_each(project, act, lambda one: commands.check_move(one, "upgrade", revision))


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
) -> Answer[Outcome | Plan | Sql]:
    """Take revisions back, the last one by default.

    Asks before it loses data, and says what would be lost.
    """
    from dbtasks.commands import upgrade as commands
    from dbtasks.commands.several import act_on_each

    if plan or sql:
        return _looked(project, "downgrade", revision, sql)
    ask = not yes
    has_asked = bool(project.each_database()[1:])
    unasked = command("downgrade", revision, "--yes")

    def check(one: Project) -> None:
        planned = commands.check_move(one, "downgrade", revision)
        if ask:
            _confirm_losses(planned, unasked, one.database_name)

    def act(one: Project) -> Outcome:
        with terminal.steps() as steps:

            def approve(planned: Plan) -> None:
                if ask and not has_asked:
                    _confirm_losses(planned, unasked)
                steps.begin(planned)

            return commands.downgrade(one, revision, steps.done, approve)

    return act_on_each(project, act, check)


@verb(
    "revision",
    flags={
        "revision": "an id, head or base",
        "purge": "forget first what the database names, even if no file has it",
        "unchecked": "don't compare the database with what the revisions yield",
    },
)
def stamp(
    project: Project, revision: str, purge: bool = False, unchecked: bool = False
) -> Answer[Current]:
    """Record a revision as the current one without running it on the database.

    For a database that has come to be what the revision makes of it by other means: it is compared
    with what the revisions yield, run in a scratch database. Where it differs, each difference is
    named and nothing is recorded.
    """
    from dbtasks.commands import stamp as commands
    from dbtasks.commands.several import act_on_each

    def check(one: Project) -> None:
        commands.check_stamp(one, revision, purge=purge, unchecked=unchecked)

    def act(one: Project) -> Current:
        return commands.stamp(one, revision, purge=purge, unchecked=unchecked)

    return act_on_each(project, act, check)


def _looked(project: Project, direction: str, revision: str, sql: bool) -> Answer[Plan | Sql]:
    from dbtasks.commands import sql as commands
    from dbtasks.commands.plan import plan
    from dbtasks.commands.several import look_at_each

    if sql:
        return look_at_each(project, lambda one: commands.sql(one, direction, revision))
    return look_at_each(project, lambda one: plan(one, direction, revision))


def _confirm_losses(plan: Plan, unasked: Command, database: str = "") -> None:
    """Ask before a plan that loses data is carried out."""
    from dbtasks.cli import report
    from dbtasks.cli.layout import STRONG, line

    if any(step.losses for step in plan.steps):
        if database:
            terminal.show_blocks([line(f"{database}:", STRONG)], sys.stderr)
        terminal.show_blocks(report.blocks_to_approve(plan), sys.stderr)
        terminal.confirm("Data will be lost.", "yes", unasked)


VERBS = (upgrade, downgrade, stamp)
