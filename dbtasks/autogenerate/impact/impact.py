"""What a revision will mean when it is applied: what it changes, destroys and locks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.script import Script

from dbtasks.autogenerate.impact.description import described
from dbtasks.autogenerate.impact.locks import locks
from dbtasks.autogenerate.impact.losses import losses
from dbtasks.autogenerate.impact.review import review
from dbtasks.revisions.recording import record
from dbtasks.values import Change


@dataclass(frozen=True)
class Impact:
    """Lines for the plan: `losses` have to be confirmed, `notes` are to be known."""

    changes: tuple[Change, ...]
    losses: tuple[str, ...]
    notes: tuple[str, ...]


def impact_of(
    script: Script, direction: str, connection: sa.Connection, metadata: sa.MetaData, root: Path
) -> Impact:
    """Read a revision's file, without running it, and say what it means for this database."""
    recording = record(script, direction, metadata)
    notes = locks(recording.operations, connection)
    if connection.dialect.name == "postgresql":
        notes += review(recording.operations, metadata, root)
    return Impact(described(recording, connection), losses(recording, connection), notes)
