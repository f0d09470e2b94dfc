"""What a verb is going to do, before it does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alembic.script import Script
from sqlalchemy import Connection

from dbtasks.autogenerate.foresight import foresee
from dbtasks.current import current_of
from dbtasks.history import History
from dbtasks.project import Project
from dbtasks.values import Plan, Step

UPGRADE = "upgrade"
DOWNGRADE = "downgrade"


def plan_move(
    project: Project,
    connection: Connection,
    direction: str,
    target: str,
    *,
    foresight: bool = False,
) -> Plan:
    """Return the steps from where the database is to `target`, in a direction.

    With `foresight` each step says what it changes, destroys and locks; rows are counted for it.
    Raises `UnknownRevisionError` and `HistoryError` as `History.upgrades` does.
    """
    history = project.history
    current = current_of(project, connection)
    find = history.upgrades if direction == UPGRADE else history.downgrades
    scripts = find(current, target)
    steps = tuple(_step(project, direction, script) for script in scripts)
    if foresight:
        pairs = zip(steps, scripts, strict=True)
        steps = tuple(_foreseen(project, connection, step, script) for step, script in pairs)
    return Plan(direction, current, _reached(history, direction, current, scripts), steps)


def _step(project: Project, direction: str, script: Script) -> Step:
    path = project.history.shown(script.path)
    return Step(script.revision, (script.doc or "").strip(), path, direction)


def _foreseen(project: Project, connection: Connection, step: Step, script: Script) -> Step:
    metadata = project.models.metadata
    assert metadata is not None
    seen = foresee(script, step.direction, connection, metadata, project.root)
    return replace(step, changes=seen.changes, losses=seen.losses, notes=seen.notes)


def _reached(
    history: History, direction: str, current: tuple[str, ...], scripts: Sequence[Script]
) -> tuple[str, ...]:
    """Return the revisions that the database will name once `scripts` are done."""
    moved = {script.revision for script in scripts}
    applied = history.applied(current)
    applied = applied | moved if direction == UPGRADE else applied - moved
    return tuple(sorted(id_ for id_ in applied if not history.children(id_) & applied))
