"""Tables that inherit from others (PostgreSQL's INHERITS) come behind these, and go first."""

from __future__ import annotations

import pytest

from tests.models_project import ModelsProject

CITIES = """
cities = sa.Table("towns", Base.metadata, sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text){})
"""
CAPITALS = """
capitals = sa.Table("capitals", Base.metadata, sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text), sa.Column("state", sa.Text), postgresql_inherits="towns")
"""
BOTH = CAPITALS + CITIES.format("")
OTHERS = "".join(
    f'sa.Table("t{n}", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))\n'
    for n in range(4)
)


def test_they_come_go_and_come_back(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(BOTH + OTHERS, "INSERT INTO capitals VALUES (1, 'Rome', 'Italy')")
    assert [("Rome",)] == project.rows("SELECT name FROM towns")
    project.run("check")
    project.change(OTHERS)
    project.run("upgrade")
    project.run("downgrade", "--yes")
    project.models(BOTH + OTHERS)
    project.run("check")
    project.run("downgrade", "base", "--yes")
    project.run("upgrade", "+1")
    project.run("check")


def test_another_parent_is_refused_by_name(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(BOTH)
    plain = CAPITALS.replace(', postgresql_inherits="towns"', "") + CITIES.format("")
    said = project.refused(plain, code=1)
    assert said.startswith("capitals changes from INHERITS (towns) to no options, which migrate")


FOUNDED = 'sa.Column("founded", sa.Integer, nullable=False, server_default="1900")'
BIG = FOUNDED.replace("sa.Integer", "sa.BigInteger")
CHECKED = 'sa.CheckConstraint("founded > 0", name="positive")'


def with_column(column: str, *more: str) -> str:
    """Return both tables, each with a column; `more` is the parent's alone."""
    child = CAPITALS.replace("sa.Text),", f"sa.Text), {column},", 1)
    return child + CITIES.format("".join(f", {item}" for item in (column, *more)))


@pytest.mark.long
def test_what_a_parent_gets_its_children_get_once(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    steps = [BOTH, with_column(FOUNDED), with_column(BIG, CHECKED), with_column(BIG), BOTH]
    project.begin(BOTH, "INSERT INTO capitals VALUES (1, 'Rome', 'Italy')")
    for models in steps[1:]:
        project.change(models)
        project.run("upgrade")
        project.run("check")
    for models in reversed(steps[:-1]):
        project.run("downgrade", "--yes")
        project.models(models)
        project.run("check")
    assert [("Rome",)] == project.rows("SELECT name FROM towns")
