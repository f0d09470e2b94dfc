"""What a change of type does to values is told in the same words on both databases."""

from __future__ import annotations

import re

import pytest

from tests.models_project import ModelsProject, model
from tests.selection import rarely

AWARE = "sa.DateTime(timezone=True)"
ZONED = "'2026-02-03T04:05:06+02:00'"
NAIVE = "what names no time zone is taken for UTC"
IN_UTC = "times are those in UTC from now on, without a zone"
ONE = "1 value would not come back the same"

TOLD = {
    "numeric_rounded": (
        "sa.Numeric(10, 4)",
        "sa.Numeric(10, 2)",
        "1.2345",
        f"{ONE} (1.2345 becomes 1.23)",
    ),
    "float_to_integer": ("sa.Float", "sa.Integer", "7.25", f"{ONE} (7.25 becomes 7)"),
    "number_to_boolean": ("sa.Integer", "sa.Boolean", "2", f"{ONE} (2 becomes 1)"),
    "spaces_of_char": ("sa.String(9)", "sa.CHAR(5)", "'abc  '", f"{ONE} ('abc  ' becomes 'abc')"),
    "datetime_to_date": (
        "sa.DateTime",
        "sa.Date",
        "'2026-02-03 04:05:06'",
        f"{ONE} ('2026-02-03 04:05:06' becomes '2026-02-03')",
    ),
    "datetime_to_time": (
        "sa.DateTime",
        "sa.Time",
        "'2026-02-03 04:05:06'",
        f"{ONE} ('2026-02-03 04:05:06' becomes '04:05:06')",
    ),
    "date_to_aware": (
        "sa.Date",
        AWARE,
        "'2026-02-03'",
        "each day is taken for its midnight in UTC",
    ),
    "date_to_datetime": (
        "sa.Date",
        "sa.DateTime",
        "'2026-02-03'",
        "each day is taken for its midnight",
    ),
    "time_to_datetime": (
        "sa.Time",
        "sa.DateTime",
        "'04:05:06'",
        "each time is taken for one of 1970-01-01",
    ),
    "naive_to_aware": ("sa.DateTime", AWARE, "'2026-02-03 04:05:06'", NAIVE),
    "aware_to_naive": (AWARE, "sa.DateTime", "'2026-02-03 04:05:06'", IN_UTC),
    "aware_to_date": (AWARE, "sa.Date", "'2026-02-03 04:05:06'", IN_UTC),
    "text_to_aware": ("sa.Text", AWARE, ZONED, NAIVE),
    "text_to_naive": (
        "sa.Text",
        "sa.DateTime",
        ZONED,
        "a time that names its zone becomes the one in UTC",
    ),
}
REFUSED = {
    "text_too_long": ("sa.Text", "sa.String(5)", "'abcdefg'", "'abcdefg'"),
    "padded_too_long": ("sa.CHAR(9)", "sa.String(3)", "'abcd'", "'abcd"),
    "integer_too_large": ("sa.BigInteger", "sa.Integer", "3000000000", "3000000000"),
    "numeric_too_large": ("sa.Numeric(10, 2)", "sa.Numeric(4, 2)", "123.45", "123.45"),
    "no_integer": ("sa.String(9)", "sa.Integer", "'x1'", "'x1'"),
    "infinite": ("sa.String(9)", "sa.Float", "'1e400'", "'1e400'"),
    "no_day_of_the_calendar": ("sa.String(40)", "sa.Date", "'2026-02-30'", "'2026-02-30'"),
    "a_day_said_in_a_country_s_way": ("sa.String(40)", "sa.Date", "'02.01.2026'", "'02.01.2026'"),
    "a_number_is_no_day": ("sa.String(40)", "sa.Date", "'24557'", "'24557'"),
    "no_time": ("sa.String(40)", "sa.Time", "'25:00'", "'25:00'"),
    "no_boolean": ("sa.String(9)", "sa.Boolean", "'maybe'", "'maybe'"),
    "no_json": ("sa.Text", "sa.JSON", "'{a}'", "'{a}'"),
    "json_of_another_kind": ("sa.JSON", "sa.Integer", """'"x"'""", """'"x"'"""),
}  # fmt: skip


def change(project: ModelsProject, old: str, value: str) -> None:
    project.begin(
        model("gigs", f"v = mapped_column({old})"), f"INSERT INTO gigs (v) VALUES ({value})"
    )


@pytest.mark.parametrize("name", rarely(list(TOLD), "numeric_rounded", "date_to_aware"))
def test_what_a_conversion_loses_or_takes_for_granted_is_told(
    project: ModelsProject, name: str
) -> None:
    old, new, value, told = TOLD[name]
    change(project, old, value)
    before = project.rows("SELECT CAST(v AS VARCHAR) FROM gigs")
    written = project.change(model("gigs", f"v = mapped_column({new})"))
    said = re.sub(r"\+00\b|\.000000", "", written.out)
    assert f"gigs.v: {told}" in said
    assert f"gigs.v: {told}" in re.sub(r"\+00\b|\.000000", "", project.run("upgrade", "--plan").out)
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    if ONE not in told:
        assert len(before) == len(project.rows("SELECT v FROM gigs"))


@pytest.mark.parametrize("name", rarely(list(REFUSED), "no_day_of_the_calendar"))
def test_a_value_that_can_t_be_converted_is_refused_with_the_rows_and_one(
    project: ModelsProject, name: str
) -> None:
    old, new, value, shown = REFUSED[name]
    change(project, old, value)
    said = project.refused(model("gigs", f"v = mapped_column({new})"), code=1)
    assert "gigs.v can't become" in said
    assert f"1 of its rows holds something else, {shown}" in said


@pytest.mark.long
@pytest.mark.parametrize("new", [AWARE, "sa.DateTime"])
@pytest.mark.parametrize(("old", "value"), [("sa.Date", "'2026-02-03'"), ("sa.Text", ZONED)])
def test_a_zone_that_a_session_has_set_changes_no_time(
    on_postgresql: ModelsProject, old: str, value: str, new: str
) -> None:
    change(on_postgresql, old, value)
    name = on_postgresql.rows("SELECT current_database()")[0][0]
    on_postgresql.execute(f"ALTER DATABASE \"{name}\" SET timezone = 'Asia/Tokyo'")
    try:
        on_postgresql.change(model("gigs", f"v = mapped_column({new})"))
        on_postgresql.run("upgrade")
        hour = "2026-02-03 00:00:00" if old == "sa.Date" else "2026-02-03 02:05:06"
        found = "v AT TIME ZONE 'UTC'" if new == AWARE else "v"
        assert [(hour,)] == on_postgresql.rows(f"SELECT ({found})::text FROM gigs")
    finally:
        on_postgresql.execute(f'ALTER DATABASE "{name}" RESET timezone')


SHARED = "(v): 2 rows have the values of another, one with v 7"
VIOLATED = {
    "unique": ("unique=True", f"unique constraint uq_gigs_v {SHARED}"),
    "unique_index": ("index=True, unique=True", f"unique index ix_gigs_v {SHARED}"),
    "check": (
        "sa.CheckConstraint('v > 9', name='big')",
        "check ck_gigs_big (v > 9): 2 rows break it, one with v 7",
    ),
    "foreign_key": (
        "sa.ForeignKey('others.id')",
        "foreign key fk_gigs_v_others (v): 2 rows refer to nothing in others, one with v 7",
    ),
}


@pytest.mark.parametrize("kind", rarely(list(VIOLATED), "foreign_key"))
def test_rows_that_break_a_new_rule_are_counted_where_the_trial_fails(
    project: ModelsProject, kind: str
) -> None:
    line, told = VIOLATED[kind]
    other = model("others")
    project.begin(
        other + model("gigs", "v = mapped_column(sa.Integer)"),
        "INSERT INTO gigs (v) VALUES (7), (7), (NULL)",
    )
    said = project.refused(other + model("gigs", f"v = mapped_column(sa.Integer, {line})"), code=1)
    assert f"gigs can't get the {told}" in said
    assert "Mend the rows that are in the way" in said
    assert "_dbtasks_new" not in said


def test_rows_that_refer_to_a_new_table_are_told_what_gives_it_rows(project: ModelsProject) -> None:
    state = "state = mapped_column(sa.Enum('open', 'shut', name='state'), nullable=False)"
    project.begin(model("gigs", state), "INSERT INTO gigs (state) VALUES ('shut'), ('shut')")
    states = (
        "class State(Base):\n    __tablename__ = 'states'\n"
        "    code = mapped_column(sa.String(9), primary_key=True)\n"
    )
    referring = "state = mapped_column(sa.String(9), sa.ForeignKey('states.code'), nullable=False)"
    models = states + model("gigs", referring)
    said = project.refused(models, code=1)
    query = "states=SELECT DISTINCT state AS code FROM gigs"
    assert (
        "gigs can't get the foreign key fk_gigs_state_states (state): 2 rows refer to nothing in "
        "states, one with state 'shut'. It is new, and gets rows by --fill-table "
    ) + query.replace("=", "='", 1) + "'" in said
    project.change(models, "--fill-table", query)
    project.run("upgrade")
    assert [("shut", "shut")] == project.rows(
        "SELECT g.state, s.code FROM gigs g JOIN states s ON s.code = g.state WHERE g.id = 1"
    )
