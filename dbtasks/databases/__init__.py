"""Databases: how to reach one, and all that differs from one kind to another.

`Database` is one by its address; `backend_of` tells its kind, which answers every question that
SQLite and PostgreSQL answer differently. Importing this package makes Alembic know how our own
operations are carried out, and touches nothing of its own.
"""

from dbtasks.databases.backend import Backend
from dbtasks.databases.database import Database
from dbtasks.databases.kinds import BACKENDS, backend_of
from dbtasks.databases.own_operations import register_own_operations

__all__ = ["BACKENDS", "Backend", "Database", "backend_of"]

register_own_operations()
