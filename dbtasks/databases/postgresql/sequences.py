"""How PostgreSQL counts: sequences, and the columns that count by one."""

from __future__ import annotations

from string import Template

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.schema import CreateSequence, DropSequence

from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.names import sequence_name
from dbtasks.operations.sequences import CreateSequenceOp, DropSequenceOp, SetSequenceOp
from dbtasks.operations.sql import POSTGRESQL, literal_sql, quoted, text_literal

_FORGET = """
    place := pg_get_serial_sequence($text, $name);
    $alter DROP IDENTITY IF EXISTS;
    IF to_regclass(place) IS NOT NULL THEN
        $alter DROP DEFAULT;
        EXECUTE 'DROP SEQUENCE ' || place;
    END IF;
"""
_SERIAL = """
    EXECUTE 'CREATE SEQUENCE ' || $sequence || ' AS ' || (SELECT format_type(atttypid, NULL)
        FROM pg_attribute WHERE attrelid = $text::regclass AND attname = $name)
        || ' OWNED BY ' || $owner;
    $alter SET DEFAULT nextval($sequence);
"""
_IDENTITY = """
    $alter ADD $clause;
"""
_GO_ON = """
    place := pg_get_serial_sequence($text, $name);
    PERFORM setval(place, max($column)) FROM $table
        HAVING max($column) >= (SELECT seqstart FROM pg_sequence WHERE seqrelid = place::regclass);
"""
_COUNT_ON = """
    FOR name IN SELECT attname FROM pg_attribute
        WHERE attrelid = $text::regclass AND attnum > 0 AND NOT attisdropped
    LOOP
        place := pg_get_serial_sequence($text, name);
        IF place IS NOT NULL THEN
            EXECUTE format('SELECT setval(%L, max(%I)) FROM %s HAVING max(%I) >='
                ' (SELECT seqstart FROM pg_sequence WHERE seqrelid = %L::regclass)'
                ' AND max(%I) > coalesce(pg_sequence_last_value(%L), 0)',
                place, name, $text, name, place, name, place);
        END IF;
    END LOOP;
"""


def set_sequence(operations: Operations, operation: SetSequenceOp) -> None:
    """Make a column serial, an identity, or neither, as one statement that `--sql` can print."""
    table = quoted(POSTGRESQL, operation.schema, operation.table_name)
    sequence = sequence_name(operation.table_name, operation.column_name)
    sequence = text_literal(quoted(POSTGRESQL, operation.schema, sequence))
    column = quoted(POSTGRESQL, operation.column_name)
    block = _FORGET
    if operation.kind is not None:
        block += (_SERIAL if operation.kind == "serial" else _IDENTITY) + _GO_ON
    body = Template(block).substitute(
        table=table,
        text=text_literal(table),
        column=column,
        name=text_literal(operation.column_name),
        sequence=sequence,
        owner=text_literal(f"{table}.{column}"),
        alter=f"ALTER TABLE {table} ALTER COLUMN {column}",
        clause=operation.kind,
    )
    operations.execute(literal_sql(f"DO $do$\nDECLARE\n    place text;\nBEGIN{body}END\n$do$"))


def count_on(operations: Operations, operation: FillTableOp) -> None:
    """Let a table's sequences count on behind the values that its rows have, in one statement."""
    table = quoted(POSTGRESQL, operation.schema, operation.table_name)
    body = Template(_COUNT_ON).substitute(text=text_literal(table))
    declared = "DECLARE\n    name text;\n    place text;\n"
    operations.execute(literal_sql(f"DO $do$\n{declared}BEGIN{body}END\n$do$"))


def create_sequence(operations: Operations, operation: CreateSequenceOp) -> None:
    """Make a sequence, unless it is there."""
    sequence = sa.Sequence(
        operation.name, operation.start, operation.increment, schema=operation.schema
    )
    operations.execute(CreateSequence(sequence, if_not_exists=True))


def drop_sequence(operations: Operations, operation: DropSequenceOp) -> None:
    """Drop a sequence."""
    operations.execute(DropSequence(sa.Sequence(operation.name, schema=operation.schema)))
