"""A change of type keeps the values, says which it can't keep, or is refused."""

from __future__ import annotations

import pytest

from tests.models_project import ModelsProject, model


def typed(type_: str, python: str = "object") -> str:
    return model("gigs", f"v: Mapped[{python} | None] = mapped_column({type_})")


def rows(*values: str) -> str:
    return f"INSERT INTO gigs (v) VALUES {', '.join(f'({value})' for value in values)}"


LOSSY = {
    "fractions": ("sa.Numeric(6, 2)", "sa.Integer", ("1.50", "2.00", "NULL"), 1),
    "times of day": (
        "sa.DateTime",
        "sa.Date",
        ("'2026-01-02 03:04:05.000000'", "'2026-01-02 00:00:00.000000'"),
        1,
    ),
    "numbers that are neither 0 nor 1": ("sa.Integer", "sa.Boolean", ("0", "1", "7", "9"), 2),
}


@pytest.mark.parametrize("what", LOSSY)
def test_values_that_would_not_come_back_are_counted(project: ModelsProject, what: str) -> None:
    old, new, values, lost = LOSSY[what]
    project.begin(typed(old), rows(*values))
    written = project.change(typed(new))
    said = f"gigs.v: {lost} value{'s' if lost > 1 else ''} would not come back the same"
    assert said in written.out
    assert f"    # {said}." in project.written(written)
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    assert [(len(values),)] == project.rows("SELECT count(*) FROM gigs")


def test_a_conversion_that_keeps_every_value_says_nothing_of_loss(project: ModelsProject) -> None:
    project.begin(typed("sa.Integer"), rows("1", "2"))
    assert "come back" not in project.change(typed("sa.String(20)")).out


IMPOSSIBLE = {
    "words as numbers": ("sa.String(20)", "sa.Integer", ("'12'", "'twelve'"), "twelve"),
    "no time as a time": ("sa.String(40)", "sa.DateTime", ("'2026-01-02 03:04'", "'soon'"), "soon"),
    "no JSON as JSON": ("sa.Text", "sa.JSON", ("'{}'", "'{'"), ""),
    "no value of the enum": (
        "sa.String(9)",
        "sa.Enum('open', 'shut', name='state')",
        ("'open'", "'ajar'"),
        "ajar",
    ),
    "no UUID": ("sa.String(36)", "sa.Uuid", ("'not a uuid'",), "not a uuid"),
    "no boolean": ("sa.String(9)", "sa.Boolean", ("'maybe'",), "maybe"),
    "too long once it is text": ("sa.Integer", "sa.String(2)", ("99", "100"), "100"),
    "too long": ("sa.String(9)", "sa.String(3)", ("'abcd'", "'abc'"), "abcd"),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_can_not_be_converted_is_refused(project: ModelsProject, what: str) -> None:
    old, new, values, example = IMPOSSIBLE[what]
    project.begin(typed(old), rows(*values))
    said = project.refused(typed(new), code=1)
    assert said.startswith("gigs.v can't become ")
    assert example in said
    assert "Nothing was written." in said
    assert "Mend those rows first, or say what they get, made of what they hold, with" in said


def test_rows_that_come_later_and_can_not_be_converted_stop_the_upgrade(
    project: ModelsProject,
) -> None:
    project.begin(typed("sa.String(20)"), rows("'12'"))
    project.change(typed("sa.Integer"))
    project.execute(rows("'twelve'"))
    said = project.run("upgrade", code=1).err
    assert "It was rolled back. Nothing was changed." in said
    assert [("12",), ("twelve",)] == project.rows("SELECT v FROM gigs ORDER BY id")


def test_the_plan_of_an_upgrade_counts_them_as_they_are_then(project: ModelsProject) -> None:
    project.begin(typed("sa.Numeric(6, 2)"), rows("1.50"))
    project.change(typed("sa.Integer"))
    project.execute(rows("2.25"))
    plan = project.run("upgrade", "--plan").out
    assert "gigs.v: 2 values would not come back the same" in plan


def test_a_time_stays_what_it_is(project: ModelsProject) -> None:
    values = (
        "'2026-01-02 03:04:05'",
        "'2026-01-02 03:04:05.678'",
        "'2026-01-02 03:04'",
        "'2026-01-02'",
        "'2026-01-02T03:04:05'",
    )
    project.begin(typed("sa.String(40)"), rows(*values))
    project.change(typed("sa.DateTime"))
    project.run("upgrade")
    query = "SELECT v FROM gigs WHERE id {} ORDER BY id"
    found = [str(value) for (value,) in project.rows(query.format("> 0"))]
    assert [text.strip("'").replace("T", " ")[:19] for text in values[:2]] == [
        text[:19] for text in found[:2]
    ]
    assert ["2026-01-02 03:04:00", "2026-01-02 00:00:00", "2026-01-02 03:04:05"] == [
        text[:19] for text in found[2:]
    ]
    # SQLAlchemy itself reads them as times.
    project.run("check")
