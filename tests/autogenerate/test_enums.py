"""Values of enumerated types: they come, go, get other names, and rows that use them count."""

from __future__ import annotations

import pytest

from tests.desk import Desk, model

STATE = "state: Mapped[S]"
INSERT = "INSERT INTO gigs (state) VALUES ('open'), ('shut'), ('held')"


def enum(*names: str) -> str:
    values = "".join(f"    {name} = {number}\n" for number, name in enumerate(names, start=1))
    return f"\n\nclass S(enum.Enum):\n{values}"


def text_of(desk: Desk, table: str = "gigs", column: str = "state") -> list[str]:
    query = f"SELECT CAST({column} AS VARCHAR) FROM {table} ORDER BY id"
    return [value for (value,) in desk.rows(query)]


def types(desk: Desk) -> dict[str, list[str]]:
    """Return the enumerated types of a PostgreSQL database."""
    query = (
        "SELECT typname, array_agg(enumlabel::text ORDER BY enumsortorder) "
        "FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid GROUP BY typname"
    )
    return dict(desk.rows(query))


def test_a_new_value_is_usable_in_the_revision_that_adds_it(desk: Desk) -> None:
    desk.begin(
        enum("open", "shut") + model("gigs", STATE), "INSERT INTO gigs (state) VALUES ('open')"
    )
    written = desk.change(enum("open", "shut", "held") + model("gigs", STATE))
    assert "+ enum s value 'held'" in written.out
    path = desk.root / written.out.partition("Wrote ")[2].splitlines()[0]
    start = '    op.add_enum_value("s", "held")\n'
    text = path.read_text(encoding="utf-8")
    assert start in text
    path.write_text(
        text.replace(start, start + "    op.execute(\"UPDATE gigs SET state = 'held'\")\n"),
        encoding="utf-8",
    )
    desk.run("upgrade")
    assert ["held"] == text_of(desk)


def test_a_value_that_rows_have_is_not_taken_away_unasked(desk: Desk) -> None:
    desk.begin(enum("open", "shut", "held") + model("gigs", STATE), INSERT, INSERT)
    said = desk.refused(enum("open", "shut") + model("gigs", STATE), code=2)
    assert (
        "2 rows of gigs.state have a value that the enum s loses (held). There is no terminal to "
        "ask on. Nothing was written.\n"
        "Say what they get, in SQL: python tasks.py migrate change --fill gigs.state=VALUE\n"
    ) == said


def test_rows_with_a_value_that_goes_get_another_one(desk: Desk) -> None:
    desk.begin(enum("open", "shut", "held") + model("gigs", STATE), INSERT)
    after = enum("open", "shut") + model("gigs", STATE)
    written = desk.change(after, "--fill", "gigs.state='shut'")
    assert "gigs.state: 1 row with held set to 'shut'" in written.out
    desk.run("upgrade")
    assert ["open", "shut", "shut"] == text_of(desk)
    desk.run("check")


def test_rows_that_come_later_stop_the_upgrade_that_takes_their_value_away(desk: Desk) -> None:
    desk.begin(
        enum("open", "held") + model("gigs", STATE), "INSERT INTO gigs (state) VALUES ('open')"
    )
    desk.change(enum("open") + model("gigs", STATE))
    desk.execute("INSERT INTO gigs (state) VALUES ('held')")
    said = desk.run("upgrade", code=1).err
    reason = "gigs has rows, and their state is one that the enum s loses (held)."
    assert f"  {reason}\nIt was rolled back. Nothing was changed." in said
    assert ["open", "held"] == text_of(desk)


def test_rows_with_a_new_value_stop_the_downgrade_that_takes_it_back(desk: Desk) -> None:
    desk.begin(enum("open") + model("gigs", STATE))
    desk.change(enum("open", "held") + model("gigs", STATE))
    desk.run("upgrade")
    desk.execute("INSERT INTO gigs (state) VALUES ('open'), ('held')")
    said = desk.run("downgrade", "--yes", code=1).err
    assert "gigs has rows, and their state is one that the enum s loses (held)." in said
    assert ["open", "held"] == text_of(desk)
    desk.execute("UPDATE gigs SET state = 'open'")
    desk.run("downgrade", "--yes")


def test_a_value_may_go_together_with_the_column_that_holds_it(desk: Desk) -> None:
    both = model("gigs", STATE, "phase: Mapped[S | None]")
    desk.begin(enum("open") + model("gigs", STATE), "INSERT INTO gigs (state) VALUES ('open')")
    desk.change(enum("open", "held") + both)
    desk.run("upgrade")
    desk.execute("UPDATE gigs SET phase = 'held'")
    desk.run("downgrade", "--yes")
    desk.run("upgrade")
    desk.execute("UPDATE gigs SET phase = 'held'")
    desk.change(enum("open") + model("gigs", STATE))
    desk.run("upgrade")
    desk.run("check")


@pytest.mark.parametrize("spelling", ["s.held", "gigs.state.held"])
def test_a_value_with_another_name_takes_its_rows_along(desk: Desk, spelling: str) -> None:
    desk.begin(enum("open", "shut", "held") + model("gigs", STATE), INSERT)
    after = enum("open", "shut", "kept") + model("gigs", STATE)
    said = desk.refused(after, code=2)
    assert "Did you rename s.held to s.kept?" in said
    written = desk.change(after, "--rename", f"{spelling}=kept")
    assert "~ enum s value 'held' renamed to 'kept'" in written.out
    desk.run("upgrade")
    assert ["open", "shut", "kept"] == text_of(desk)
    desk.run("check")
    desk.run("downgrade", "--yes")
    assert ["open", "shut", "held"] == text_of(desk)


def test_values_of_a_type_that_two_tables_use_are_counted_in_both(desk: Desk) -> None:
    both = model("gigs", STATE) + model("bookings", "phase: Mapped[S | None]")
    desk.begin(enum("open", "held") + both, "INSERT INTO bookings (phase) VALUES ('held')")
    said = desk.refused(enum("open") + both, code=2)
    assert said.startswith("1 row of bookings.phase has a value that the enum s loses (held).")
    desk.execute("UPDATE bookings SET phase = 'open'")
    desk.change(enum("open") + both)
    desk.run("upgrade")
    desk.run("check")


def test_values_inside_of_lists_are_counted(desk: Desk) -> None:
    states = model("gigs", "states: Mapped[list] = mapped_column(ListOf(sa.Enum(S)))")
    value = """'["open", "held"]'""" if desk.is_sqlite else "'{open,held}'"
    desk.begin(enum("open", "held") + states, f"INSERT INTO gigs (states) VALUES ({value})")
    said = desk.refused(enum("open") + states, code=2)
    assert said.startswith("1 row of gigs.states has a value that the enum s loses (held).")
    fill = """'["open"]'""" if desk.is_sqlite else "array_remove(states, 'held')"
    desk.change(enum("open") + states, "--fill", f"gigs.states={fill}")
    desk.run("upgrade")
    assert "held" not in text_of(desk, column="states")[0]
    desk.run("check")


def test_values_inside_of_lists_follow_a_rename(desk: Desk) -> None:
    states = model("gigs", "states: Mapped[list] = mapped_column(ListOf(sa.Enum(S)))")
    value = """'["open", "held"]'""" if desk.is_sqlite else "'{open,held}'"
    desk.begin(enum("open", "held") + states, f"INSERT INTO gigs (states) VALUES ({value})")
    desk.change(enum("open", "kept") + states, "--rename", "s.held=kept")
    desk.run("upgrade")
    expected = '["open","kept"]' if desk.is_sqlite else "{open,kept}"
    assert [expected] == text_of(desk, column="states")
    desk.run("downgrade", "--yes")
    assert "held" in text_of(desk, column="states")[0]


def test_a_type_goes_with_its_last_column_and_can_come_again(on_postgresql: Desk) -> None:
    desk = on_postgresql
    models = enum("open", "shut") + model("gigs", STATE) + model("bookings", STATE)
    desk.begin(models, "INSERT INTO gigs (state) VALUES ('open')")
    desk.change(enum("open", "shut") + model("gigs") + model("bookings", STATE))
    desk.run("upgrade")
    assert {"s": ["open", "shut"]} == types(desk)
    written = desk.change(model("gigs") + model("bookings"))
    assert "- enum s" in written.out
    desk.run("upgrade")
    assert {} == types(desk)
    desk.run("downgrade", "-2", "--yes")
    assert {"s": ["open", "shut"]} == types(desk)
    desk.run("upgrade")
    assert {} == types(desk)


def test_the_plan_says_what_a_change_of_values_locks(on_postgresql: Desk) -> None:
    desk = on_postgresql
    desk.begin(
        enum("open", "held") + model("gigs", STATE), "INSERT INTO gigs (state) VALUES ('open')"
    )
    written = desk.change(enum("open") + model("gigs", STATE))
    assert "locks gigs (1 row): nobody can use it while its rows are written anew" in written.out
