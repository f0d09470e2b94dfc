"""The triggers of a table that fire when rows of it are filled, and how they are left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.operations import Operations

from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import POSTGRESQL, literal_sql, quoted, text_literal

_FIRING = (
    "SELECT t.tgname, t.tgenabled = 'A' AS always FROM pg_catalog.pg_trigger AS t"
    " WHERE t.tgrelid = to_regclass({place})"
    " AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 16 = 16"
    " AND (t.tgattr = '' OR EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS a"
    " WHERE a.attrelid = t.tgrelid AND a.attname = {name} AND a.attnum = ANY (t.tgattr)))"
    " ORDER BY t.tgname"
)
"""The bit of `tgtype` is that of UPDATE; `tgattr` holds the columns of UPDATE OF."""

_SCRIPT_OFF = """
DO $dbtasks$
DECLARE item record;
BEGIN
    PERFORM set_config('dbtasks.triggers', '[]', false);
    FOR item IN {firing} LOOP
        EXECUTE 'ALTER TABLE ' || {place} || ' DISABLE TRIGGER ' || quote_ident(item.tgname);
        PERFORM set_config('dbtasks.triggers', (current_setting('dbtasks.triggers')::jsonb
            || jsonb_build_array(jsonb_build_array(item.tgname, item.always)))::text, false);
    END LOOP;
END $dbtasks$
"""
_SCRIPT_ON = """
DO $dbtasks$
DECLARE item jsonb;
BEGIN
    FOR item IN SELECT jsonb_array_elements(current_setting('dbtasks.triggers')::jsonb) LOOP
        EXECUTE 'ALTER TABLE ' || {place} || ' ENABLE ' || CASE WHEN (item ->> 1)::boolean
            THEN 'ALWAYS ' ELSE '' END || 'TRIGGER ' || quote_ident(item ->> 0);
    END LOOP;
END $dbtasks$
"""
"""What a script does, that is written where no database can be asked."""


def update_triggers(
    connection: sa.Connection, table: str, schema: str | None, column: str
) -> list[str]:
    """Return the names of the triggers that fire when a column of rows is set."""
    return [name for name, _ in _found(connection, quoted(POSTGRESQL, schema, table), column)]


@contextmanager
def quiet_triggers(operations: Operations, operation: FillOp) -> Iterator[None]:
    """Switch those triggers off for the time of an operation that is to go without them.

    That takes no more rights than altering the table does.
    """
    if operation.triggers:
        yield
        return
    place = quoted(POSTGRESQL, operation.schema, operation.table_name)
    if operations.migration_context.as_sql:
        firing = _firing(place, operation.column_name)
        text = text_literal(place)
        operations.execute(literal_sql(_SCRIPT_OFF.format(firing=firing, place=text).strip()))
        yield
        operations.execute(literal_sql(_SCRIPT_ON.format(place=text).strip()))
        return
    found = _found(operations.get_bind(), place, operation.column_name)
    for name, _ in found:
        _switch(operations, place, "DISABLE", name)
    yield  # What fails takes all of this back.
    for name, is_always in found:
        _switch(operations, place, "ENABLE ALWAYS" if is_always else "ENABLE", name)


def _found(connection: sa.Connection, place: str, column: str) -> list[tuple[str, bool]]:
    rows = connection.execute(literal_sql(_firing(place, column)))
    return [(name, is_always) for name, is_always in rows]


def _firing(place: str, column: str) -> str:
    return _FIRING.format(place=text_literal(place), name=text_literal(column))


def _switch(operations: Operations, place: str, verb: str, name: str) -> None:
    trigger = quoted(POSTGRESQL, name)
    operations.execute(literal_sql(f"ALTER TABLE {place} {verb} TRIGGER {trigger}"))
