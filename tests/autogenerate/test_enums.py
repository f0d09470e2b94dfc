"""Values of enumerated types: they come, go, get other names, and rows that use them count."""

from __future__ import annotations

import pytest

from tests.models_project import ModelsProject, model

STATE = "state: Mapped[S]"
INSERT = "INSERT INTO gigs (state) VALUES ('open'), ('shut'), ('held')"


def enum(*names: str) -> str:
    values = "".join(f"    {name} = {number}\n" for number, name in enumerate(names, start=1))
    return f"\n\nclass S(enum.Enum):\n{values}"


def text_of(project: ModelsProject, table: str = "gigs", column: str = "state") -> list[str]:
    query = f"SELECT CAST({column} AS VARCHAR) FROM {table} ORDER BY id"
    return [value for (value,) in project.rows(query)]


def types(project: ModelsProject) -> dict[str, list[str]]:
    """Return the enumerated types of a PostgreSQL database."""
    query = (
        "SELECT typname, array_agg(enumlabel::text ORDER BY enumsortorder) "
        "FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid GROUP BY typname"
    )
    return dict(project.rows(query))


def test_a_new_value_is_usable_in_the_revision_that_adds_it(project: ModelsProject) -> None:
    project.begin(
        enum("open", "shut") + model("gigs", STATE), "INSERT INTO gigs (state) VALUES ('open')"
    )
    written = project.change(enum("open", "shut", "held") + model("gigs", STATE))
    assert "+ enum s value 'held'" in written.out
    path = project.root / written.out.partition("Wrote ")[2].splitlines()[0]
    start = '    op.add_enum_value("s", "held")\n'
    text = path.read_text(encoding="utf-8")
    assert start in text
    path.write_text(
        text.replace(start, start + "    op.execute(\"UPDATE gigs SET state = 'held'\")\n"),
        encoding="utf-8",
    )
    project.run("upgrade")
    assert ["held"] == text_of(project)


def test_a_value_that_rows_have_is_not_taken_away_unasked(project: ModelsProject) -> None:
    project.begin(enum("open", "shut", "held") + model("gigs", STATE), INSERT, INSERT)
    said = project.refused(enum("open", "shut") + model("gigs", STATE), code=2)
    assert (
        "2 rows of gigs.state have a value that the enum s loses (held). There is no terminal to "
        "ask on. Nothing was written.\n"
        "Say what they get, in SQL: python tasks.py migrate change --fill gigs.state=VALUE\n"
    ) == said


def test_rows_with_a_value_that_goes_get_another_one(project: ModelsProject) -> None:
    project.begin(enum("open", "shut", "held") + model("gigs", STATE), INSERT)
    after = enum("open", "shut") + model("gigs", STATE)
    written = project.change(after, "--fill", "gigs.state='shut'")
    assert "gigs.state: 1 row with held set to 'shut'" in written.out
    project.run("upgrade")
    assert ["open", "shut", "shut"] == text_of(project)
    project.run("check")


def test_rows_that_come_later_stop_the_upgrade_that_takes_their_value_away(
    project: ModelsProject,
) -> None:
    project.begin(
        enum("open", "held") + model("gigs", STATE), "INSERT INTO gigs (state) VALUES ('open')"
    )
    project.change(enum("open") + model("gigs", STATE))
    project.execute("INSERT INTO gigs (state) VALUES ('held')")
    said = project.run("upgrade", code=1).err
    reason = "gigs has rows, and their state is one that the enum s loses (held)."
    assert f"  {reason}\nIt was rolled back. Nothing was changed." in said
    assert ["open", "held"] == text_of(project)


def test_rows_with_a_new_value_stop_the_downgrade_that_takes_it_back(
    project: ModelsProject,
) -> None:
    project.begin(enum("open") + model("gigs", STATE))
    project.change(enum("open", "held") + model("gigs", STATE))
    project.run("upgrade")
    project.execute("INSERT INTO gigs (state) VALUES ('open'), ('held')")
    said = project.run("downgrade", "--yes", code=1).err
    assert "gigs has rows, and their state is one that the enum s loses (held)." in said
    assert ["open", "held"] == text_of(project)
    project.execute("UPDATE gigs SET state = 'open'")
    project.run("downgrade", "--yes")


def test_a_value_may_go_together_with_the_column_that_holds_it(project: ModelsProject) -> None:
    both = model("gigs", STATE, "phase: Mapped[S | None]")
    project.begin(enum("open") + model("gigs", STATE), "INSERT INTO gigs (state) VALUES ('open')")
    project.change(enum("open", "held") + both)
    project.run("upgrade")
    project.execute("UPDATE gigs SET phase = 'held'")
    project.run("downgrade", "--yes")
    project.run("upgrade")
    project.execute("UPDATE gigs SET phase = 'held'")
    project.change(enum("open") + model("gigs", STATE))
    project.run("upgrade")
    project.run("check")


@pytest.mark.parametrize("spelling", ["s.held", "gigs.state.held"])
def test_a_value_with_another_name_takes_its_rows_along(
    project: ModelsProject, spelling: str
) -> None:
    project.begin(enum("open", "shut", "held") + model("gigs", STATE), INSERT)
    after = enum("open", "shut", "kept") + model("gigs", STATE)
    said = project.refused(after, code=2)
    assert "Did you rename s.held to s.kept?" in said
    written = project.change(after, "--rename", f"{spelling}=kept")
    assert "~ enum s value 'held' renamed to 'kept'" in written.out
    project.run("upgrade")
    assert ["open", "shut", "kept"] == text_of(project)
    project.run("check")
    project.run("downgrade", "--yes")
    assert ["open", "shut", "held"] == text_of(project)


def test_values_of_a_type_that_two_tables_use_are_counted_in_both(project: ModelsProject) -> None:
    both = model("gigs", STATE) + model("bookings", "phase: Mapped[S | None]")
    project.begin(enum("open", "held") + both, "INSERT INTO bookings (phase) VALUES ('held')")
    said = project.refused(enum("open") + both, code=2)
    assert said.startswith("1 row of bookings.phase has a value that the enum s loses (held).")
    project.execute("UPDATE bookings SET phase = 'open'")
    project.change(enum("open") + both)
    project.run("upgrade")
    project.run("check")


def test_values_inside_of_lists_are_counted(project: ModelsProject) -> None:
    states = model("gigs", "states: Mapped[list] = mapped_column(ListOf(sa.Enum(S)))")
    value = """'["open", "held"]'""" if project.is_sqlite else "'{open,held}'"
    project.begin(enum("open", "held") + states, f"INSERT INTO gigs (states) VALUES ({value})")
    said = project.refused(enum("open") + states, code=2)
    assert said.startswith("1 row of gigs.states has a value that the enum s loses (held).")
    fill = """'["open"]'""" if project.is_sqlite else "array_remove(states, 'held')"
    project.change(enum("open") + states, "--fill", f"gigs.states={fill}")
    project.run("upgrade")
    assert "held" not in text_of(project, column="states")[0]
    project.run("check")


def test_values_inside_of_lists_follow_a_rename(project: ModelsProject) -> None:
    states = model("gigs", "states: Mapped[list] = mapped_column(ListOf(sa.Enum(S)))")
    value = """'["open", "held"]'""" if project.is_sqlite else "'{open,held}'"
    project.begin(enum("open", "held") + states, f"INSERT INTO gigs (states) VALUES ({value})")
    project.change(enum("open", "kept") + states, "--rename", "s.held=kept")
    project.run("upgrade")
    expected = '["open","kept"]' if project.is_sqlite else "{open,kept}"
    assert [expected] == text_of(project, column="states")
    project.run("downgrade", "--yes")
    assert "held" in text_of(project, column="states")[0]


def test_a_type_goes_with_its_last_column_and_can_come_again(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    models = enum("open", "shut") + model("gigs", STATE) + model("bookings", STATE)
    project.begin(models, "INSERT INTO gigs (state) VALUES ('open')")
    project.change(enum("open", "shut") + model("gigs") + model("bookings", STATE))
    project.run("upgrade")
    assert {"s": ["open", "shut"]} == types(project)
    written = project.change(model("gigs") + model("bookings"))
    assert "- enum s" in written.out
    project.run("upgrade")
    assert {} == types(project)
    project.run("downgrade", "-2", "--yes")
    assert {"s": ["open", "shut"]} == types(project)
    project.run("upgrade")
    assert {} == types(project)


def test_the_plan_says_what_a_change_of_values_locks(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(
        enum("open", "held") + model("gigs", STATE), "INSERT INTO gigs (state) VALUES ('open')"
    )
    written = project.change(enum("open") + model("gigs", STATE))
    assert "locks gigs (1 row): nobody can use it while its rows are written anew" in written.out
