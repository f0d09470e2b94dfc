"""Alembic's own `revision --autogenerate` writes what `migrate` would, and asks nothing."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model
from tests.selection import everyday_on
from tests.states import state_of

STATE = "\n\nclass S(enum.Enum):\n    open = 1\n    shut = 2\n"
BEFORE = (
    STATE
    + model("users", TITLE)
    + model("gigs", TITLE, "fee: Mapped[int | None]", "state: Mapped[S]", "at: Mapped[str]")
)
AFTER = (
    STATE.replace("shut = 2", "shut = 2\n    held = 3")
    + model("users", TITLE, "mail: Mapped[str | None]")
    + model(
        "gigs",
        "name: Mapped[str | None]",
        "fee: Mapped[int] = mapped_column(default=3)",
        "state: Mapped[S] = mapped_column(index=True)",
        "at: Mapped[dt.datetime]",
        "twice: Mapped[int | None] = mapped_column(sa.Computed('fee * 2', persisted=True))",
        args="sa.CheckConstraint('fee >= 0', name='positive')",
    )
)
ROWS = (
    "INSERT INTO users (title) VALUES ('Ada')",
    "INSERT INTO gigs (title, fee, state, at) VALUES ('walk', NULL, 'open', '2026-01-02 03:04')",
)

pytestmark = pytest.mark.slow


def body(text: str) -> str:
    return text.partition("def upgrade")[2]


def by_name(project: ModelsProject) -> dict[str, object]:
    """Return each table's columns and indexes; Alembic places a column by those that were there."""
    tables = state_of(project)[1]
    return {name: (sorted(columns), indexes) for name, (columns, indexes, _) in tables.items()}


@everyday_on("sqlite")
def test_it_writes_the_same_operations_and_applies_them_to_the_same_end(
    project: ModelsProject,
) -> None:
    project.begin(BEFORE, *ROWS)
    ours = project.change(AFTER, "--no-rename")
    (path,) = [p for p in project.revisions() if p.name.endswith("_change.py")]
    expected = body(project.written(ours))
    path.unlink()

    result = project.process(["alembic", "revision", "--autogenerate", "-m", "change"])
    (path,) = [p for p in project.revisions() if p.name.endswith("_change.py")]
    assert expected == body(path.read_text(encoding="utf-8"))
    assert "?" not in result.out

    project.process(["alembic", "upgrade", "head"])
    project.run("check")
    theirs = by_name(project)
    project.run("downgrade", "--yes")
    project.run("upgrade")
    assert theirs == by_name(project)
    assert [(1, None, 3, "open", 6)] == project.rows("SELECT id, name, fee, state, twice FROM gigs")


def test_where_rows_lack_a_value_nothing_is_made_up_and_the_upgrade_stops(
    project: ModelsProject,
) -> None:
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('walk')")
    project.models(model("gigs", TITLE, "seats: Mapped[int]"))
    project.process(["alembic", "revision", "--autogenerate", "-m", "change"])
    before = state_of(project)[1]
    said = project.run("upgrade", code=1).err
    assert "It was rolled back. Nothing was changed." in said
    assert before == state_of(project)[1]
