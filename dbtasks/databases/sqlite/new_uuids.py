"""`gen_random_uuid()`, PostgreSQL's word for a new UUID, in what SQLite understands."""

from __future__ import annotations

import re
from copy import copy

import sqlalchemy as sa
from alembic.operations import Operations

from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import SQLITE, sql_of_text

_WORD = re.compile(r"'(?:[^']|'')*'|\bgen_random_uuid\(\)", re.IGNORECASE)
_DIGITS = "lower(hex(randomblob({})))"
_PARTS = (
    _DIGITS.format(4),
    _DIGITS.format(2),
    f"'4' || substr({_DIGITS.format(2)}, 2)",  # the version, of random ones
    f"substr('89ab', 1 + (random() & 3), 1) || substr({_DIGITS.format(2)}, 2)",  # the variant
    _DIGITS.format(6),
)
_PLAIN_LENGTH = 32


def with_new_uuids(operations: Operations, operation: FillOp) -> FillOp:
    """Return `op.fill` with what makes UUIDs as the column stores them: with dashes, or without."""
    if not isinstance(operation.value, sa.TextClause):
        return operation
    sql = sql_of_text(operation.value, SQLITE)
    if not any(_is_word(found[0]) for found in _WORD.finditer(sql)):
        return operation
    dash = "" if _is_plain(operations, operation) else " || '-'"
    made = f"({f'{dash} || '.join(_PARTS)})"
    written = _WORD.sub(lambda found: made if _is_word(found[0]) else found[0], sql)
    changed = copy(operation)
    changed.value = sa.text(written.replace(":", r"\:"))
    return changed


def _is_word(text: str) -> bool:
    return not text.startswith("'")


def _is_plain(operations: Operations, operation: FillOp) -> bool:
    """Whether the column has room for the digits alone, as that of SQLAlchemy's Uuid."""
    columns = sa.inspect(operations.get_bind()).get_columns(operation.table_name)
    types = (item["type"] for item in columns if item["name"] == operation.column_name)
    return getattr(next(types, None), "length", None) == _PLAIN_LENGTH
