"""What a verb is going to do, before it does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alembic.script import Script
from sqlalchemy import Connection

from dbtasks.autogenerate.impact.impact import ImpactReader
from dbtasks.commands.current import current_of
from dbtasks.project.project import Project
from dbtasks.project.revision_graph import RevisionGraph
from dbtasks.values import Plan, Step

UPGRADE = "upgrade"
DOWNGRADE = "downgrade"


def plan(project: Project, direction: str, target: str, *, with_impact: bool = True) -> Plan:
    """Return what `upgrade` or `downgrade` to `target` would do, and do nothing.

    `direction` is `upgrade` or `downgrade`. With `with_impact` each step says what it changes,
    destroys and locks, which needs the database to look at its rows.

    Raises `UnknownRevisionError` for a target that is none, `HistoryError`, `DatabaseError`.

    >>> [str(change) for change in dbtasks.plan(project, "downgrade", "base").steps[0].changes]
    ['- gigs (table)']
    """
    return project.database.read(
        lambda connection: plan_move(
            project, connection, direction, target, with_impact=with_impact
        )
    )


def plan_move(
    project: Project,
    connection: Connection,
    direction: str,
    target: str,
    *,
    with_impact: bool = False,
) -> Plan:
    """Return the steps from where the database is to `target`, in a direction.

    With `with_impact` each step says what it changes, destroys and locks; rows are counted for it.
    Raises `UnknownRevisionError` and `HistoryError` as `RevisionGraph.upgrades` does.
    """
    graph = project.revisions
    current = current_of(project, connection)
    find = graph.upgrades if direction == UPGRADE else graph.downgrades
    scripts = find(current, target)
    if direction == UPGRADE:
        graph.refuse_unfinished(scripts)
    steps = tuple(_step(project, direction, script) for script in scripts)
    if with_impact:
        reader = ImpactReader(connection, project.models.target, project.root)
        pairs = zip(steps, scripts, strict=True)
        steps = tuple(_with_impact(reader, step, script) for step, script in pairs)
    return Plan(direction, current, _reached(graph, direction, current, scripts), steps)


def scripts_of(project: Project, plan: Plan) -> list[Script]:
    """Return the revisions of a plan's steps, in their order."""
    return [project.revisions.find(step.revision) for step in plan.steps]


def _step(project: Project, direction: str, script: Script) -> Step:
    path = project.revisions.shown(script.path)
    return Step(script.revision, (script.doc or "").strip(), path, direction)


def _with_impact(reader: ImpactReader, step: Step, script: Script) -> Step:
    seen = reader.impact(script, step.direction)
    return replace(step, changes=seen.changes, losses=seen.losses, notes=seen.notes)


def _reached(
    graph: RevisionGraph, direction: str, current: tuple[str, ...], scripts: Sequence[Script]
) -> tuple[str, ...]:
    """Return the revisions that the database will name once `scripts` are done."""
    moved = {script.revision for script in scripts}
    applied = graph.applied(current)
    applied = applied | moved if direction == UPGRADE else applied - moved
    followed = {parent for id_ in applied for parent in graph.parents(id_)}
    return tuple(sorted(applied - followed))
