"""Alembic's `op` with our operations in it, for a revision: `from dbtasks import op`.

Everything called by it is carried out as our verbs do, whoever runs the revision: plain `alembic`
too, by any env.py. Nothing of Alembic's own works otherwise than before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbtasks.databases.safe_operations import own_operation

if TYPE_CHECKING:
    from alembic.op import *  # noqa: F403


def __getattr__(name: str) -> Any:
    return own_operation(name)
