"""The differences between the models and a database, as Alembic operations and as lines."""

from __future__ import annotations

from alembic.autogenerate import produce_migrations
from alembic.operations.ops import UpgradeOps
from sqlalchemy import Connection

from dbtasks.autogenerate.describe import describe
from dbtasks.environment import migration_context
from dbtasks.project import Project
from dbtasks.values import Change, Check


def check_models(project: Project) -> Check:
    """Compare the models with the project's database, whatever revision that is at."""
    changes = project.database.read(lambda connection: compare(project, connection))
    return Check(project.database.name, changes)


def compare(project: Project, connection: Connection) -> tuple[Change, ...]:
    """Return what would have to change in the database for it to be as the models say."""
    return describe(differences(project, connection), connection.dialect)


def differences(project: Project, connection: Connection) -> UpgradeOps:
    """Return the operations that would make the database as the models say."""
    context = migration_context(connection, project.models)
    assert project.models.metadata is not None
    operations = produce_migrations(context, project.models.metadata).upgrade_ops
    assert operations is not None
    return operations
