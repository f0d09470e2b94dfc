"""The database's type beneath a class of the application's: that is what a revision holds.

A class moves, changes its arguments and goes; what a revision made stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from dbtasks import types
from dbtasks.operations.sql import POSTGRESQL, SQLITE

Type = TypeEngine[Any]

_PACKAGES = (sa, sa.types, postgresql, sqlite)
"""Where revisions find types, the most general first."""


def is_foreign(type_: Type) -> bool:
    """Whether a type's class is somebody else's than SQLAlchemy's and ours."""
    return not type(type_).__module__.startswith(("sqlalchemy.", "dbtasks."))


def type_beneath(type_: Type) -> Type | None:
    """Return what each database makes of a type, in SQLAlchemy's words; None if it has none.

    In PostgreSQL's words, with those of SQLite as a variant where the two differ.
    """
    ours, theirs = (_beneath(type_, dialect) for dialect in (POSTGRESQL, SQLITE))
    if ours is None or theirs is None:
        return ours or theirs
    if _sql(ours, SQLITE) == _sql(theirs, SQLITE):
        return ours
    return ours.with_variant(theirs, SQLITE.name)


def _beneath(type_: Type, dialect: sa.Dialect) -> Type | None:
    """Return the public type that makes the same column in a dialect; None where there is none."""
    wanted = _sql(type_, dialect)
    if wanted is None:
        return None
    candidates = (public for item in _layers(type_, dialect) for public in _public(item))
    return next((item for item in candidates if _sql(item, dialect) == wanted), None)


def _layers(type_: Type, dialect: sa.Dialect) -> Iterator[Type]:
    """Yield what lies beneath somebody's decorators, classes and variants in a dialect."""
    while is_foreign(type_):
        yield type_
        loaded: Type = type_.dialect_impl(dialect)
        if type(loaded) is not type(type_):
            type_ = loaded  # a variant, or the dialect's own version
        elif isinstance(type_, TypeDecorator):
            type_ = type_.load_dialect_impl(dialect)
        else:
            return
    yield type_


def _public(type_: Type) -> Iterator[Type]:
    """Yield a type as instances of the classes that can be imported by name, the nearest first.

    A dialect's own class gives way to the general one of which it is the dialect's version.
    """
    if type(type_) in _named(sa, types):
        yield type_
    if isinstance(type_, (TypeDecorator, UserDefinedType)):
        return
    if isinstance(type_, sa.Enum):
        names = ("name", "schema", "native_enum", "create_constraint", "length")
        yield sa.Enum(*type_.enums, **{name: getattr(type_, name) for name in names})
        return
    with suppress(NotImplementedError):
        yield type_.as_generic()
    named = _named(*_PACKAGES)
    class_ = next((item for item in type(type_).__mro__ if item in named), None)
    if class_ is not None:
        yield type_ if class_ is type(type_) else type_.adapt(class_)


def _sql(type_: Type, dialect: sa.Dialect) -> str | None:
    """Return what a column of a type is said to be in SQL; None where the dialect has no words."""
    try:
        return type_.compile(dialect=dialect)
    except (SQLAlchemyError, AttributeError, NotImplementedError):
        return None


def _named(*packages: ModuleType) -> set[Any]:
    """Return the classes that packages name."""
    values = (item for package in packages for item in vars(package).values())
    return {item for item in values if isinstance(item, type)}
