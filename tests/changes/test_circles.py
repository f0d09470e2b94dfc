"""Tables that refer to each other in a circle come, change and go like all others."""

from __future__ import annotations

import pytest

from tests.models_project import PLAIN_PRELUDE, PRELUDE, ModelsProject, model

USERS = model("users")


def refers(table: str, to: str, *more: str, kind: str = "int | None") -> str:
    """Return a table whose column `to_id` refers to another; `more` says how."""
    key = ", ".join([f"'{to}.id'", *more])
    return model(table, f"{to}_id: Mapped[{kind}] = mapped_column(sa.ForeignKey({key}))")


def circle(first: str = "", second: str = "", kind: str = "int | None") -> str:
    """Return two tables; `first` and `second` say how the one and the other refer."""
    return (
        USERS
        + refers("shops", "pics", *filter(None, [first]))
        + refers("pics", "shops", *filter(None, [second]), kind=kind)
    )


CIRCLES = {
    "nameless": circle(),
    "one NOT NULL": circle(kind="int"),
    "one named": circle("name='one'"),
    "both named": circle("name='one'", "name='two'"),
    "use_alter, nameless": circle("use_alter=True", kind="int"),
    "use_alter, named": circle("name='one', use_alter=True"),
    "use_alter without a circle": USERS + refers("shops", "users", "use_alter=True"),
    "three": USERS + refers("a", "b") + refers("b", "c") + refers("c", "a"),
    "two circles that share a table": USERS
    + refers("a", "b")
    + refers("b", "a")
    + model(
        "c",
        "a_id: Mapped[int | None] = mapped_column(sa.ForeignKey('a.id'))",
        "c_id: Mapped[int | None] = mapped_column(sa.ForeignKey('c.id'))",
        "d_id: Mapped[int | None] = mapped_column(sa.ForeignKey('d.id'))",
    )
    + refers("d", "c"),
    "itself": USERS + refers("shops", "shops"),
}


@pytest.mark.parametrize("way", ["nameless"])
def test_a_circle_comes_and_goes(project: ModelsProject, way: str) -> None:
    comes_and_goes(project, way, PLAIN_PRELUDE)


@pytest.mark.long
@pytest.mark.parametrize("prelude", [PLAIN_PRELUDE, PRELUDE], ids=["plain", "convention"])
@pytest.mark.parametrize("way", CIRCLES)
def test_every_circle_comes_and_goes(project: ModelsProject, way: str, prelude: str) -> None:
    comes_and_goes(project, way, prelude)


def comes_and_goes(project: ModelsProject, way: str, prelude: str) -> None:
    """Hold where tables that refer to each other come first, go, and come back later."""
    project.prelude = prelude
    project.begin(CIRCLES[way])
    goes_there_and_back(project)
    project.change(USERS, "--allow-drops")
    project.run("upgrade")
    goes_there_and_back(project)
    project.change(CIRCLES[way])
    project.run("upgrade")
    goes_there_and_back(project)


def goes_there_and_back(project: ModelsProject) -> None:
    """Hold where nothing differs, and nothing does after the whole way down and up again."""
    project.run("check")
    project.run("downgrade", "base", "--yes")
    project.run("upgrade")
    project.run("check")


def test_a_circle_is_closed_and_opened_later(project: ModelsProject) -> None:
    project.prelude = PLAIN_PRELUDE
    line = model("shops", "pics_id: Mapped[int | None]") + refers("pics", "shops")
    closed = refers("shops", "pics") + refers("pics", "shops")
    project.begin(line, "INSERT INTO shops VALUES (1, 1)", "INSERT INTO pics VALUES (1, 1)")
    project.change(closed)
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    project.run("upgrade")
    project.change(line)
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    assert [(1, 1)] == project.rows("SELECT id, pics_id FROM shops")
    assert [(1, 1)] == project.rows("SELECT id, shops_id FROM pics")


def test_a_table_of_a_circle_goes_alone(project: ModelsProject) -> None:
    project.begin(circle(), "INSERT INTO shops VALUES (7, NULL)")
    project.change(USERS + model("shops"))
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    project.models(circle())
    project.run("check")
    assert [(7,)] == project.rows("SELECT id FROM shops")
