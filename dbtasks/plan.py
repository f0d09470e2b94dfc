"""What a verb is going to do, before it does it."""

from __future__ import annotations

from collections.abc import Sequence

from alembic.script import Script

from dbtasks.history import History
from dbtasks.project import Project
from dbtasks.values import Plan, Step

UPGRADE = "upgrade"
DOWNGRADE = "downgrade"


def plan_upgrade(project: Project, current: tuple[str, ...], target: str) -> Plan:
    """Return the steps from `current` up to `target`.

    Raises `UnknownRevisionError` and `HistoryError` as `History.upgrades` does.
    """
    scripts = project.history.upgrades(current, target)
    return _plan(project, UPGRADE, current, scripts)


def plan_downgrade(project: Project, current: tuple[str, ...], target: str) -> Plan:
    """Return the steps from `current` down to `target`; raises as `plan_upgrade` does."""
    scripts = project.history.downgrades(current, target)
    return _plan(project, DOWNGRADE, current, scripts)


def _plan(
    project: Project, direction: str, current: tuple[str, ...], scripts: Sequence[Script]
) -> Plan:
    steps = tuple(
        Step(
            revision=script.revision,
            message=(script.doc or "").strip(),
            path=project.history.shown(script.path),
            direction=direction,
        )
        for script in scripts
    )
    return Plan(direction, current, _reached(project.history, direction, current, scripts), steps)


def _reached(
    history: History, direction: str, current: tuple[str, ...], scripts: Sequence[Script]
) -> tuple[str, ...]:
    """Return the revisions that the database will name once `scripts` are done."""
    moved = {script.revision for script in scripts}
    applied = history.applied(current)
    applied = applied | moved if direction == UPGRADE else applied - moved
    return tuple(sorted(id_ for id_ in applied if not history.children(id_) & applied))
