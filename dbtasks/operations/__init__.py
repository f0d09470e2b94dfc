"""What migrations can do beyond Alembic's own operations, and what those do more safely here.

Importing this package registers everything with Alembic: `op.fill`, `op.create_enum` and their
like, and a `batch_alter_table` that rebuilds a SQLite table without losing anything of it.
"""

from dbtasks.operations import (
    add_column,
    batch,
    domains,
    enums,
    fill,
    list_items,
    number_rows,
    postgresql_details,
    refuse_rows,
    renames,
    schemas,
    sequences,
)

__all__ = [
    "add_column",
    "batch",
    "domains",
    "enums",
    "fill",
    "list_items",
    "number_rows",
    "postgresql_details",
    "refuse_rows",
    "renames",
    "schemas",
    "sequences",
]
