"""What is to be said of the rows that an operation fills: how many there are, and what fires."""

from __future__ import annotations

import sqlalchemy as sa

from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.databases.scratch import rolled_back
from dbtasks.hints import counted
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.sql import literal_sql


def firing(operation: FillOp | NumberRowsOp, placement: Placement) -> str:
    """Return which triggers fire for the rows that are filled."""
    place = placement.table(operation.table_name, operation.schema)
    if place is None or (isinstance(operation, FillOp) and not operation.triggers):
        return ""
    found = placement.backend.update_triggers(
        placement.connection, place.name, place.schema, operation.column_name
    )
    return f", firing {', '.join(found)}" if found else ""


def yielded(operation: FillTableOp, placement: Placement) -> str:
    """Return how many rows a query yields now; it may name what is yet to be made."""
    count = literal_sql(f"SELECT count(*) FROM (\n{operation.query.rstrip('; ')}\n) AS source")
    try:
        with rolled_back(placement.connection):
            return counted(int(placement.connection.scalar(count) or 0), "row")
    except sa.exc.DBAPIError:
        return "rows"
