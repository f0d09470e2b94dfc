"""Column types that mean the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ARRAY, JSON
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine, to_instance


class ListOf(TypeDecorator[list[Any]]):
    """A list of values of one type: an ARRAY on PostgreSQL, JSON elsewhere.

    `item_type` is the type of the items, as for SQLAlchemy's ARRAY: `ListOf(String(40))`. None
    is SQL's NULL, which is not the empty list. `==`, `!=` and `is_(None)` mean the same
    everywhere; the other operators of an ARRAY are PostgreSQL's. SQLAlchemy notices a change
    inside of a list only if it is told to look: `MutableList.as_mutable(ListOf(String(40)))`.
    """

    impl = ARRAY
    cache_ok = True

    def __init__(self, item_type: TypeEngine[Any] | type[TypeEngine[Any]]) -> None:
        self.item_type = to_instance(item_type)
        super().__init__(self.item_type)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that holds the list in this dialect."""
        if _has_arrays(dialect):
            return dialect.type_descriptor(ARRAY(self.item_type))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> list[Any] | None:
        """Return the list as JSON can hold it, each item as its type goes into a column."""
        if value is None or _has_arrays(dialect):
            return value
        return _each(value, self.item_type.dialect_impl(dialect).bind_processor(dialect))

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> list[Any] | None:
        """Return the list with each item as its type comes out of a column."""
        if value is None or _has_arrays(dialect):
            return value
        return _each(value, self.item_type.dialect_impl(dialect).result_processor(dialect, None))

    def __repr__(self) -> str:
        return f"ListOf({self.item_type!r})"


def _has_arrays(dialect: Dialect) -> bool:
    """Whether a column may be an ARRAY. Applications use the type too, which know no backends."""
    return dialect.name == "postgresql"


def _each(items: list[Any], convert: Callable[[Any], Any] | None) -> list[Any]:
    if convert is None:
        return items
    return [None if item is None else convert(item) for item in items]
