"""Which types a column can change to, with values that go there and come back the same."""

from __future__ import annotations

from dataclasses import replace

from tests.changes import strategies_types as t
from tests.changes.strategies_model import Column, Type

_WIDER_NUMBERS = t.types("number", "sa.Numeric(); sa.Numeric(14, 4)", t.NUMBER, t.NUMBER_DEFAULTS)
_WORDS = t.types("text", "sa.String(50); sa.Text(); sa.String(); sa.UnicodeText()", t.TEXT)
_WHOLE = t.types("integer", "sa.Integer(); sa.SmallInteger(); sa.BigInteger()", t.WHOLE)
_FLOATS = t.types("float", "sa.Double(); sa.Float(53)", ("1.5",))
_OTHERS = {
    "integer": [*_WIDER_NUMBERS, *_WORDS, *_FLOATS],
    "float": [*_WIDER_NUMBERS, *_WORDS],
    "boolean": [*_WHOLE, *_WORDS],
    "date": [*t.types("datetime", "sa.DateTime()", t.MOMENTS), *_WORDS],
    "enum": _WORDS,
    "uuid": t.types("text", "sa.String(36); sa.Text()", t.TEXT),
}
_SAME = {
    "text": _WORDS,
    "integer": _WHOLE,
    "number": _WIDER_NUMBERS,
    "float": _FLOATS,
    "datetime": t.types("datetime", "sa.DateTime(); sa.DateTime(timezone=True)", t.MOMENTS),
}
_PAIRS = {
    "sa.JSON()": ["sa.JSON().with_variant(pg.JSONB(), 'postgresql')", "sa.Text()"],
    "pg.JSON()": ["pg.JSONB()"],
    "pg.JSONB()": ["pg.JSON()", "sa.Text()"],
    "pg.ARRAY(sa.Integer())": ["pg.ARRAY(sa.BigInteger())", "pg.ARRAY(sa.Text())"],
    "pg.ARRAY(sa.String(20))": ["pg.ARRAY(sa.Text())", "ListOf(sa.Text())"],
    "ListOf(sa.String(20))": ["ListOf(sa.Text())"],
    "pg.INTERVAL(precision=3)": ["pg.INTERVAL()"],
    "sa.LargeBinary(100)": ["sa.LargeBinary()"],
}


def same_kind(column: Column) -> list[Type]:
    """Return types under which all that is said of a column's values still holds."""
    return [item for item in _SAME.get(column.type.kind, []) if item.text != column.type.text]


def other_kind(column: Column) -> list[Type]:
    """Return types of values of another kind."""
    named = [Type(text, is_sortable=False) for text in _PAIRS.get(column.type.text, [])]
    return [*_OTHERS.get(column.type.kind, []), *named]


def retyped(column: Column, type_: Type) -> Column:
    """Return a column with another type, and the default that both know if it has one."""
    default = column.default if column.default in type_.defaults else None
    return replace(column, type=type_, default=default)
