"""The everyday verbs on a real project, and every exit code, through every entry point."""

from __future__ import annotations

import pytest

from tests.entry_points.entry_points import (
    HAND_OVER,
    INVOKE,
    IS_WINDOWS,
    JUST,
    MIGRATE_CMD,
    TASKS_PY,
    EntryPoint,
)
from tests.project_folder import ProjectFolder

VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"
BROKEN = """
revision = "f00000000000"
down_revision = "{down}"
branch_labels = depends_on = None

def upgrade():
    raise RuntimeError("the fee is missing")

def downgrade():
    pass
"""
ENTRY_POINTS = [
    pytest.param(TASKS_PY, marks=pytest.mark.long),  # which just leads to
    pytest.param(INVOKE, marks=pytest.mark.long),
    JUST,
    MIGRATE_CMD if IS_WINDOWS else pytest.param(HAND_OVER, marks=pytest.mark.long),
]


@pytest.mark.parametrize("entry_point", ENTRY_POINTS, ids=lambda entry_point: entry_point.name)
def test_a_developers_day(entry_point: EntryPoint, ready: ProjectFolder) -> None:
    spend_a_day(entry_point, ready)


def spend_a_day(entry_point: EntryPoint, ready: ProjectFolder) -> None:
    """Use each of the six first verbs, and meet each exit code but 130."""
    assert "is at" in entry_point.run(ready, "init").out

    ready.add_column(VENUE)
    assert "gigs.venue" in entry_point.run(ready, "check", code=4).out
    assert "+ gigs.venue VARCHAR(40) NULL" in entry_point.run(ready, "migrate", "add venue").out
    assert "add venue" in entry_point.run(ready, "status", "--check", code=3).out
    assert "add venue" in entry_point.run(ready, "upgrade", "+1").out
    assert "'nosuch'" in entry_point.run(ready, "upgrade", "nosuch", code=2).err
    entry_point.run(ready, "downgrade", "-1", "--yes")
    entry_point.run(ready, "reset", "--yes")

    head = entry_point.run(ready, "current").out.split()[0]
    ready.write("alembic/versions/99999999_9999_f00000000000_x.py", BROKEN.format(down=head))
    assert "the fee is missing" in entry_point.run(ready, "upgrade", code=1).err
    assert "f00000000000" in entry_point.run(ready, "status").out
