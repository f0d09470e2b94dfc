"""What a type of limited width refuses on PostgreSQL, and SQLite takes.

One history serves both. What only fails there is better known here, where it is written.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from dbtasks.operations.sql import POSTGRESQL, resolved


def beyond_limits(value: str, type_: TypeEngine[Any]) -> str:
    """Return the condition that a value (SQL) is too long or too large; empty if none can be."""
    limited = resolved(type_, POSTGRESQL).dialect_impl(POSTGRESQL)
    match limited:
        case sa.Enum():
            return ""
        case sa.String(length=int(length)):
            return f"length(CAST(({value}) AS TEXT)) > {length}"
        case sa.Integer():
            most = 2 ** (_bits(limited) - 1)
            return f"CAST(({value}) AS NUMERIC) NOT BETWEEN {-most} AND {most - 1}"
        case sa.Numeric(precision=int(precision)) if not isinstance(limited, sa.Float):
            places = limited.scale or 0
            return f"abs(round(({value}), {places})) >= 1e{precision - places}"
    return ""


def rounded(value: str, type_: TypeEngine[Any]) -> str:
    """Return a value (SQL) with as many decimals as a type keeps, and as many spaces."""
    limited = resolved(type_, POSTGRESQL).dialect_impl(POSTGRESQL)
    match limited:
        case sa.CHAR():
            return f"rtrim({value})"
        case sa.Numeric(precision=int()) if not isinstance(limited, sa.Float):
            return f"round(({value}), {limited.scale or 0})"
    return value


def _bits(type_: sa.Integer) -> int:
    if isinstance(type_, sa.SmallInteger):
        return 16
    return 64 if isinstance(type_, sa.BigInteger) else 32
