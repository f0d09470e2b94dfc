"""Values as a revision holds them: plain ones that every database stores as the model would.

A type of the application's own is no part of a revision. What it makes of a value is written down
instead, where it makes the same of it everywhere and always; elsewhere the revision names the
type, and the models' own is called when it runs.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine

from dbtasks.autogenerate.backfill.settled_types import is_of_sqlalchemy, is_ours, is_settled
from dbtasks.databases.backend import Backend
from dbtasks.databases.kinds import BACKENDS
from dbtasks.databases.stored_values import stored_value
from dbtasks.operations.sql import REVISION_DIALECT, class_name, text_of_sql
from dbtasks.types import ListOf

_PLAIN = (
    type(None),
    bool,
    int,
    float,
    str,
    bytes,
    Decimal,
    dt.date,
    dt.datetime,
    dt.time,
    dt.timedelta,
    uuid.UUID,
)


@dataclass(frozen=True)
class PortableValue:
    """A value, its type where it doesn't tell by itself, or the class of the models' type."""

    value: Any
    type_: TypeEngine[Any] | None = None
    model_type: str | None = None


def portable(value: Any, type_: TypeEngine[Any], backend: Backend) -> PortableValue | None:
    """Return a value of a column as a revision holds it; None if none can, or `backend` not store.

    Whatever is written down is stored as the type itself would store the value, on each database.
    """
    written = _literal(backend, value, type_)
    if written is None:
        return None
    if is_settled(type_, value) and (found := _settled(value, type_, written)):
        return found
    return PortableValue(value, model_type=class_name(type_)) if _is_plain(value) else None


def _settled(value: Any, type_: TypeEngine[Any], written: str) -> PortableValue | None:
    """Return what is stored as a settled type stores a value; SQL if only one database knows it."""
    wanted = literals(value, type_)
    for candidate in _candidates(value, type_):
        if _is_plain(candidate.value) and wanted == literals(candidate.value, candidate.type_):
            return candidate
    has_one_way = {*wanted} <= {written, None}
    return PortableValue(text_of_sql(written)) if has_one_way else None


def _candidates(value: Any, type_: TypeEngine[Any]) -> Iterator[PortableValue]:
    """Yield ways to write a value, the plainest first."""
    for item, inner in _beneath(value, type_):
        yield PortableValue(item)
        if is_of_sqlalchemy(inner):
            yield PortableValue(item, inner)
    try:
        stored = stored_value(value, type_, REVISION_DIALECT)
    except Exception:  # whatever a type of the application's raises
        return
    yield PortableValue(stored)
    yield PortableValue(stored, without_decorators(type_))


def _beneath(value: Any, type_: TypeEngine[Any]) -> Iterator[tuple[Any, TypeEngine[Any]]]:
    """Yield a value and its type, then what each decorator of the application's makes of them."""
    yield value, type_
    while isinstance(type_, TypeDecorator) and not is_ours(type_):
        try:
            value = type_.process_bind_param(value, REVISION_DIALECT)
        except Exception:  # whatever a type of the application's raises
            return
        type_ = type_.load_dialect_impl(REVISION_DIALECT)
        yield value, type_
    if isinstance(value, enum.Enum):
        yield value.value, type_


def without_decorators(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that is stored, that of a list's items too."""
    while isinstance(type_, TypeDecorator) and not is_ours(type_):
        type_ = type_.load_dialect_impl(REVISION_DIALECT)
    match type_:
        case ListOf() | sa.ARRAY() if not is_of_sqlalchemy(type_.item_type):
            return type(type_)(without_decorators(type_.item_type))
    return type_


def literals(value: Any, type_: TypeEngine[Any] | None) -> list[str | None]:
    """Return the SQL of a value on each database; None on one where it can't be stored."""
    return [_literal(backend, value, type_) for backend in BACKENDS.values()]


def _literal(backend: Backend, value: Any, type_: TypeEngine[Any] | None) -> str | None:
    """Return the SQL of a value; None where the type can't store it."""
    try:
        return backend.literal(value, type_)
    except Exception:  # whatever a type of the application's raises
        return None


def _is_plain(value: Any) -> bool:
    """Whether Python's source can say a value in words that whoever reads a revision knows."""
    if type(value) is list:
        return all(_is_plain(item) for item in value)
    if type(value) is dict:
        return all(_is_plain(item) for pair in value.items() for item in pair)
    zone = getattr(value, "tzinfo", None)
    return type(value) in _PLAIN and (zone is None or type(zone) is dt.timezone)
