"""A revision holds the database's types, whatever class of the application stands for them."""

from __future__ import annotations

import enum
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from dbtasks import ListOf
from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import POSTGRESQL, SQLITE
from tests.autogenerate.write.revision_writer import RevisionWriter
from tests.autogenerate.write.test_render_types import in_sql, last_operation


class State(enum.Enum):
    """An enum of the application's own."""

    open = 1
    shut = 2


def decorator(beneath: Any, on_sqlite: Any = None) -> type[TypeDecorator[Any]]:
    """Return a class of the application's own over a type, and over another one on SQLite."""

    class Own(TypeDecorator[Any]):
        impl = beneath
        cache_ok = True

        def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
            if on_sqlite is None or dialect.name != "sqlite":
                return super().load_dialect_impl(dialect)
            return dialect.type_descriptor(sa.types.to_instance(on_sqlite))

    return Own


class Priced(TypeDecorator[Any]):
    """A type that can't be made without an argument."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, currency: str) -> None:
        super().__init__(10, 2)
        self.currency = currency


class Euro(sa.Numeric[Any]):
    """A type that is one of SQLAlchemy's with its arguments settled."""

    def __init__(self) -> None:
        super().__init__(8, 2)


class States(sa.Enum):
    """SQLAlchemy's enum under another name."""


class Guid(TypeDecorator[Any]):
    """The recipe of SQLAlchemy's documentation."""

    impl = sa.CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        """Return PostgreSQL's own type there, and text elsewhere."""
        is_native = dialect.name == "postgresql"
        return dialect.type_descriptor(pg.UUID() if is_native else sa.CHAR(36))


BENEATH: dict[str, TypeEngine[Any]] = {
    "sa.Integer()": decorator(sa.Integer)(),
    "sa.Numeric(precision=10, scale=2)": Priced("EUR"),
    "sa.Numeric(precision=8, scale=2)": Euro(),
    "postgresql.JSONB(astext_type=sa.Text())": decorator(pg.JSONB)(),
    'sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")': decorator(
        sa.JSON().with_variant(pg.JSONB(), "postgresql")
    )(),
    'sa.Uuid().with_variant(sa.CHAR(length=36), "sqlite")': Guid(),
    'postgresql.INET().with_variant(sa.String(length=50), "sqlite")': decorator(
        pg.INET, sa.String(50)
    )(),
    "sa.LargeBinary()": decorator(sa.PickleType().impl_instance)(),
    "sa.Interval()": decorator(sa.Interval)(),
    "sa.DateTime(timezone=True)": decorator(sa.DateTime(timezone=True))(),
    "postgresql.TIMESTAMP(timezone=True, precision=3)": decorator(pg.TIMESTAMP(True, 3))(),
    'sa.Enum("open", "shut", name="s")': decorator(sa.Enum(State, name="s"))(),
    'sa.Enum("open", "shut", name="t")': States(State, name="t"),
    "ListOf(sa.String(length=5))": decorator(ListOf(sa.String(5)))(),
    "sa.ARRAY(sa.Numeric(precision=8, scale=2))": sa.ARRAY(Euro()),
    "ListOf(sa.Integer())": ListOf(decorator(sa.Integer)()),
    "sa.String(length=3)": decorator(decorator(sa.String(3))())(),
    'sa.Integer().with_variant(sa.Text(), "sqlite")': decorator(sa.Integer)().with_variant(
        sa.Text(), "sqlite"
    ),
}


@pytest.mark.parametrize("words", BENEATH)
def test_the_type_beneath_is_written(writer: RevisionWriter, words: str) -> None:
    type_ = BENEATH[words]
    text = writer.write(ops.AlterColumnOp("t", "c", existing_type=type_, modify_nullable=False))
    assert words in " ".join(text.split()).replace("( ", "(").replace(" )", ")")
    assert __name__ not in text
    written = last_operation(text).existing_type
    for dialect in (POSTGRESQL, SQLITE):
        assert in_sql(type_, dialect) in {"", in_sql(written, dialect)}


class Geometry(UserDefinedType[Any]):
    """A type that SQLAlchemy has no words for."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the extension's name for it."""
        return "geometry"


def test_a_type_without_one_beneath_is_named(writer: RevisionWriter) -> None:
    change = ops.AlterColumnOp("t", "c", existing_type=Geometry(), modify_nullable=False)
    text = writer.write(change)
    assert f"import {__name__}\n" in text
    assert f"{__name__}.Geometry()" in text


def test_a_value_that_a_class_makes_is_written_with_the_class(writer: RevisionWriter) -> None:
    text = writer.write(FillOp("t", "c", 5, Euro()))
    assert f"{__name__}.Euro(" in text
    assert f"import {__name__}\n" in text


def test_the_projects_own_words_go_first(writer: RevisionWriter) -> None:
    def render_item(kind: str, item: Any, _context: Any) -> str | bool:
        return "sa.Numeric(9, 9)" if kind == "type" and isinstance(item, Euro) else False

    change = ops.AlterColumnOp("t", "c", existing_type=Euro(), modify_nullable=False)
    assert "sa.Numeric(9, 9)" in writer.write(change, render_item=render_item)
