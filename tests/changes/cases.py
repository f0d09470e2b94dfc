"""Model changes that a migration tool is asked to carry out, each on data that must survive.

A case is (name, before, after, rows, keep, renames):
  before/after  the body of a models module, after the common prelude
  rows          {table: [row, ...]} inserted between the two
  keep          (SQL, expected rows) asked after the second upgrade
  renames       what a person would answer when asked: {"table.old": "new"} or {"old_table": "new_table"}
  fills         what a person would put into rows that exist: {"table.column": "SQL literal or expression"}
  dialects      where the case applies
"""
from __future__ import annotations

from dataclasses import dataclass, field

PRELUDE = """
import datetime as dt
import enum
import uuid
from decimal import Decimal
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention={
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s"})
"""
PLAIN = """
import datetime as dt
import enum
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass
"""
FK_ON = PRELUDE + """
import sys
from sqlalchemy import event
from sqlalchemy.engine import Engine

own = sys.modules.get(__name__)

@event.listens_for(Engine, "connect")
def enforce_foreign_keys(dbapi, record):
    # The listener outlives the test, which is all in one process.
    if "sqlite" in type(dbapi).__module__ and sys.modules.get(__name__) is own:
        dbapi.execute("PRAGMA foreign_keys=ON")
"""
BOTH = ("sqlite", "postgresql")
PG = ("postgresql",)


@dataclass(frozen=True)
class Case:
    name: str
    before: str
    after: str
    rows: dict = field(default_factory=dict)
    keep: tuple | None = None
    renames: dict = field(default_factory=dict)
    fills: dict = field(default_factory=dict)
    dialects: tuple = BOTH
    prelude: str = PRELUDE


def gig(*cols: str, table: str = "gigs", cls: str = "Gig", args: str = "") -> str:
    body = "".join(f"    {c}\n" for c in cols)
    tail = f"    __table_args__ = ({args},)\n" if args else ""
    return f'class {cls}(Base):\n    __tablename__ = "{table}"\n    id: Mapped[int] = mapped_column(primary_key=True)\n{body}{tail}\n'


T = "title: Mapped[str] = mapped_column(sa.String(80))"
TWO = {"gigs": [{"id": 1, "title": "a"}, {"id": 2, "title": "b"}]}

CASES = [
    # --- plain changes
    Case("add_nullable_column", gig(T), gig(T, "venue: Mapped[str | None] = mapped_column(sa.String(40))"), TWO,
         ("select id, venue from gigs order by id", [(1, None), (2, None)])),
    Case("add_table_with_fk", gig(T), gig(T) + gig('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"))', table="bookings", cls="Booking"), TWO,
         ("select count(*) from bookings", [(0,)])),
    Case("widen_string", gig(T), gig("title: Mapped[str] = mapped_column(sa.String(200))"), TWO,
         ("select title from gigs order by id", [("a",), ("b",)])),
    Case("string_to_int_with_data", gig("fee: Mapped[str] = mapped_column(sa.String(10))"), gig("fee: Mapped[int]"),
         {"gigs": [{"id": 1, "fee": "12"}]}, ("select fee + 1 from gigs", [(13,)])),
    Case("text_to_timestamp_with_data", gig("at: Mapped[str] = mapped_column(sa.String(40))"), gig("at: Mapped[dt.datetime]"),
         {"gigs": [{"id": 1, "at": "2026-01-02 03:04:05"}]}, ("select count(*) from gigs where at > '2026-01-01'", [(1,)])),
    # --- NOT NULL on rows that exist
    Case("add_not_null_column_no_default", gig(T), gig(T, "seats: Mapped[int]"), TWO, ("select seats from gigs order by id", [(3,), (3,)]), fills={"gigs.seats": "3"}),
    Case("add_not_null_column_python_default", gig(T), gig(T, "seats: Mapped[int] = mapped_column(default=9)"), TWO,
         ("select seats from gigs order by id", [(9,), (9,)])),
    Case("nullable_to_not_null_with_nulls", gig(T, "venue: Mapped[str | None] = mapped_column(sa.String(40))"),
         gig(T, 'venue: Mapped[str] = mapped_column(sa.String(40), server_default="tba")'), TWO,
         ("select venue from gigs order by id", [("tba",), ("tba",)])),
    Case("not_null_to_nullable", gig(T), gig("title: Mapped[str | None] = mapped_column(sa.String(80))"), TWO, ("select count(*) from gigs", [(2,)])),
    # --- renames: the data moves along
    Case("rename_column_and_add_one", gig(T), gig("name: Mapped[str] = mapped_column(sa.String(80))", "city: Mapped[str | None] = mapped_column(sa.String(80))"), TWO,
         ("select name, city from gigs order by id", [("a", None), ("b", None)]), {"gigs.title": "name"}),
    Case("rename_column_and_change_type", gig("fee: Mapped[int]"), gig("price: Mapped[int] = mapped_column(sa.BigInteger)"),
         {"gigs": [{"id": 1, "fee": 3}]}, ("select price from gigs", [(3,)]), {"gigs.fee": "price"}),
    Case("rename_unique_column", gig("title: Mapped[str] = mapped_column(sa.String(80), unique=True)"), gig("name: Mapped[str] = mapped_column(sa.String(80), unique=True)"), TWO,
         ("select name from gigs order by id", [("a",), ("b",)]), {"gigs.title": "name"}),
    Case("rename_table_with_fk", gig(T) + gig('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"))', table="bookings", cls="Booking"),
         gig(T, table="shows") + gig('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("shows.id"))', table="bookings", cls="Booking"),
         {**TWO, "bookings": [{"id": 1, "gig_id": 2}]}, ("select s.title from bookings b join shows s on s.id = b.gig_id", [("b",)]), {"gigs": "shows"}),
    Case("rename_fk_column", gig(T) + gig('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"))', table="bookings", cls="Booking"),
         gig(T) + gig('show_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"))', table="bookings", cls="Booking"),
         {**TWO, "bookings": [{"id": 1, "gig_id": 2}]}, ("select show_id from bookings", [(2,)]), {"bookings.gig_id": "show_id"}),
    # --- enums
    Case("enum_drop_unused_value", "class S(enum.Enum):\n    open = 1\n    shut = 2\n    held = 3\n" + gig("state: Mapped[S]"),
         "class S(enum.Enum):\n    open = 1\n    shut = 2\n" + gig("state: Mapped[S]"),
         {"gigs": [{"id": 1, "state": "open"}]}, ("select cast(state as varchar) from gigs", [("open",)])),
    Case("enum_drop_column", "class S(enum.Enum):\n    open = 1\n    shut = 2\n" + gig(T, "state: Mapped[S | None]"), gig(T), TWO, ("select count(*) from gigs", [(2,)])),
    Case("enum_new_table", gig(T), gig(T) + "class S(enum.Enum):\n    open = 1\n    shut = 2\n" + gig("state: Mapped[S]", table="bookings", cls="Booking"), TWO,
         ("select count(*) from bookings", [(0,)])),
    # --- constraints and indexes
    Case("drop_unique", gig("title: Mapped[str] = mapped_column(sa.String(80), unique=True)"), gig(T), TWO, ("select count(*) from gigs", [(2,)])),
    Case("add_index", gig(T), gig("title: Mapped[str] = mapped_column(sa.String(80), index=True)"), TWO, ("select count(*) from gigs", [(2,)])),
    Case("expression_index", gig(T), gig(T, args='sa.Index("ix_g_lower", sa.text("lower(title)"))'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("add_check", gig(T, "fee: Mapped[int | None]"), gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0", name="fee_positive")'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("change_check_expression", gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0", name="fee_positive")'),
         gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 10", name="fee_positive")'), TWO, ("!insert into gigs (id, title, fee) values (9, 'x', 5)", "fails")),
    Case("fk_change_ondelete", gig(T) + gig('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"))', table="bookings", cls="Booking"),
         gig(T) + gig('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))', table="bookings", cls="Booking"),
         {**TWO, "bookings": [{"id": 1, "gig_id": 2}]}, ("select count(*) from bookings", [(1,)])),
    Case("parent_with_children_rebuilt", gig(T) + gig('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))', table="bookings", cls="Booking"),
         gig("title: Mapped[str] = mapped_column(sa.String(200))", 'fee: Mapped[int] = mapped_column(server_default="1")') + gig('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))', table="bookings", cls="Booking"),
         {**TWO, "bookings": [{"id": 1, "gig_id": 2}, {"id": 2, "gig_id": 1}]}, ("select count(*) from bookings", [(2,)])),
    Case("composite_pk_change", 'class L(Base):\n    __tablename__ = "links"\n    a: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)\n    b: Mapped[int]\n',
         'class L(Base):\n    __tablename__ = "links"\n    a: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)\n    b: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)\n',
         {"links": [{"a": 1, "b": 2}]}, ("insert into links (a, b) values (1, 3)", "works")),
    # --- defaults, computed, comments
    Case("change_server_default", gig('title: Mapped[str] = mapped_column(sa.String(80), server_default="x")'), gig('title: Mapped[str] = mapped_column(sa.String(80), server_default="y")'), TWO,
         ("insert into gigs (id) values (7)", "works")),
    Case("add_server_now", gig(T), gig(T, "made: Mapped[dt.datetime] = mapped_column(server_default=sa.func.now())"), TWO, ("select count(*) from gigs where made is not null", [(2,)])),
    Case("change_computed", gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'),
         gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 3", persisted=True))'),
         {"gigs": [{"id": 1, "fee": 4}]}, ("select twice from gigs", [(12,)])),
    Case("array_to_json", gig("tags: Mapped[list] = mapped_column(sa.ARRAY(sa.String))"), gig("tags: Mapped[list] = mapped_column(sa.JSON)"),
         {"gigs": [{"id": 1, "tags": ["a", "b"]}]}, ("select tags->>1 from gigs", [("b",)]), dialects=PG),
    Case("null_array_to_json", gig("tags: Mapped[list | None] = mapped_column(sa.ARRAY(sa.String))"), gig("tags: Mapped[list | None] = mapped_column(sa.JSON)"),
         {"gigs": [{"id": 1, "tags": None}]}, ("select tags from gigs", [(None,)]), dialects=PG),
    Case("null_json_to_array", gig("tags: Mapped[list | None] = mapped_column(sa.JSON)"), gig("tags: Mapped[list | None] = mapped_column(sa.ARRAY(sa.String))"),
         {"gigs": [{"id": 1, "tags": None}]}, ("select tags from gigs", [(None,)]), dialects=PG),
    Case("string_to_uuid", gig("key: Mapped[str] = mapped_column(sa.String(36))"), gig("key: Mapped[uuid.UUID]"),
         {"gigs": [{"id": 1, "key": "00000000-0000-0000-0000-000000000001"}]}, ("select count(*) from gigs", [(1,)])),
    Case("self_referencing_fk", gig(T), gig(T, 'parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("gigs.id"))'), TWO, ("select count(*) from gigs where parent_id is null", [(2,)])),
    Case("reserved_words", gig(T), gig(T) + gig("order: Mapped[int | None]", "select: Mapped[str | None]", table="user", cls="User"), TWO, ('select count(*) from "user"', [(0,)])),
]
