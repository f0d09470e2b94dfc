"""Python values as the SQL of what SQLAlchemy would insert: through their type, up to the driver.

SQLAlchemy's own literals are for reading: they know no bytes and no intervals, and write some
values otherwise than a driver stores them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

Write = Callable[[Any, TypeEngine[Any]], str]
"""Writes what a driver would be handed, and the type that stands behind it, as SQL."""


def stored_value(value: Any, type_: TypeEngine[Any], dialect: sa.Dialect) -> Any:
    """Return what a driver is handed for a value of a type. What the type raises, it raises."""
    processor = type_.dialect_impl(dialect).bind_processor(dialect)
    return processor(value) if processor else value


def type_for(value: Any, type_: TypeEngine[Any] | None) -> TypeEngine[Any]:
    """Return the type of a value: the one that is given, or else what the value itself tells."""
    if type_ is not None:
        return type_
    return sa.JSON() if isinstance(value, (list, dict)) else sa.literal(value).type


def literal(value: Any, type_: TypeEngine[Any] | None, dialect: sa.Dialect, write: Write) -> str:
    """Return a value as SQL, with the expression that its type may put around it."""
    type_ = type_for(value, type_)
    implementation = type_.dialect_impl(dialect)
    written = write(stored_value(value, type_, dialect), implementation)
    around = implementation.bind_expression(sa.literal_column(written))  # type: ignore[arg-type]
    if around is None:
        return written
    return str(around.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


class NotStorableError(ValueError):
    """A value for which a database has no words."""

    def __init__(self, value: object) -> None:
        super().__init__(f"no database stores {value!r} as it is")
