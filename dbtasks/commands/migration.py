"""The parts of writing a migration for a database: to plan it, to put it in a file, to try it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alembic.autogenerate import RevisionContext
from sqlalchemy import Connection

from dbtasks.autogenerate.impact.impact import ImpactReader
from dbtasks.autogenerate.impact.trial import UPGRADE, try_revision
from dbtasks.autogenerate.plan.mass_drops import refuse_mass_drop
from dbtasks.autogenerate.plan.planner import Migration, Planner
from dbtasks.commands.alembic_context import autogenerate_context
from dbtasks.commands.current import current_of
from dbtasks.commands.found_by_others import found_by_others, without_alembics_comparison
from dbtasks.databases.transactions import release
from dbtasks.errors import BehindError
from dbtasks.hints import command
from dbtasks.project.environment import at_work
from dbtasks.project.project import Project
from dbtasks.revisions.script import RevisionScript


@dataclass(frozen=True)
class _Planned:
    """A planner that has planned already."""

    migration: Migration

    def plan(self, connection: Connection) -> Migration:
        """Return the plan."""
        del connection
        return self.migration


def plan_migration(project: Project, planner: Planner, connection: Connection) -> Migration:
    """Return what the revision has to do, unless that would do harm. The connection is released.

    Raises `BehindError` while revisions are pending, `RefusedError`, and as `Planner.plan` does.
    """
    _refuse_behind(project, current_of(project, connection))
    release(connection)
    migration = planner.plan(connection)
    if not planner.answers.allow_drops:
        refuse_mass_drop(migration, migration.answers, project.root)
    release(connection)
    return replace(migration, others=found_by_others(project, connection))


def put_in(
    project: Project, connection: Connection, migration: Migration, revision: RevisionContext
) -> None:
    """Let Alembic put into a revision what is planned."""
    context = autogenerate_context(project, connection, _Planned(migration))
    with without_alembics_comparison():
        revision.run_autogenerate(context.get_current_heads(), context)


def tried(
    project: Project, planner: Planner, script: RevisionScript, connection: Connection
) -> tuple[str, ...]:
    """Try a revision on a copy; return what it loses and locks. Raises `MigrationError`."""
    with at_work(project.config()):
        notes = try_revision(planner.comparer, connection, script)
    reader = ImpactReader(connection, planner.comparer.metadata, project.root)
    seen = reader.impact(script, UPGRADE, elsewhere=True)
    return (*seen.losses, *seen.notes, *notes)


def _refuse_behind(project: Project, current: tuple[str, ...]) -> None:
    pending = len(project.revisions.upgrades(current, "heads"))
    if pending:
        are = "revision is" if pending == 1 else "revisions are"
        they = "it does" if pending == 1 else "they do"
        raise BehindError(
            f"The database is behind: {pending} {are} not applied yet, and what {they} would be "
            "written a second time. Nothing was written.",
            "First: ",
            command("upgrade"),
        )
