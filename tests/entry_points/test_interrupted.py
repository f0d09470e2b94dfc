"""Ctrl+C in the middle of a migration: one line, code 130, and nothing half done. Unix only."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from tests.entry_points.entry_points import (
    HAND_OVER,
    INVOKE,
    JUST,
    JUST_WITHOUT_SH,
    TASKS_PY,
    EntryPoint,
    furnish,
)
from tests.project_folder import ProjectFolder

SLEEPING = """
import time
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "f00000000000"
down_revision = "{down}"
branch_labels = depends_on = None

def upgrade():
    op.create_table("halves", sa.Column("id", sa.Integer, primary_key=True))
    Path("asleep").touch()
    time.sleep(60)

def downgrade():
    op.drop_table("halves")
"""
ENTRY_POINTS = [TASKS_PY, INVOKE, JUST, JUST_WITHOUT_SH, HAND_OVER]


@pytest.mark.parametrize("entry_point", ENTRY_POINTS, ids=lambda entry_point: entry_point.name)
def test_an_interrupt_ends_with_130_and_one_line(
    entry_point: EntryPoint, ready: ProjectFolder
) -> None:
    furnish(ready)
    head = ready.revisions()[-1].name.split("_")[2]
    ready.write("alembic/versions/99999999_9999_f00000000000_x.py", SLEEPING.format(down=head))
    variables = entry_point.variables(["upgrade"])
    process = subprocess.Popen(
        entry_point.command(["upgrade"]),
        cwd=ready.root,
        env=ready.environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    with process:
        while not (ready.root / "asleep").exists() and process.poll() is None:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=30)

    lines = [
        "Interrupted. What was not finished was rolled back.",
        f"To look: {entry_point.prefix} status",
    ]
    assert (lines, 130) == (said.splitlines(), process.returncode)
    assert head in ready.run("current").out
