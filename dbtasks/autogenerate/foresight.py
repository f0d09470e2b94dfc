"""What a revision will mean when it is applied: what it changes, destroys and locks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.script import Script

from dbtasks.autogenerate.locks import locks
from dbtasks.autogenerate.losses import losses
from dbtasks.autogenerate.recording import record
from dbtasks.autogenerate.review import review
from dbtasks.autogenerate.telling import told
from dbtasks.values import Change


@dataclass(frozen=True)
class Foresight:
    """Lines for the plan: `losses` have to be confirmed, `notes` are to be known."""

    changes: tuple[Change, ...]
    losses: tuple[str, ...]
    notes: tuple[str, ...]


def foresee(
    script: Script, direction: str, connection: sa.Connection, metadata: sa.MetaData, root: Path
) -> Foresight:
    """Read a revision's file, without running it, and say what it means for this database."""
    recording = record(script, direction, metadata)
    notes = locks(recording.operations, connection)
    if connection.dialect.name == "postgresql":
        notes += review(recording.operations, metadata, root)
    return Foresight(told(recording, connection), losses(recording, connection), notes)
