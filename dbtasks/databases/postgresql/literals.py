"""Values as PostgreSQL writes them. A quoted one takes the type of the column that it goes to."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.ranges import AbstractMultiRange
from sqlalchemy.types import TypeEngine

from dbtasks.databases import stored_values
from dbtasks.databases.stored_values import NotStorableError
from dbtasks.operations.sql import POSTGRESQL, resolved, text_literal

_SAID_BY_STR = (
    dt.date,
    dt.time,
    uuid.UUID,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
    postgresql.Range,
)


def literal(value: Any, type_: TypeEngine[Any] | None = None) -> str:
    """Return a value as SQL, as its type stores it."""
    return stored_values.literal(value, type_, POSTGRESQL, _written)


def _written(value: Any, type_: TypeEngine[Any]) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (list, tuple)):
        return _several(value, type_)
    write = next((write for kind, write in _WRITERS if isinstance(value, kind)), None)
    return _as_sqlalchemy(value, type_) if write is None else write(value)


def _number(value: float | Decimal) -> str:
    """Return a number; one that is no number to SQL, or loses its sign there, as a text."""
    number = Decimal(repr(value)) if isinstance(value, float) else value
    is_plain = number.is_finite() and not (number.is_zero() and number.is_signed())
    return str(number) if is_plain else text_literal(str(number))


def _span(value: dt.timedelta) -> str:
    """Return an interval of days and seconds, as the drivers write it."""
    return f"'{value.days} days {value.seconds} s {value.microseconds} us'"


def _quoted(value: object) -> str:
    return text_literal(str(value))


_WRITERS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (bool, lambda value: str(value).lower()),
    (int, lambda value: str(int(value))),
    ((float, Decimal), _number),
    (str, text_literal),
    ((bytes, bytearray, memoryview), lambda value: rf"'\x{bytes(value).hex()}'"),
    (dt.timedelta, _span),
    (_SAID_BY_STR, _quoted),
)


def _several(items: list[Any] | tuple[Any, ...], type_: TypeEngine[Any]) -> str:
    """Return a list as its type stores it: as an array, whose type even an empty one needs."""
    stored = resolved(type_, POSTGRESQL)
    if isinstance(stored, sa.ARRAY):
        return f"{_elements(items, stored.item_type)}::{stored.compile(dialect=POSTGRESQL)}"
    if isinstance(stored, AbstractMultiRange):
        return f"'{{{', '.join(map(str, items))}}}'"
    return _as_sqlalchemy(items, type_)


def _elements(items: list[Any] | tuple[Any, ...], type_: TypeEngine[Any]) -> str:
    listed = (
        _elements(item, type_) if isinstance(item, (list, tuple)) else _written(item, type_)
        for item in items
    )
    return f"ARRAY[{', '.join(listed)}]"


def _as_sqlalchemy(value: Any, type_: TypeEngine[Any]) -> str:
    """Return what SQLAlchemy has words for, as it has for ranges."""
    write = type_.literal_processor(POSTGRESQL)
    if write is None:
        raise NotStorableError(value)
    return write(value)
