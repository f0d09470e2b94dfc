"""Fills that need no UPDATE: a constant may be a new column's default, which goes again at once.

PostgreSQL then writes no row, and on both databases no trigger fires.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from dbtasks.autogenerate.backfill.portable_values import literals
from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import REVISION_DIALECT, literal_sql, sql_of_text

_CONSTANT = re.compile(r"-?\d+(\.\d+)?|'[^']*(''[^']*)*'|true|false", re.IGNORECASE)


def constant_default(fill: FillOp) -> sa.TextClause | sa.ColumnElement[Any] | None:
    """Return the server default by which a new column gets what a fill says; None if by none.

    Only what both databases write alike can be one: a revision serves both.
    """
    value = fill.value
    if fill.model_type is not None or fill.where is not None:
        return None
    if isinstance(value, sa.TextClause):
        said = sql_of_text(value, REVISION_DIALECT).strip()
        return literal_sql(said) if _CONSTANT.fullmatch(said) else None
    if isinstance(value, sa.ClauseElement):
        return None
    if isinstance(value, bool) and fill.type_ is None:
        return sa.true() if value else sa.false()
    sql, *others = literals(value, fill.type_)
    return literal_sql(sql) if sql is not None and {*others} <= {sql} else None
