"""Tables that inherit from others (PostgreSQL's INHERITS) come behind these, and go first."""

from __future__ import annotations

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
