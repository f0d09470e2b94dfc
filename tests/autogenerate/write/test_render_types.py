"""A type, and a value, comes back from a revision with all that it was made with."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.types import TypeEngine

from dbtasks import ListOf
from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import POSTGRESQL, SQLITE
from tests.autogenerate.write.revision_writer import (
    Recorder,
    RevisionWriter,
    happened,
    invoked,
    upgrade_of,
)


class State(enum.Enum):
    """An enum of the application's own."""

    open = 1
    shut = 2


TYPES = [
    sa.Interval(),
    sa.Interval(native=False, second_precision=3, day_precision=2),
    sa.Interval(native=False).with_variant(sa.Text(), "sqlite"),
    sa.ARRAY(sa.Numeric(3, 2), dimensions=2, zero_indexes=True, as_tuple=True),
    sa.ARRAY(sa.String(3)).with_variant(sa.JSON(none_as_null=True), "sqlite"),
    sa.ARRAY(sa.JSON().with_variant(pg.JSONB(), "postgresql")),
    sa.ARRAY(sa.Enum("a\\b", "c+d(", "[", "'", name="e")),
    pg.ARRAY(pg.ENUM("a\\q", "[", name="e", create_type=False)),
    ListOf(sa.Integer()).with_variant(sa.Text(), "sqlite"),
    ListOf(sa.Enum(State)),
    sa.PickleType(),
    sa.PickleType(impl=sa.LargeBinary(4)),
    sa.types.NullType(),
    sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    sa.Enum("a", "b", name="e", schema="s"),
    sa.Enum("a", name="e", native_enum=False, create_constraint=True, length=30),
    sa.Boolean(create_constraint=True, name="b"),
    sa.Numeric(10, 2, asdecimal=False),
    sa.Float(53),
    sa.String(3, collation='de"x'),
    sa.DateTime(timezone=True),
    sa.Uuid(as_uuid=False, native_uuid=False),
    pg.JSONB(none_as_null=True),
    pg.HSTORE(),
    pg.INTERVAL(fields="DAY", precision=3),
    pg.TIMESTAMP(precision=3, timezone=True),
    pg.BIT(3, varying=True),
    pg.TSVECTOR(),
    pg.DOMAIN("d", sa.String(3), collation="C", not_null=True, default=sa.text("'x'"), schema="s"),
]


def last_operation(text: str) -> Any:
    """Return the last operation of a revision, as it arrives."""
    recorder = Recorder()
    upgrade_of(text)(recorder)
    return recorder.operations[-1]


def in_sql(type_: TypeEngine[Any], dialect: sa.Dialect) -> str:
    """Return a type in the words of a database; empty where it has none."""
    try:
        return str(type_.compile(dialect=dialect))
    except sa.exc.CompileError:
        return ""


@pytest.mark.parametrize("type_", TYPES, ids=repr)
def test_a_type_comes_back(writer: RevisionWriter, type_: TypeEngine[Any]) -> None:
    text = writer.write(ops.AlterColumnOp("t", "c", existing_type=type_, modify_nullable=False))
    written = last_operation(text).existing_type
    assert repr(type_) == repr(written)
    for dialect in (POSTGRESQL, SQLITE):
        assert in_sql(type_, dialect) == in_sql(written, dialect)


VALUES = [
    *(True, None, 1, 1.5, float("inf"), float("-inf"), "a", b"\x00", [1, None], {"a": [2]}),
    uuid.UUID(int=7),
    dt.timedelta(days=1, seconds=2),
    dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
    [dt.date(2026, 1, 2), decimal.Decimal("1.50")],
    {"a": uuid.UUID(int=7)},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back(writer: RevisionWriter, value: Any) -> None:
    assert value == filled(writer.write(FillOp("t", "c", value)))


def test_a_member_of_an_enum_is_written_by_its_name(writer: RevisionWriter) -> None:
    """A revision knows nothing of the application's classes, which change."""
    assert ["open"] == filled(writer.write(FillOp("t", "c", [State.open])))


def filled(text: str) -> Any:
    """Return the value that a revision fills a column with."""
    seen: list[Any] = []
    op: Any = SimpleNamespace(fill=lambda _table, _column, value: seen.append(value))
    upgrade_of(text)(op)
    return seen[0]


EXPRESSIONS = [
    sa.true(),
    sa.false(),
    sa.func.now(),
    sa.func.gen_random_uuid(),
    sa.func.pg_catalog.now(),
    sa.func.coalesce(1, "a"),
    sa.cast("1", sa.Integer),
    sa.literal(" :x"),
    sa.Sequence("s").next_value(),
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_an_expression_comes_back(writer: RevisionWriter, expression: Any) -> None:
    column = sa.Column("c", sa.String(), server_default=expression)
    table = sa.Table("t", sa.MetaData(), column)
    operation = ops.CreateTableOp.from_table(table)
    assert happened(invoked(operation)) == happened(upgrade_of(writer.write(operation)))


def test_a_primary_key_keeps_when_it_is_checked(writer: RevisionWriter) -> None:
    key = sa.PrimaryKeyConstraint(
        "c", name="n", deferrable=True, initially="DEFERRED", sqlite_on_conflict="FAIL"
    )
    table = sa.Table("t", sa.MetaData(), sa.Column("c", sa.Integer()), key)
    text = writer.write(ops.CreateTableOp.from_table(table))
    assert "DEFERRABLE INITIALLY DEFERRED" in happened(upgrade_of(text))[0]
    assert 'sqlite_on_conflict="FAIL"' in text
