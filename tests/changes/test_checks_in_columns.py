"""A CHECK that stands inside of a column is one like those that stand beside the columns."""

from __future__ import annotations

import pytest

from tests.models_project import PLAIN_PRELUDE, PRELUDE, ModelsProject, model
from tests.selection import rarely

BY_COLUMN = PRELUDE.replace("ck_%(table_name)s_%(constraint_name)s", "ck_%(column_0_name)s")
PLAIN = model("tasks", "n: Mapped[int]")
ROWS = "INSERT INTO tasks (id, n) VALUES (1, 5)"


def checked(*checks: str, column: str = "n") -> str:
    items = ", ".join(f"sa.CheckConstraint({check})" for check in checks)
    return f"{column}: Mapped[int] = mapped_column(sa.Integer, {items}, server_default='1')"


WAYS = {
    "nameless": (PLAIN_PRELUDE, "'n > 0'"),
    "named": (PLAIN_PRELUDE, "'n > 0', name='positive'"),
    "named in full": (PLAIN_PRELUDE, "'n > 0', name='ck_tasks_positive'"),
    "named by a convention": (PRELUDE, "'n > 0', name='positive'"),
    "named by its column": (BY_COLUMN, "'n > 0'"),
}


@pytest.mark.parametrize("way", rarely(WAYS, "nameless", "named by a convention"))
def test_it_comes_first_goes_and_comes_back(project: ModelsProject, way: str) -> None:
    project.prelude, check = WAYS[way]
    with_it, without = (model("tasks", line) for line in (checked(check), checked("'true'")))
    without = without.replace(", sa.CheckConstraint('true')", "")
    project.begin(with_it, ROWS)
    holds(project)
    for models in (without, with_it):
        project.change(models)
        project.run("upgrade")
        project.run("check")
    holds(project)
    project.run("downgrade", "base", "--yes")
    project.run("upgrade")
    project.run("check")


def holds(project: ModelsProject) -> None:
    """Hold where the check is there, and no row that it refuses."""
    with pytest.raises(Exception, match=r"(?i)check"):
        project.execute("INSERT INTO tasks (id, n) VALUES (2, -5)")
    assert [(1, 5)] == project.rows("SELECT id, n FROM tasks WHERE id = 1")


@pytest.mark.parametrize("way", ["nameless", "named by a convention"])
def test_it_comes_with_a_new_column(project: ModelsProject, way: str) -> None:
    project.prelude, check = WAYS[way]
    project.begin(PLAIN, ROWS)
    new = checked(check.replace("n > 0", "m > 0"), column="m")
    project.change(model("tasks", "n: Mapped[int]", new))
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    project.run("upgrade")
    project.run("check")


def test_it_is_made_anew_when_its_column_is(project: ModelsProject) -> None:
    project.prelude = PLAIN_PRELUDE
    project.begin(model("tasks", checked("'n > 0'", "'n < 9', name='low'")), ROWS)
    bigger = checked("'n > 0'", "'n < 99', name='low'").replace("sa.Integer", "sa.BigInteger")
    project.change(model("tasks", bigger))
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    assert [(1, 5)] == project.rows("SELECT id, n FROM tasks")


def test_a_revision_of_somebody_else_may_hold_it(project: ModelsProject) -> None:
    project.prelude = PLAIN_PRELUDE
    project.begin(PLAIN, ROWS)
    project.run("migrate", "by hand", "--empty")
    (path,) = (project.root / "alembic" / "versions").glob("*_by_hand.py")
    text = path.read_text(encoding="utf-8")
    column = "sa.Column('m', sa.Integer, sa.CheckConstraint('m > 0'))"
    path.write_text(text.replace("pass", f"op.add_column('tasks', {column})", 1), "utf-8")
    project.run("upgrade")
    line = "m: Mapped[int | None] = mapped_column(sa.Integer, sa.CheckConstraint('m > 0'))"
    project.models(model("tasks", "n: Mapped[int]", line))
    project.run("check")
