"""What migrations can do beyond Alembic's own operations, as a vocabulary.

Importing this package makes `op.fill`, `op.create_enum` and their like known to Alembic, and
touches nothing of Alembic's own. How a kind of database carries them out, `dbtasks.databases`
knows.
"""

from dbtasks.operations import (
    batch,
    dependents,
    domains,
    enums,
    fill,
    fill_table,
    list_items,
    number_rows,
    refuse_rows,
    renames,
    schemas,
    sequences,
)

__all__ = [
    "batch",
    "dependents",
    "domains",
    "enums",
    "fill",
    "fill_table",
    "list_items",
    "number_rows",
    "refuse_rows",
    "renames",
    "schemas",
    "sequences",
]
