"""What there is, files and database, to be compared before and after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from dbtasks.databases import Database
from tests.project_folder import ProjectFolder


def state_of(folder: ProjectFolder) -> tuple[Any, ...]:
    """Return the files of a project and all that its database holds."""
    url = folder.variables.get("DATABASE_URL", "sqlite:///development.db")
    return files_of(folder.root), contents_of(Database.at(url, folder.root))


def files_of(root: Path) -> dict[str, bytes]:
    """Return the content of each file below `root`; not Python's caches, nor databases."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix not in {".pyc", ".db"}
    }


def contents_of(database: Database) -> dict[str, Any] | None:
    """Return each table's columns, indexes and rows, by its name; None without a database."""
    return database.read(_contents) if database.exists() else None


def _contents(connection: Connection) -> dict[str, Any]:
    inspector = inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    return {
        table: (
            [(column["name"], str(column["type"])) for column in inspector.get_columns(table)],
            sorted(str(index["name"]) for index in inspector.get_indexes(table)),
            sorted(map(str, connection.execute(text(f"SELECT * FROM {quote(table)}")))),
        )
        for table in sorted([*inspector.get_table_names(), *inspector.get_view_names()])
    }
