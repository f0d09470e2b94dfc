"""Databases: how to reach one, and all that differs between SQLite and PostgreSQL."""

from dbtasks.databases.database import Database

__all__ = ["Database"]
