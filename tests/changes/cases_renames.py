"""Names that are given to something else, and tables that move to another schema."""

from __future__ import annotations

from tests.changes.cases import FK_ON, PG, PLAIN, Case, T, gig

STR = "mapped_column(sa.String(9))"
STATE = "class S(enum.Enum):\n    open = 1\n    shut = 2\n"
AB = {"gigs": [{"id": 1, "a": "x", "b": "y"}, {"id": 2, "a": "z", "b": "w"}]}
IN_BOX = '    __table_args__ = {"schema": "box"}\n'
SERVED = 'gig_id: Mapped[int] = mapped_column(sa.ForeignKey("{}.id"), index=True)'
SWAP = {"gigs.a": "b", "gigs.b": "a"}


def text(*names: str, extra: str = "sa.String(9)") -> str:
    return gig(*(f"{name}: Mapped[str] = mapped_column({extra})" for name in names))


def boxed(*columns: str, table: str = "gigs", cls: str = "Gig") -> str:
    return gig(*columns, table=table, cls=cls) + IN_BOX


def bookings(target: str) -> str:
    return gig(SERVED.format(target), table="bookings", cls="Booking")


def of(table: str, cls: str, *columns: str) -> str:
    return gig(*columns, table=table, cls=cls)


INDEXED = "sa.String(9), unique=True, index=True"
PAIRS = gig(
    'a: Mapped[int] = mapped_column(sa.ForeignKey("acts.id"), index=True)',
    'b: Mapped[int] = mapped_column(sa.ForeignKey("rooms.id"), unique=True)',
)
PAIRS_SWAPPED = gig(
    'b: Mapped[int] = mapped_column(sa.ForeignKey("acts.id"), index=True)',
    'a: Mapped[int] = mapped_column(sa.ForeignKey("rooms.id"), unique=True)',
)
ACTS = of("acts", "Act", T) + of("rooms", "Room", T)
CHECKED = 'sa.CheckConstraint("a < b", name="less"), sa.UniqueConstraint("a", name="uq_gigs_one")'
TABLES = {
    "gigs": [{"id": 1, "title": "a"}, {"id": 2, "title": "b"}],
    "acts": [{"id": 1, "name": "n"}],
    "bookings": [{"id": 1, "gig_id": 2}],
}
TITLED, NAMED = "title: Mapped[str] = mapped_column(index=True)", "name: Mapped[str | None] = mapped_column(unique=True)"

CASES = [
    # --- columns
    Case("chain", text("a", "b"), text("b", "c"), AB, ("select b, c from gigs order by id", [("x", "y"), ("z", "w")]), {"gigs.a": "b", "gigs.b": "c"}),
    Case("chain_of_three", text("a", "b"), text("b", "c", "d").replace("c: Mapped[str] =", "c: Mapped[str | None] ="), AB, ("select b, c, d from gigs order by id", [("x", None, "y"), ("z", None, "w")]), {"gigs.b": "d", "gigs.a": "b"}),
    Case("new_thing_of_an_old_name", text("a"), gig(f"b: Mapped[str] = {STR}", "a: Mapped[int | None]"), {"gigs": [{"id": 1, "a": "x"}]}, ("select a, b from gigs", [(None, "x")]), {"gigs.a": "b"}),
    Case("new_indexed_thing_of_an_old_name", text("a", extra=INDEXED), gig(f"b: Mapped[str] = mapped_column({INDEXED})", "a: Mapped[int | None] = mapped_column(unique=True, index=True)"), {"gigs": [{"id": 1, "a": "x"}]}, ("select a, b from gigs", [(None, "x")]), {"gigs.a": "b"}),
    Case("new_unique_thing_without_convention", text("a", extra="sa.String(9), unique=True"), gig("b: Mapped[str] = mapped_column(sa.String(9), unique=True)", "a: Mapped[int | None] = mapped_column(unique=True)"), {"gigs": [{"id": 1, "a": "x"}]}, ("select a, b from gigs", [(None, "x")]), {"gigs.a": "b"}, prelude=PLAIN),
    Case("swap", text("a", "b"), text("b", "a"), AB, ("select a, b from gigs order by id", [("y", "x"), ("w", "z")]), SWAP),
    Case("swap_of_two_types", gig(f"a: Mapped[str] = {STR}", "b: Mapped[int]"), gig("a: Mapped[int]", f"b: Mapped[str] = {STR}"), {"gigs": [{"id": 1, "a": "x", "b": 5}]}, ("select a, b from gigs", [(5, "x")]), SWAP),
    Case("swap_with_indexes_and_uniques", text("a", "b", extra=INDEXED), text("a", "b", extra=INDEXED), AB, ("select a, b from gigs order by id", [("y", "x"), ("w", "z")]), SWAP),
    Case("swap_with_uniques_without_names", text("a", "b", extra="sa.String(9), unique=True"), text("a", "b", extra="sa.String(9), unique=True"), AB, ("select a, b from gigs order by id", [("y", "x"), ("w", "z")]), SWAP, prelude=PLAIN),
    Case("swap_of_references", ACTS + PAIRS, ACTS + PAIRS_SWAPPED, {"acts": [{"id": 1, "title": "a"}], "rooms": [{"id": 2, "title": "r"}], "gigs": [{"id": 1, "a": 1, "b": 2}]}, ("select a, b from gigs", [(2, 1)]), SWAP, prelude=FK_ON),
    Case("swap_under_a_check", gig("a: Mapped[int]", "b: Mapped[int]", args=CHECKED), gig("a: Mapped[int]", "b: Mapped[int]", args=CHECKED.replace("a < b", "b < a").replace('Constraint("a"', 'Constraint("b"')), {"gigs": [{"id": 1, "a": 1, "b": 2}]}, ("select a, b from gigs", [(2, 1)]), SWAP),
    Case("swap_of_enums", STATE + gig("a: Mapped[S]", f"b: Mapped[str] = {STR}"), STATE + gig(f"a: Mapped[str] = {STR}", "b: Mapped[S]"), {"gigs": [{"id": 1, "a": "open", "b": "y"}]}, ("select a, cast(b as varchar) from gigs", [("y", "open")]), SWAP),
    Case("swap_of_keys", gig("a: Mapped[int]"), 'class Gig(Base):\n    __tablename__ = "gigs"\n    a: Mapped[int] = mapped_column(primary_key=True)\n    id: Mapped[int]\n', {"gigs": [{"id": 1, "a": 7}]}, ("select id, a from gigs", [(7, 1)]), {"gigs.a": "id", "gigs.id": "a"}),
    Case("circle_of_three", text("a", "b", "c", extra="sa.String(9), index=True"), text("a", "b", "c", extra="sa.String(9), index=True"), {"gigs": [{"id": 1, "a": "x", "b": "y", "c": "z"}]}, ("select a, b, c from gigs", [("z", "x", "y")]), {"gigs.a": "b", "gigs.b": "c", "gigs.c": "a"}),
    Case("renamed_and_changed_at_once", gig("a: Mapped[int | None]"), gig("b: Mapped[str] = mapped_column(sa.String(9), server_default='0', index=True)"), {"gigs": [{"id": 1, "a": 4}]}, ("select b from gigs", [("4",)]), {"gigs.a": "b"}),
    Case("case_alone", text("Title", extra=INDEXED), text("title", extra=INDEXED), {"gigs": [{"id": 1, "Title": "x"}]}, ("select title from gigs", [("x",)]), {"gigs.Title": "title"}),
    # --- tables
    Case("table_beside_a_new_one_of_its_name", gig(T) + of("acts", "Act", NAMED) + bookings("gigs"), of("old_gigs", "Old", T) + of("acts", "Act", NAMED) + bookings("old_gigs") + gig(NAMED, 'old_id: Mapped[int | None] = mapped_column(sa.ForeignKey("old_gigs.id"))'), TABLES, ("select o.title, (select count(*) from gigs) from bookings b join old_gigs o on o.id = b.gig_id", [("b", 0)]), {"gigs": "old_gigs"}),
    Case("table_beside_a_new_one_without_convention", gig(TITLED) + of("acts", "Act", NAMED) + bookings("gigs"), of("old_gigs", "Old", TITLED) + of("acts", "Act", NAMED) + bookings("old_gigs") + gig(TITLED, NAMED), TABLES, ("select o.title, (select count(*) from gigs) from bookings b join old_gigs o on o.id = b.gig_id", [("b", 0)]), {"gigs": "old_gigs"}, prelude=PLAIN),
    Case("tables_swap", gig(TITLED) + of("acts", "Act", NAMED) + bookings("gigs"), gig(NAMED) + of("acts", "Act", TITLED) + bookings("acts"), TABLES, ("select a.title, g.name from bookings b join acts a on a.id = b.gig_id join gigs g on true", [("b", "n")]), {"gigs": "acts", "acts": "gigs"}),
    Case("tables_swap_without_convention", gig(TITLED) + of("acts", "Act", NAMED) + bookings("gigs"), gig(NAMED) + of("acts", "Act", TITLED) + bookings("acts"), TABLES, ("select a.title, g.name from bookings b join acts a on a.id = b.gig_id join gigs g on true", [("b", "n")]), {"gigs": "acts", "acts": "gigs"}, prelude=PLAIN),
    Case("tables_in_a_chain", gig(TITLED) + of("acts", "Act", NAMED) + bookings("gigs"), of("acts", "Gig", TITLED) + of("bands", "Act", NAMED) + bookings("acts"), TABLES, ("select a.title, g.name from bookings b join acts a on a.id = b.gig_id join bands g on true", [("b", "n")]), {"gigs": "acts", "acts": "bands"}),
    Case("tables_in_a_circle", gig(TITLED) + of("acts", "Act", NAMED) + bookings("gigs"), of("acts", "Gig", TITLED) + of("bookings", "Act", NAMED) + gig(SERVED.format("acts"), cls="Booking"), TABLES, ("select a.title, b.name from gigs g join acts a on a.id = g.gig_id join bookings b on true", [("b", "n")]), {"gigs": "acts", "acts": "bookings", "bookings": "gigs"}),
    Case("table_and_its_columns_at_once", gig(f"a: Mapped[str] = {STR}", "b: Mapped[int]"), of("shows", "Gig", "a: Mapped[int]", "b: Mapped[str] = mapped_column(sa.String(40), index=True)"), {"gigs": [{"id": 1, "a": "x", "b": 5}]}, ("select a, b from shows", [(5, "x")]), {"gigs": "shows", **SWAP}),
    # --- enums
    Case("enum_renamed", STATE + gig('state: Mapped[S] = mapped_column(server_default="open")', "states: Mapped[S | None]"), STATE + gig('state: Mapped[S] = mapped_column(sa.Enum(S, name="gig_state"), server_default="open")', 'states: Mapped[S | None] = mapped_column(sa.Enum(S, name="gig_state"))'), {"gigs": [{"id": 1, "state": "shut"}]}, ("select cast(state as varchar) from gigs", [("shut",)]), {"s": "gig_state"}),
    Case("enum_and_its_value_renamed", STATE + gig("state: Mapped[S]"), STATE.replace("open", "on_sale") + gig('state: Mapped[S] = mapped_column(sa.Enum(S, name="gig_state"))'), {"gigs": [{"id": 1, "state": "open"}]}, ("select cast(state as varchar) from gigs", [("on_sale",)]), {"s": "gig_state", "s.open": "on_sale"}),
    Case("enum_values_swap", STATE + gig('state: Mapped[S] = mapped_column(server_default="open")'), STATE + gig('state: Mapped[S] = mapped_column(server_default="shut")'), {"gigs": [{"id": 1, "state": "open"}]}, ("select cast(state as varchar) from gigs", [("shut",)]), {"s.open": "shut", "s.shut": "open"}),
    # --- schemas
    Case("table_into_a_new_schema", gig(TITLED) + bookings("gigs"), boxed(TITLED) + bookings("box.gigs"), {"gigs": TABLES["gigs"], "bookings": TABLES["bookings"]}, ("select g.title from bookings b join box.gigs g on g.id = b.gig_id", [("b",)]), {"gigs": "box.gigs"}, dialects=PG),
    Case("table_out_of_its_schema", boxed(TITLED) + bookings("box.gigs"), gig(TITLED) + bookings("gigs"), {"box.gigs": TABLES["gigs"], "bookings": TABLES["bookings"]}, ("select g.title from bookings b join gigs g on g.id = b.gig_id", [("b",)]), {"box.gigs": "gigs"}, dialects=PG),
    Case("table_from_schema_to_schema", boxed(TITLED) + bookings("box.gigs"), boxed("name: Mapped[str] = mapped_column(index=True)", table="shows").replace("box", "attic") + bookings("attic.shows"), {"box.gigs": TABLES["gigs"], "bookings": TABLES["bookings"]}, ("select g.name from bookings b join attic.shows g on g.id = b.gig_id", [("b",)]), {"box.gigs": "attic.shows", "box.gigs.title": "name"}, dialects=PG),
    Case("tables_swap_their_schemas", gig(TITLED) + boxed(NAMED, cls="Other"), boxed(TITLED) + gig(NAMED, cls="Other"), {"gigs": TABLES["gigs"], "box.gigs": TABLES["acts"]}, ("select (select count(*) from box.gigs where title > ''), name from gigs", [(2, "n")]), {"gigs": "box.gigs", "box.gigs": "public.gigs"}, dialects=PG),
    Case("table_with_an_enum_into_a_schema", STATE + gig("state: Mapped[S]"), STATE + boxed('state: Mapped[S] = mapped_column(sa.Enum(S, schema="box"))'), {"gigs": [{"id": 1, "state": "shut"}]}, ("select cast(state as varchar) from box.gigs", [("shut",)]), {"gigs": "box.gigs"}, dialects=PG),
    Case("table_into_a_schema_beside_a_new_one", gig(TITLED), boxed(TITLED, cls="Old") + gig(NAMED), {"gigs": TABLES["gigs"]}, ("select (select count(*) from box.gigs), (select count(*) from gigs)", [(2, 0)]), {"gigs": "box.gigs"}, dialects=PG, prelude=PLAIN),
]
