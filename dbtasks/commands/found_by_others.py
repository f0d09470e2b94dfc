"""What comparators of others find, such as those for views that alembic_utils registers.

Alembic asks every comparator that a project has registered. What theirs find is written as they
render it, behind what we have planned; here it is only told.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import MigrateOperation, UpgradeOps
from sqlalchemy import Connection
from sqlalchemy.exc import SAWarning

from dbtasks.commands.alembic_context import autogenerate_context
from dbtasks.databases.transactions import release
from dbtasks.project.project import Project
from dbtasks.values import Change


def found_by_others(project: Project, connection: Connection) -> tuple[Change, ...]:
    """Return the first line of each operation. The connection is released."""
    context = autogenerate_context(project, connection, None)
    with without_alembics_comparison():
        found = produce_migrations(context, project.models.metadata).upgrade_ops
    release(connection)
    operations = found.ops if found is not None else []
    return tuple(Change("?", _line(operation)) for operation in operations)


@contextmanager
def without_alembics_comparison() -> Iterator[None]:
    """Keep Alembic before 1.18 quiet: it sorts the models' tables, which it is not to compare."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Cannot correctly sort tables", SAWarning)
        yield


def _line(operation: MigrateOperation) -> str:
    code = render_python_code(UpgradeOps([operation]))
    lines = (line.strip() for line in code.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")
