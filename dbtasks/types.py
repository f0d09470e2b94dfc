"""Column types that mean the same on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine, to_instance


class ListOf(TypeDecorator[list[Any]]):
    """A list of values of one type: an ARRAY on PostgreSQL, JSON elsewhere.

    `item_type` is the type of the items, as for SQLAlchemy's ARRAY: `ListOf(String(40))`. Items
    that JSON knows (text, numbers, booleans) work on both databases.
    """

    impl = JSON
    cache_ok = True

    def __init__(self, item_type: TypeEngine[Any] | type[TypeEngine[Any]]) -> None:
        super().__init__()
        self.item_type = to_instance(item_type)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that holds the list in this dialect."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self.item_type))
        return dialect.type_descriptor(JSON())

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Compare as the underlying type does, so that its operators work."""
        return self.impl_instance.coerce_compared_value(op, value)

    def __repr__(self) -> str:
        return f"ListOf({self.item_type!r})"
