"""The everyday verbs on a real project, and every exit code, through every door."""

from __future__ import annotations

import pytest

from tests.doors.doors import HAND_OVER, INVOKE, IS_WINDOWS, JUST, MIGRATE_CMD, TASKS_PY, Door
from tests.workshop import Workshop

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
DOORS = [TASKS_PY, INVOKE, JUST, MIGRATE_CMD if IS_WINDOWS else HAND_OVER]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_developers_day(door: Door, ready: Workshop) -> None:
    spend_a_day(door, ready)


def spend_a_day(door: Door, ready: Workshop) -> None:
    """Go through a door with each of the six first verbs, and meet each exit code but 130."""
    assert "is at" in door.run(ready, "init").out

    ready.add_column(VENUE)
    assert "gigs.venue" in door.run(ready, "check", code=4).out
    assert "+ gigs.venue VARCHAR(40) NULL" in door.run(ready, "migrate", "add venue").out
    assert "add venue" in door.run(ready, "status", "--check", code=3).out
    assert "add venue" in door.run(ready, "upgrade", "+1").out
    assert "'nosuch'" in door.run(ready, "upgrade", "nosuch", code=2).err
    door.run(ready, "downgrade", "-1", "--yes")
    door.run(ready, "reset", "--yes")

    head = door.run(ready, "current").out.split()[0]
    ready.write("alembic/versions/99999999_9999_f00000000000_x.py", BROKEN.format(down=head))
    assert "the fee is missing" in door.run(ready, "upgrade", code=1).err
    assert "f00000000000" in door.run(ready, "status").out
