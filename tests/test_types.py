"""Lists that mean the same on both databases."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool

from dbtasks import ListOf
from tests.databases.drivers import with_driver


class Colour(enum.Enum):
    red = "r"
    blue = "b"


ITEMS: list[tuple[Any, list[Any]]] = [
    (sa.String(10), ["a", "b"]),
    (sa.Text, ["é,\"'{}\\ \n", "", "NULL"]),
    (sa.Integer, [1, -2, 0]),
    (sa.Boolean, [True, False]),
    (sa.Float, [1.5, 0.0]),
    (sa.Date, [dt.date(2030, 5, 4)]),
    (sa.DateTime, [dt.datetime(2030, 5, 4, 19, 30)]),
    (sa.Uuid, [uuid.UUID(int=7)]),
    (sa.Enum(Colour, name="colour"), [Colour.red, Colour.blue]),
    (sa.String, [None, "after a NULL"]),
]


@pytest.fixture(params=["sqlite", "psycopg2", "psycopg"])
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A connection to an empty database of each kind."""
    url = "sqlite://"
    if request.param != "sqlite":
        url = with_driver(request.getfixturevalue("postgresql_url"), request.param)
    engine = sa.create_engine(url, poolclass=None if url == "sqlite://" else NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def stored(connection: sa.Connection, item_type: Any, *values: Any) -> sa.Table:
    """Return a table with a list column that holds `values`, in their order."""
    metadata = sa.MetaData()
    table = sa.Table(
        "lists",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("words", ListOf(item_type)),
    )
    metadata.create_all(connection)
    for number, value in enumerate(values):
        connection.execute(table.insert().values(id=number, words=value))
    return table


def found(connection: sa.Connection, table: sa.Table, where: Any) -> list[int]:
    return list(connection.scalars(sa.select(table.c.id).where(where).order_by(table.c.id)))


@pytest.mark.parametrize(("item_type", "items"), ITEMS, ids=lambda value: str(value)[:20])
def test_what_goes_in_comes_out(
    connection: sa.Connection, item_type: Any, items: list[Any]
) -> None:
    table = stored(connection, item_type, items, [], None)
    actual = connection.scalars(sa.select(table.c.words).order_by(table.c.id)).all()
    assert [items, [], None] == list(actual)
    assert [[type(item) for item in items]] == [[type(item) for item in actual[0]]]


@pytest.mark.parametrize(("item_type", "items"), ITEMS, ids=lambda value: str(value)[:20])
def test_lists_compare(connection: sa.Connection, item_type: Any, items: list[Any]) -> None:
    table = stored(connection, item_type, items, [], None, [*items, items[0]])
    assert [0] == found(connection, table, table.c.words == items)
    assert [1, 3] == found(connection, table, table.c.words != items)
    assert [1] == found(connection, table, table.c.words == [])
    assert [2] == found(connection, table, table.c.words.is_(None))
    assert [2] == found(connection, table, table.c.words == None)  # noqa: E711
    assert [0, 1, 3] == found(connection, table, table.c.words.is_not(None))
    assert [0, 1] == found(connection, table, table.c.words.in_([items, []]))


def test_a_list_is_an_array_on_postgresql(connection: sa.Connection) -> None:
    stored(connection, sa.String(40))
    (column,) = [c for c in sa.inspect(connection).get_columns("lists") if c["name"] == "words"]
    expected = "VARCHAR(40)[]" if connection.dialect.name == "postgresql" else "JSON"
    assert expected == column["type"].compile(connection.dialect)


def test_the_type_shows_as_it_is_written() -> None:
    assert "ListOf(String(length=40))" == repr(ListOf(sa.String(40)))
    assert "ListOf(Integer())" == repr(ListOf(sa.Integer))


def test_the_same_statement_for_other_items_is_another_statement() -> None:
    """SQLAlchemy keeps compiled statements, with what turns their values into Python's."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        stored(connection, sa.Date, [dt.date(2030, 5, 4)])
        for item_type, expected in ((sa.Date, dt.date(2030, 5, 4)), (sa.String, "2030-05-04")):
            words = sa.column("words", ListOf(item_type))
            query = sa.select(words).select_from(sa.table("lists", words))
            assert [expected] == connection.scalars(query).one()
    engine.dispose()


def test_a_change_inside_of_a_list_is_noticed_if_asked_for(connection: sa.Connection) -> None:
    class Base(DeclarativeBase):
        pass

    class Walk(Base):
        __tablename__ = "walks"
        id: Mapped[int] = mapped_column(primary_key=True)
        languages: Mapped[list[str]] = mapped_column(MutableList.as_mutable(ListOf(sa.String(9))))

    Base.metadata.create_all(connection)
    with Session(connection) as session:
        walk = Walk(id=1, languages=["de"])
        session.add(walk)
        session.flush()
        walk.languages.append("en")
        session.flush()
        session.expire_all()
        assert ["de", "en"] == session.scalars(sa.select(Walk)).one().languages
