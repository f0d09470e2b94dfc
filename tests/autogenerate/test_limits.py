"""What a type refuses on PostgreSQL is told on SQLite too, because the same history goes there."""

from __future__ import annotations

from tests.models_project import TITLE, ModelsProject, model

RETYPED = {
    "a": ("sa.Numeric(10, 2)", "sa.Numeric(5, 2)", "123456"),
    "b": ("sa.BigInteger", "sa.Integer", "3000000000"),
    "c": ("sa.Integer", "sa.SmallInteger", "-40000"),
    "d": ("sa.String(20)", "sa.String(5)", "'longer'"),
    "e": ("sa.String(20)", "sa.Integer", "'3000000000'"),
}
"""Columns with their type, the one that they are to get, and a value that has no room there."""
FILLS = [
    ("sa.String(3), default='long'", ()),
    ("sa.SmallInteger, default=40000", ()),
    ("sa.Numeric(3, 1)", ("--fill", "gigs.v=id * 1000")),
    ("sa.String(3)", ("--fill", "gigs.v=title")),
]


def columns(retyped: str = "") -> str:
    lines = [
        f"{name} = mapped_column({new if name == retyped else old})"
        for name, (old, new, _) in RETYPED.items()
    ]
    return model("gigs", TITLE, *lines)


def test_values_that_a_new_type_has_no_room_for_are_refused(project: ModelsProject) -> None:
    values = ", ".join(value for _, _, value in RETYPED.values())
    project.begin(columns(), "INSERT INTO gigs (title) VALUES ('talk')")
    project.execute(f"INSERT INTO gigs (title, {', '.join(RETYPED)}) VALUES ('walk', {values})")
    for name in RETYPED:
        assert f"gigs.{name} can't become" in project.refused(columns(name), code=1)


def test_decimals_that_a_new_type_does_not_keep_are_counted(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE, "v = mapped_column(sa.Numeric(10, 3))"))
    project.execute("INSERT INTO gigs (title, v) VALUES ('walk', 1.125), ('talk', 1.5)")
    changed = project.change(model("gigs", TITLE, "v = mapped_column(sa.Numeric(10, 1))"))
    assert "gigs.v: 1 value would not come back the same" in changed.out


def test_a_fill_that_the_column_has_no_room_for_is_refused(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('walk')")
    for type_, words in FILLS:
        after = model("gigs", TITLE, f"v = mapped_column({type_}, nullable=False)")
        said = on_sqlite.refused(after, *words, code=1)
        assert "gigs.v can't take what its rows would get: 1 of its rows" in said
