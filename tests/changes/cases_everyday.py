"""More changes of models, in the manner of `cases`, for what those leave out."""

from __future__ import annotations

from tests.changes.cases import FK_ON, PG, PLAIN, TWO, Case, T, gig

STATE = "class S(enum.Enum):\n    open = 1\n    shut = 2\n"
STATE3 = "class S(enum.Enum):\n    open = 1\n    shut = 2\n    held = 3\n"
BOOKINGS = {**TWO, "bookings": [{"id": 1, "gig_id": 2}]}
FK = 'gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"))'


def booking(*cols: str, args: str = "") -> str:
    return gig(*cols, table="bookings", cls="Booking", args=args)


def col(name: str, type_: str, python: str = "str", rest: str = "") -> str:
    return f"{name}: Mapped[{python}] = mapped_column({type_}{rest})"


def retype(
    name: str,
    old: str,
    new: str,
    value: object,
    keep: tuple | None,
    dialects: tuple = ("sqlite", "postgresql"),
    **more,
) -> Case:
    return Case(
        name,
        gig(f"v: Mapped[object] = mapped_column({old})"),
        gig(f"v: Mapped[object] = mapped_column({new})"),
        {"gigs": [{"id": 1, "v": value}]},
        keep,
        dialects=dialects,
        **more,
    )


TYPES = [
    retype("narrow_string_that_fits", "sa.String(80)", "sa.String(10)", "abc", ("select v from gigs", [("abc",)])),
    retype("string_to_text", "sa.String(80)", "sa.Text", "abc", ("select v from gigs", [("abc",)])),
    retype("int_to_bigint", "sa.Integer", "sa.BigInteger", 7, ("select v from gigs", [(7,)])),
    retype("bigint_to_int", "sa.BigInteger", "sa.Integer", 7, ("select v from gigs", [(7,)])),
    retype("int_to_string", "sa.Integer", "sa.String(20)", 7, ("select v || 'x' from gigs", [("7x",)])),
    retype("int_to_numeric", "sa.Integer", "sa.Numeric(10, 2)", 7, ("select v + 1 from gigs", [(8,)])),
    retype("float_to_numeric", "sa.Float", "sa.Numeric(10, 2)", 1.5, ("select v * 2 from gigs", [(3,)])),
    retype("numeric_to_int", "sa.Numeric(10, 2)", "sa.Integer", 7, ("select v from gigs", [(7,)])),
    retype("bool_to_int", "sa.Boolean", "sa.Integer", True, ("select v + 1 from gigs", [(2,)])),
    retype("int_to_bool", "sa.Integer", "sa.Boolean", 1, ("select count(*) from gigs where v", [(1,)])),
    retype("string_to_bool", "sa.String(10)", "sa.Boolean", "true", ("select count(*) from gigs where v", [(1,)])),
    retype("bool_to_string", "sa.Boolean", "sa.String(10)", True, ("select v from gigs", [("true",)])),
    retype("string_to_date", "sa.String(10)", "sa.Date", "2026-01-02", ("select count(*) from gigs where v > '2026-01-01'", [(1,)])),
    retype("date_to_string", "sa.Date", "sa.String(10)", __import__("datetime").date(2026, 1, 2), ("select v from gigs", [("2026-01-02",)])),
    retype("datetime_to_date", "sa.DateTime", "sa.Date", __import__("datetime").datetime(2026, 1, 2, 3, 4), ("select count(*) from gigs where v = '2026-01-02'", [(1,)])),
    retype("date_to_datetime", "sa.Date", "sa.DateTime", __import__("datetime").date(2026, 1, 2), ("select count(*) from gigs where v < '2026-01-03'", [(1,)])),
    retype("datetime_to_timestamptz", "sa.DateTime", "sa.DateTime(timezone=True)", __import__("datetime").datetime(2026, 1, 2, 3, 4), ("select count(*) from gigs", [(1,)])),
    retype("timestamptz_to_datetime", "sa.DateTime(timezone=True)", "sa.DateTime", __import__("datetime").datetime(2026, 1, 2, 3, 4), ("select count(*) from gigs", [(1,)])),
    retype("string_to_time", "sa.String(10)", "sa.Time", "03:04:05", ("select count(*) from gigs where v > '03:00:00'", [(1,)])),
    retype("text_to_json", "sa.Text", "sa.JSON", '{"a": 1}', ("select count(*) from gigs", [(1,)])),
    retype("json_to_text", "sa.JSON", "sa.Text", {"a": 1}, ("select count(*) from gigs", [(1,)])),
    retype("json_to_jsonb", "sa.JSON", "__import__('sqlalchemy.dialects.postgresql', fromlist=['x']).JSONB", {"a": 1}, ("select v->>'a' from gigs", [("1",)]), dialects=PG),
    retype("uuid_to_string", "sa.Uuid", "sa.String(36)", __import__("uuid").UUID(int=1), ("select v from gigs", [("00000000-0000-0000-0000-000000000001",)])),
    retype("string_to_enum", "sa.String(10)", "sa.Enum('open', 'shut', name='state')", "open", ("select cast(v as varchar) from gigs", [("open",)])),
    retype("enum_to_string", "sa.Enum('open', 'shut', name='state')", "sa.String(10)", "open", ("select v from gigs", [("open",)])),
    retype("string_to_binary", "sa.String(10)", "sa.LargeBinary", "abc", ("select length(v) from gigs", [(3,)])),
    retype("array_of_int_to_text", "sa.ARRAY(sa.Integer)", "sa.ARRAY(sa.String)", [1, 2], ("select v[2] from gigs", [("2",)]), dialects=PG),
    retype("json_to_array", "sa.JSON", "sa.ARRAY(sa.String)", ["a", "b"], ("select v[2] from gigs", [("b",)]), dialects=PG),
    retype("int_to_string_with_default", "sa.Integer, server_default='5'", "sa.String(9), server_default='x'", 7, ("select v from gigs", [("7",)])),
    retype("enum_other_name", "sa.Enum('open', 'shut', name='state')", "sa.Enum('open', 'shut', name='status')", "open", ("select cast(v as varchar) from gigs", [("open",)])),
    retype("collation", "sa.String(80)", "sa.String(80, collation='C')", "a", ("select v from gigs", [("a",)]), dialects=PG),
    retype("collation_sqlite", "sa.String(80)", "sa.String(80, collation='NOCASE')", "a", ("select v from gigs where v = 'A'", [("a",)]), dialects=("sqlite",)),
    retype("native_enum_to_checked", "sa.Enum('open', 'shut', name='state')", "sa.Enum('open', 'shut', name='state', native_enum=False, create_constraint=True)", "open", ("select v from gigs", [("open",)])),
    retype("checked_enum_more_values", "sa.Enum('open', 'shut', name='state', native_enum=False, create_constraint=True)", "sa.Enum('open', 'shut', 'postponed', name='state', native_enum=False, create_constraint=True)", "open", ("insert into gigs (id, v) values (3, 'postponed')", "works")),
]
PLAIN_CHANGES = [
    Case("drop_column", gig(T, "venue: Mapped[str | None]"), gig(T), {"gigs": [{"id": 1, "title": "a", "venue": "x"}]}, ("select count(*) from gigs", [(1,)])),
    Case("drop_not_null_column", gig(T, "seats: Mapped[int]"), gig(T), {"gigs": [{"id": 1, "title": "a", "seats": 3}]}, ("select count(*) from gigs", [(1,)])),
    Case("drop_not_null_enum_column", STATE + gig(T, "state: Mapped[S]"), gig(T), {"gigs": [{"id": 1, "title": "a", "state": "open"}]}, ("select count(*) from gigs", [(1,)])),
    Case("drop_table", gig(T) + booking(FK), gig(T), BOOKINGS, ("select count(*) from gigs", [(2,)])),
    Case("add_table_and_reference", booking("note: Mapped[str | None]"), gig(T) + booking("note: Mapped[str | None]", 'gig_id: Mapped[int | None] = mapped_column(sa.ForeignKey("gigs.id"))'), {"bookings": [{"id": 1, "note": "x"}]}, ("select note from bookings", [("x",)])),
    Case("cyclic_new_tables", gig(T), gig(T) + gig('b_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bs.id", name="fk_a_b"))', table="as_", cls="A") + gig('a_id: Mapped[int | None] = mapped_column(sa.ForeignKey("as_.id", name="fk_b_a"))', table="bs", cls="B"), TWO, ("select count(*) from bs", [(0,)])),
    Case("unique_flag_on", gig(T), gig("title: Mapped[str] = mapped_column(sa.String(80), unique=True)"), TWO, ("!insert into gigs (id, title) values (9, 'a')", "fails")),
    Case("composite_unique", gig(T, "n: Mapped[int | None]"), gig(T, "n: Mapped[int | None]", args='sa.UniqueConstraint("title", "n")'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("index_becomes_unique", gig("title: Mapped[str] = mapped_column(sa.String(80), index=True)"), gig("title: Mapped[str] = mapped_column(sa.String(80), index=True, unique=True)"), TWO, ("!insert into gigs (id, title) values (9, 'a')", "fails")),
    Case("drop_index", gig("title: Mapped[str] = mapped_column(sa.String(80), index=True)"), gig(T), TWO, ("select count(*) from gigs", [(2,)])),
    Case("index_more_columns", gig(T, "n: Mapped[int | None]", args='sa.Index("ix_g", "title")'), gig(T, "n: Mapped[int | None]", args='sa.Index("ix_g", "title", "n")'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("index_renamed", gig(T, args='sa.Index("ix_old", "title")'), gig(T, args='sa.Index("ix_new", "title")'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("partial_index", gig(T), gig(T, args='sa.Index("ix_p", "title", unique=True, sqlite_where=sa.text("id > 1"), postgresql_where=sa.text("id > 1"))'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("partial_index_condition", gig(T, args='sa.Index("ix_p", "title", sqlite_where=sa.text("id > 1"), postgresql_where=sa.text("id > 1"))'), gig(T, args='sa.Index("ix_p", "title", sqlite_where=sa.text("id > 2"), postgresql_where=sa.text("id > 2"))'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("index_on_function", gig(T, args='sa.Index("ix_f", sa.text("lower(title)"))'), gig(T, args='sa.Index("ix_f", sa.text("upper(title)"))'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("gin_index", gig("tags: Mapped[list] = mapped_column(sa.ARRAY(sa.String))"), gig("tags: Mapped[list] = mapped_column(sa.ARRAY(sa.String))", args='sa.Index("ix_t", "tags", postgresql_using="gin")'), {"gigs": [{"id": 1, "tags": ["a"]}]}, ("select count(*) from gigs", [(1,)]), dialects=PG),
    Case("include_index", gig(T, "n: Mapped[int | None]"), gig(T, "n: Mapped[int | None]", args='sa.Index("ix_i", "title", postgresql_include=["n"], postgresql_ops={"title": "varchar_pattern_ops"})'), TWO, ("select count(*) from gigs", [(2,)]), dialects=PG),
    Case("rebuild_keeps_expression_index", gig(T, args='sa.Index("ix_g_lower", sa.text("lower(title)"))'), gig("title: Mapped[str] = mapped_column(sa.String(200))", args='sa.Index("ix_g_lower", sa.text("lower(title)"))'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("drop_check", gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0", name="fee_positive")'), gig(T, "fee: Mapped[int | None]"), TWO, ("insert into gigs (id, title, fee) values (9, 'x', -5)", "works")),
    Case("rename_check", gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0", name="a")'), gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0", name="b")'), TWO, ("!insert into gigs (id, title, fee) values (9, 'x', -5)", "fails")),
    Case("nameless_check_changed", gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0")'), gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 10")'), TWO, ("!insert into gigs (id, title, fee) values (9, 'x', 5)", "fails"), prelude=PLAIN),
    Case("nameless_check_kept_in_rebuild", gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0")'), gig("title: Mapped[str] = mapped_column(sa.String(200))", "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0")'), TWO, ("!insert into gigs (id, title, fee) values (9, 'x', -5)", "fails"), prelude=PLAIN),
    Case("nameless_unique_dropped", gig("title: Mapped[str] = mapped_column(sa.String(80), unique=True)"), gig(T), TWO, ("insert into gigs (id, title) values (9, 'a')", "works"), prelude=PLAIN),
    Case("nameless_unique_added", gig(T), gig("title: Mapped[str] = mapped_column(sa.String(80), unique=True)"), TWO, ("!insert into gigs (id, title) values (9, 'a')", "fails"), prelude=PLAIN),
    Case("nameless_fk_changed", gig(T) + booking(FK), gig(T) + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))'), BOOKINGS, ("select count(*) from bookings", [(1,)]), prelude=PLAIN),
    Case("nameless_fk_dropped", gig(T) + booking(FK), gig(T) + booking("gig_id: Mapped[int]"), BOOKINGS, ("insert into bookings (id, gig_id) values (5, 99)", "works"), prelude=PLAIN),
    Case("add_fk", gig(T) + booking("gig_id: Mapped[int]"), gig(T) + booking(FK), BOOKINGS, ("select count(*) from bookings", [(1,)])),
    Case("fk_to_other_table", gig(T) + gig(T, table="shows", cls="Show") + booking(FK), gig(T) + gig(T, table="shows", cls="Show") + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("shows.id"))'), {**BOOKINGS, "shows": TWO["gigs"]}, ("select count(*) from bookings", [(1,)])),
    Case("fk_deferrable", gig(T) + booking(FK), gig(T) + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id", deferrable=True, initially="DEFERRED"))'), BOOKINGS, ("select count(*) from bookings", [(1,)])),
    Case("naming_convention_added", gig('title: Mapped[str] = mapped_column(sa.String(80), sa.ForeignKey("gigs.id"), unique=True, nullable=True)').replace("sa.String(80), ", "").replace("Mapped[str]", "Mapped[int]"), "Base.metadata.naming_convention = {'uq': 'uq_%(table_name)s_%(column_0_name)s', 'pk': 'pk_%(table_name)s', 'fk': 'fk_%(table_name)s_%(column_0_name)s', 'ix': 'ix_%(column_0_label)s'}\n" + gig('title: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"), unique=True, nullable=True)'), {"gigs": [{"id": 1, "title": 1}]}, ("select count(*) from gigs", [(1,)]), prelude=PLAIN),
    Case("pk_type_with_fk", gig(T) + booking(FK), gig(T).replace("id: Mapped[int] = mapped_column(primary_key=True)", "id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)") + booking('gig_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("gigs.id"))'), BOOKINGS, ("select count(*) from bookings join gigs on gigs.id = gig_id", [(1,)])),
    Case("pk_int_to_string_with_fk", 'class G(Base):\n    __tablename__ = "gigs"\n    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)\n' + booking(FK), 'class G(Base):\n    __tablename__ = "gigs"\n    id: Mapped[str] = mapped_column(sa.String(20), primary_key=True)\n' + booking('gig_id: Mapped[str] = mapped_column(sa.String(20), sa.ForeignKey("gigs.id"))'), {"gigs": [{"id": 2}], "bookings": [{"id": 1, "gig_id": 2}]}, ("select count(*) from bookings join gigs on gigs.id = gig_id", [(1,)])),
    Case("pk_gets_a_column_with_fk", 'class L(Base):\n    __tablename__ = "links"\n    a: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)\n    b: Mapped[int]\n    __table_args__ = (sa.UniqueConstraint("b"),)\n' + booking('b: Mapped[int] = mapped_column(sa.ForeignKey("links.b"))'), 'class L(Base):\n    __tablename__ = "links"\n    a: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)\n    b: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)\n    __table_args__ = (sa.UniqueConstraint("b"),)\n' + booking('b: Mapped[int] = mapped_column(sa.ForeignKey("links.b"))'), {"links": [{"a": 1, "b": 2}], "bookings": [{"id": 1, "b": 2}]}, ("insert into links (a, b) values (1, 3)", "works")),
    Case("drop_server_default", gig('title: Mapped[str] = mapped_column(sa.String(80), server_default="x")'), gig(T), TWO, ("!insert into gigs (id) values (7)", "fails")),
    Case("default_to_function", gig("at: Mapped[dt.datetime]"), gig("at: Mapped[dt.datetime] = mapped_column(server_default=sa.func.now())"), {"gigs": [{"id": 1, "at": __import__("datetime").datetime(2026, 1, 1)}]}, ("insert into gigs (id) values (7)", "works")),
    Case("add_computed", gig("fee: Mapped[int]"), gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'), {"gigs": [{"id": 1, "fee": 4}]}, ("select twice from gigs", [(8,)])),
    Case("drop_computed", gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'), gig("fee: Mapped[int]"), {"gigs": [{"id": 1, "fee": 4}]}, ("select fee from gigs", [(4,)])),
    Case("computed_to_plain", gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'), gig("fee: Mapped[int]", "twice: Mapped[int | None]"), {"gigs": [{"id": 1, "fee": 4}]}, ("select twice from gigs", [(8,)])),
    Case("plain_to_computed", gig("fee: Mapped[int]", "twice: Mapped[int | None]"), gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'), {"gigs": [{"id": 1, "fee": 4}]}, ("select twice from gigs", [(8,)])),
    Case("change_computed_with_index", gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True), index=True)'), gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 3", persisted=True), index=True)'), {"gigs": [{"id": 1, "fee": 4}]}, ("select twice from gigs", [(12,)])),
    Case("retype_below_computed", gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'), gig("fee: Mapped[int] = mapped_column(sa.BigInteger)", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'), {"gigs": [{"id": 1, "fee": 4}]}, ("select twice from gigs", [(8,)])),
    Case("column_comment", gig(T), gig('title: Mapped[str] = mapped_column(sa.String(80), comment="the name")'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("comment_changed", gig('title: Mapped[str] = mapped_column(sa.String(80), comment="a")'), gig('title: Mapped[str] = mapped_column(sa.String(80), comment="it\'s b")'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("comment_removed", gig('title: Mapped[str] = mapped_column(sa.String(80), comment="a")'), gig(T), TWO, ("select count(*) from gigs", [(2,)])),
    Case("table_comment", gig(T), gig(T).replace('__tablename__ = "gigs"', '__tablename__ = "gigs"\n    __table_args__ = {"comment": "what is on"}'), TWO, ("select count(*) from gigs", [(2,)])),
    Case("serial_to_identity", gig(T), gig(T).replace("mapped_column(primary_key=True)", "mapped_column(sa.Identity(always=True), primary_key=True)"), TWO, ("insert into gigs (title) values ('c')", "works"), dialects=PG),
    Case("identity_options", gig(T).replace("mapped_column(primary_key=True)", "mapped_column(sa.Identity(), primary_key=True)"), gig(T).replace("mapped_column(primary_key=True)", "mapped_column(sa.Identity(start=100, increment=10), primary_key=True)"), TWO, ("insert into gigs (title) values ('c')", "works"), dialects=PG),
    Case("mixed_case_names", gig('fullName: Mapped[str] = mapped_column("fullName", sa.String(80))', table="Gigs"), gig('fullName: Mapped[str] = mapped_column("fullName", sa.String(200))', "isNew: Mapped[bool | None]", table="Gigs"), {"Gigs": [{"id": 1, "fullName": "a"}]}, ('select "fullName" from "Gigs"', [("a",)])),
    Case("reserved_word_retype", gig("order: Mapped[int | None]", "group: Mapped[str | None]", table="user", cls="User"), gig("order: Mapped[str | None] = mapped_column(sa.String(20))", 'group: Mapped[str] = mapped_column(server_default="x")', table="user", cls="User"), {"user": [{"id": 1, "order": 5, "group": None}]}, ('select "order", "group" from "user"', [("5", "x")])),
    Case("key_differs_from_name", gig('title: Mapped[str] = mapped_column("the_title", sa.String(80))'), gig('title: Mapped[str] = mapped_column("the_title", sa.String(90))'), {"gigs": [{"id": 1, "the_title": "a"}]}, ("select the_title from gigs", [("a",)])),
]
FILLS = [
    Case("fill_reference", gig(T) + booking("note: Mapped[str | None]"), gig(T) + booking("note: Mapped[str | None]", FK), {**TWO, "bookings": [{"id": 1, "note": "x"}]}, ("select gig_id from bookings", [(2,)]), fills={"bookings.gig_id": "2"}),
    Case("fill_from_other_column", gig(T), gig(T, "slug: Mapped[str] = mapped_column(sa.String(80))"), TWO, ("select slug from gigs order by id", [("A",), ("B",)]), fills={"gigs.slug": "upper(title)"}),
    Case("fill_unique", gig(T), gig(T, "slug: Mapped[str] = mapped_column(sa.String(80), unique=True)"), TWO, ("select slug from gigs order by id", [("a",), ("b",)]), fills={"gigs.slug": "title"}),
    Case("fill_nulls", gig(T, "venue: Mapped[str | None]"), gig(T, "venue: Mapped[str]"), TWO, ("select venue from gigs order by id", [("?:%",), ("?:%",)]), fills={"gigs.venue": "'?:%'"}),
    Case("default_bool", gig(T), gig(T, "is_new: Mapped[bool] = mapped_column(default=True)"), TWO, ("select count(*) from gigs where is_new", [(2,)])),
    Case("default_string_with_quote", gig(T), gig(T, 'v: Mapped[str] = mapped_column(default="it\'s 100% :x")'), TWO, ("select v from gigs order by id", [("it's 100% :x",), ("it's 100% :x",)])),
    Case("default_enum", gig(T), STATE + gig(T, "state: Mapped[S] = mapped_column(default=S.shut)"), TWO, ("select cast(state as varchar) from gigs order by id", [("shut",), ("shut",)])),
    Case("default_decimal", gig(T), gig(T, 'v: Mapped[Decimal] = mapped_column(sa.Numeric(6, 2), default=Decimal("1.50"))'), TWO, ("select v + 1 from gigs where id = 1", [(2.5,)])),
    Case("default_date", gig(T), gig(T, "v: Mapped[dt.date] = mapped_column(default=dt.date(2026, 1, 2))"), TWO, ("select count(*) from gigs where v = '2026-01-02'", [(2,)])),
    Case("default_datetime", gig(T), gig(T, "v: Mapped[dt.datetime] = mapped_column(default=dt.datetime(2026, 1, 2, 3, 4))"), TWO, ("select count(*) from gigs where v > '2026-01-02'", [(2,)])),
    Case("default_uuid", gig(T), gig(T, "v: Mapped[uuid.UUID] = mapped_column(default=uuid.UUID(int=5))"), TWO, ("select count(v) from gigs", [(2,)])),
    Case("default_json", gig(T), gig(T, "v: Mapped[dict] = mapped_column(sa.JSON, default={})"), TWO, ("select count(v) from gigs", [(2,)])),
    Case("default_list_callable", gig(T), "from dbtasks import ListOf\n" + gig(T, "v: Mapped[list] = mapped_column(ListOf(sa.String(9)), default=list)"), TWO, ("select count(v) from gigs", [(2,)])),
    Case("nullable_false_with_type", gig("fee: Mapped[str | None] = mapped_column(sa.String(9))"), gig("fee: Mapped[int] = mapped_column(default=0)"), {"gigs": [{"id": 1, "fee": "4"}, {"id": 2, "fee": None}]}, ("select fee from gigs order by id", [(4,), (0,)])),
    Case("not_null_becomes_nullable_with_default_gone", gig('v: Mapped[int] = mapped_column(server_default="3")'), gig("v: Mapped[int | None]"), {"gigs": [{"id": 1}]}, ("select v from gigs", [(3,)])),
]
RENAMES = [
    Case("rename_column_only", gig(T), gig("name: Mapped[str] = mapped_column(sa.String(80))"), TWO, ("select name from gigs order by id", [("a",), ("b",)]), {"gigs.title": "name"}),
    Case("rename_table_only", gig(T), gig(T, table="shows"), TWO, ("select title from shows order by id", [("a",), ("b",)]), {"gigs": "shows"}),
    Case("rename_table_and_column", gig(T), gig("name: Mapped[str] = mapped_column(sa.String(80))", table="shows"), TWO, ("select name from shows order by id", [("a",), ("b",)]), {"gigs": "shows", "gigs.title": "name"}),
    Case("rename_indexed_column", gig("title: Mapped[str] = mapped_column(sa.String(80), index=True)"), gig("name: Mapped[str] = mapped_column(sa.String(80), index=True)"), TWO, ("select name from gigs order by id", [("a",), ("b",)]), {"gigs.title": "name"}),
    Case("rename_checked_column", gig(T, "fee: Mapped[int | None]", args='sa.CheckConstraint("fee >= 0", name="positive")'), gig(T, "price: Mapped[int | None]", args='sa.CheckConstraint("price >= 0", name="positive")'), TWO, ("select count(*) from gigs", [(2,)]), {"gigs.fee": "price"}),
    Case("rename_below_computed", gig("fee: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'), gig("price: Mapped[int]", 'twice: Mapped[int | None] = mapped_column(sa.Computed("price * 2", persisted=True))'), {"gigs": [{"id": 1, "fee": 4}]}, ("select price, twice from gigs", [(4, 8)]), {"gigs.fee": "price"}),
    Case("rename_expression_index", gig(T, args='sa.Index("ix_e", sa.text("lower(title)"))'), gig("name: Mapped[str] = mapped_column(sa.String(80))", args='sa.Index("ix_e", sa.text("lower(name)"))'), TWO, ("select count(*) from gigs", [(2,)]), {"gigs.title": "name"}),
    Case("rename_two_columns", gig("a: Mapped[str]", "b: Mapped[str]"), gig("c: Mapped[str]", "d: Mapped[str]"), {"gigs": [{"id": 1, "a": "x", "b": "y"}]}, ("select c, d from gigs", [("x", "y")]), {"gigs.a": "c", "gigs.b": "d"}),
    Case("rename_and_not_null", gig("title: Mapped[str | None]"), gig('name: Mapped[str] = mapped_column(server_default="x")'), {"gigs": [{"id": 1, "title": None}]}, ("select name from gigs", [("x",)]), {"gigs.title": "name"}),
    Case("rename_referenced_table_nameless", gig(T) + booking(FK), gig(T, table="shows") + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("shows.id"))'), BOOKINGS, ("select count(*) from bookings join shows on shows.id = gig_id", [(1,)]), {"gigs": "shows"}, prelude=PLAIN),
    Case("rename_nameless_unique", gig("title: Mapped[str] = mapped_column(sa.String(80), unique=True)"), gig("name: Mapped[str] = mapped_column(sa.String(80), unique=True)"), TWO, ("!insert into gigs (id, name) values (9, 'a')", "fails"), {"gigs.title": "name"}, prelude=PLAIN),
    Case("rename_referenced_column", 'class G(Base):\n    __tablename__ = "gigs"\n    id: Mapped[int] = mapped_column(primary_key=True)\n' + booking(FK), 'class G(Base):\n    __tablename__ = "gigs"\n    key: Mapped[int] = mapped_column(primary_key=True)\n' + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.key"))'), {"gigs": [{"id": 2}], "bookings": [{"id": 1, "gig_id": 2}]}, ("select count(*) from bookings join gigs on gigs.key = gig_id", [(1,)]), {"gigs.id": "key"}),
    Case("rename_enum_column", STATE + gig("state: Mapped[S]"), STATE + gig("phase: Mapped[S]"), {"gigs": [{"id": 1, "state": "open"}]}, ("select cast(phase as varchar) from gigs", [("open",)]), {"gigs.state": "phase"}),
    Case("rename_table_with_index_and_enum", STATE + gig("state: Mapped[S] = mapped_column(index=True)"), STATE + gig("state: Mapped[S] = mapped_column(index=True)", table="shows"), {"gigs": [{"id": 1, "state": "open"}]}, ("select count(*) from shows", [(1,)]), {"gigs": "shows"}),
    Case("drop_and_add_without_rename", gig(T), gig("name: Mapped[str | None] = mapped_column(sa.String(80))"), TWO, ("select name from gigs order by id", [(None,), (None,)])),
]
ENUMS = [
    Case("enum_add_value", STATE + gig("state: Mapped[S]"), STATE3 + gig("state: Mapped[S]"), {"gigs": [{"id": 1, "state": "open"}]}, ("insert into gigs (id, state) values (2, 'held')", "works")),
    Case("enum_add_long_value", STATE + gig("state: Mapped[S]"), STATE.replace("shut = 2", "shut = 2\n    postponed_for_now = 3") + gig("state: Mapped[S]"), {"gigs": [{"id": 1, "state": "open"}]}, ("insert into gigs (id, state) values (2, 'postponed_for_now')", "works")),
    Case("enum_add_value_in_the_middle", STATE + gig("state: Mapped[S]"), "class S(enum.Enum):\n    open = 1\n    held = 3\n    shut = 2\n" + gig("state: Mapped[S]"), {"gigs": [{"id": 1, "state": "open"}]}, ("insert into gigs (id, state) values (2, 'held')", "works")),
    Case("enum_add_value_as_default", STATE + gig('state: Mapped[S] = mapped_column(server_default="open")'), STATE3 + gig('state: Mapped[S] = mapped_column(server_default="held")'), {"gigs": [{"id": 1, "state": "open"}]}, ("insert into gigs (id) values (2)", "works")),
    Case("enum_add_value_in_new_column", STATE + gig("state: Mapped[S]"), STATE3 + gig("state: Mapped[S]", "other: Mapped[S] = mapped_column(default=S.held)"), {"gigs": [{"id": 1, "state": "open"}]}, ("select cast(other as varchar) from gigs", [("held",)])),
    Case("enum_of_two_tables", STATE + gig("state: Mapped[S]") + booking("state: Mapped[S]"), STATE3 + gig("state: Mapped[S]") + booking("state: Mapped[S]"), {"gigs": [{"id": 1, "state": "open"}], "bookings": [{"id": 1, "state": "shut"}]}, ("insert into bookings (id, state) values (2, 'held')", "works")),
    Case("enum_of_two_tables_drop_value", STATE3 + gig('state: Mapped[S] = mapped_column(server_default="open")') + booking("state: Mapped[S]"), STATE + gig('state: Mapped[S] = mapped_column(server_default="open")') + booking("state: Mapped[S]"), {"gigs": [{"id": 1, "state": "open"}], "bookings": [{"id": 1, "state": "shut"}]}, ("select cast(state as varchar) from bookings", [("shut",)])),
    Case("enum_drop_one_of_two_columns", STATE + gig("state: Mapped[S]") + booking("state: Mapped[S]"), STATE + gig("state: Mapped[S]") + booking(), {"gigs": [{"id": 1, "state": "open"}], "bookings": [{"id": 1, "state": "shut"}]}, ("select count(*) from bookings", [(1,)])),
    Case("enum_drop_table", STATE + gig(T) + booking("state: Mapped[S]"), gig(T), TWO, ("select count(*) from gigs", [(2,)])),
    Case("enum_array", STATE + gig("states: Mapped[list] = mapped_column(sa.ARRAY(sa.Enum(S)))"), STATE3 + gig("states: Mapped[list] = mapped_column(sa.ARRAY(sa.Enum(S)))"), {"gigs": [{"id": 1, "states": ["open", "shut"]}]}, ("insert into gigs (id, states) values (2, '{held}')", "works"), dialects=PG),
    Case("enum_array_drop_value", STATE3 + gig("states: Mapped[list] = mapped_column(sa.ARRAY(sa.Enum(S)))"), STATE + gig("states: Mapped[list] = mapped_column(sa.ARRAY(sa.Enum(S)))"), {"gigs": [{"id": 1, "states": ["open", "shut"]}]}, ("select cast(states[2] as varchar) from gigs", [("shut",)]), dialects=PG),
    Case("enum_array_new_column", gig(T), STATE + gig(T, "states: Mapped[list | None] = mapped_column(sa.ARRAY(sa.Enum(S)))"), TWO, ("select count(*) from gigs", [(2,)]), dialects=PG),
    Case("enum_new_column", gig(T), STATE + gig(T, "state: Mapped[S | None]"), TWO, ("select count(*) from gigs", [(2,)])),
    Case("enum_new_two_tables", gig(T), gig(T) + STATE + gig("state: Mapped[S]", table="a", cls="A") + gig("state: Mapped[S]", table="b", cls="B"), TWO, ("select count(*) from b", [(0,)])),
    Case("enum_with_check_and_index", STATE3 + gig("state: Mapped[S]", args='sa.CheckConstraint("state <> \'held\'", name="c"), sa.Index("ix_p", "id", postgresql_where=sa.text("state = \'open\'"), sqlite_where=sa.text("state = \'open\'"))'), "class S(enum.Enum):\n    held = 3\n    open = 1\n" + gig("state: Mapped[S]", args='sa.CheckConstraint("state <> \'held\'", name="c"), sa.Index("ix_p", "id", postgresql_where=sa.text("state = \'open\'"), sqlite_where=sa.text("state = \'open\'"))'), {"gigs": [{"id": 1, "state": "open"}]}, ("select count(*) from gigs", [(1,)])),
    Case("enum_order", STATE + gig("state: Mapped[S]"), "class S(enum.Enum):\n    shut = 2\n    open = 1\n" + gig("state: Mapped[S]"), {"gigs": [{"id": 1, "state": "open"}]}, ("select cast(state as varchar) from gigs", [("open",)])),
    Case("enum_rename_value", STATE + gig("state: Mapped[S]"), "class S(enum.Enum):\n    opened = 1\n    shut = 2\n" + gig("state: Mapped[S]"), {"gigs": [{"id": 1, "state": "open"}]}, ("select cast(state as varchar) from gigs", [("opened",)]), {"s.open": "opened"}),
]
FOREIGN_KEYS_ON = [
    Case("cascade_survives_rebuild", gig(T) + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))'), gig("title: Mapped[str] = mapped_column(sa.String(200))") + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))'), BOOKINGS, ("select count(*) from bookings", [(1,)]), prelude=FK_ON),
    Case("cascade_survives_rename", gig(T) + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))'), gig("title: Mapped[str] = mapped_column(sa.String(200))", table="shows") + booking('gig_id: Mapped[int] = mapped_column(sa.ForeignKey("shows.id", ondelete="CASCADE"))'), BOOKINGS, ("select count(*) from bookings", [(1,)]), {"gigs": "shows"}, prelude=FK_ON),
    Case("self_reference_survives_rebuild", gig(T, 'parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))'), gig("title: Mapped[str] = mapped_column(sa.Text)", 'parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("gigs.id", ondelete="CASCADE"))'), {"gigs": [{"id": 1, "title": "a", "parent_id": None}, {"id": 2, "title": "b", "parent_id": 1}]}, ("select count(*) from gigs", [(2,)]), prelude=FK_ON),
]
CASES = [*TYPES, *PLAIN_CHANGES, *FILLS, *RENAMES, *ENUMS, *FOREIGN_KEYS_ON]
