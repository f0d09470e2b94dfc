"""A verb that only looks runs nothing of a revision, whatever that would do."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import indent

import pytest

from dbtasks.operations.batch import each_operation
from dbtasks.revisions.reader import Module
from dbtasks.revisions.reading import NotUnderstoodOp
from tests.models_project import TITLE, ModelsProject, model
from tests.revisions.side_effects import ACTING, STORE, Acting
from tests.selection import everyday_on

LOOKS = [
    ["status"],
    ["status", "--json"],
    ["current"],
    ["history"],
    ["heads"],
    ["check"],
    ["upgrade", "--plan"],
    ["downgrade", "base", "--plan"],
    ["upgrade", "--sql"],
    ["downgrade", "base", "--sql"],
    ["show", "head"],
    ["show", "r001", "--json"],
    ["migrate", "more"],
]
FIRST = """
def upgrade():
    op.create_table("gigs", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(80), nullable=False))


def downgrade():
    op.drop_table("gigs")
"""
RUN = """
import sys
import threading
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

sys.path[:0] = [".", "alembic/versions"]
engine = sa.create_engine("sqlite://")
with engine.connect() as connection:
    connection.exec_driver_sql("CREATE TABLE gigs (id INTEGER PRIMARY KEY, title TEXT)")
    with Operations.context(MigrationContext.configure(connection)):
        for path in sorted(Path("alembic/versions").glob("*.py")):
            try:
                import_module(path.stem).upgrade()
            except BaseException:
                pass
"""


def revision(id_: str, down: str | None, body: str, top: str = "") -> str:
    head = f'"""a revision"""\nimport sqlalchemy as sa\nfrom alembic import op\n{top}\n'
    return f"{head}revision = {id_!r}\ndown_revision = {down!r}\n{body}"


def acting(number: int, item: Acting) -> str:
    """Return the source of a revision that acts in both directions."""
    body = indent(item.body, "    ")
    functions = [f"{item.decorator}\ndef {name}():\n{body}\n" for name in ("upgrade", "downgrade")]
    return revision(f"r{number:03}", f"r{number - 1:03}", "\n\n".join(functions), item.top)


@pytest.fixture
def full_of_traps(project: ModelsProject) -> ModelsProject:
    """A project of revisions that act, the first of them apart, with two rows to be lost."""
    project.write("store.py", STORE)
    (project.root / "traces").mkdir()
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (id, title) VALUES (1, 'a'), (2, 'b')")
    for number, item in enumerate(ACTING, start=1):
        project.write(f"alembic/versions/r{number:03}.py", acting(number, item))
    return project


def traces(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "traces").iterdir())


@everyday_on("sqlite")
def test_no_verb_that_looks_acts(full_of_traps: ModelsProject) -> None:
    project = full_of_traps
    stamps = ["stamp", "head"], ["stamp", "head", "--unchecked"]
    for words in (*LOOKS, *stamps, *LOOKS, ["downgrade", "base"]):
        result = project.run(*words, code=None)

        assert [] == traces(project.root), words
        assert "Traceback" not in result.text, words
        assert result.text.strip(), words
        assert 130 != result.code
    assert "store" not in sys.modules
    assert [(1, "a"), (2, "b")] == project.rows("SELECT id, title FROM gigs ORDER BY id")


def test_a_downgrade_through_them_asks(full_of_traps: ModelsProject) -> None:
    full_of_traps.run("stamp", "head", "--unchecked")
    refused = full_of_traps.run("downgrade", "-1", code=2)
    assert "runs code of its own, which is not looked into" in refused.err
    assert "To go on without a question: " in refused.err and "--yes" in refused.err


@pytest.mark.parametrize("item", ACTING, ids=lambda item: item.name)
def test_what_acts_is_not_understood(item: Acting) -> None:
    content = Module(acting(1, item), Path("r001.py"))
    for direction in ("upgrade", "downgrade"):
        operations = each_operation(content.reading(direction).operations)
        assert any(isinstance(operation, NotUnderstoodOp) for operation in operations)


@pytest.mark.slow
def test_each_of_them_does_act_when_it_runs(on_sqlite: ModelsProject) -> None:
    on_sqlite.write("store.py", STORE)
    (on_sqlite.root / "traces").mkdir()
    on_sqlite.models(model("gigs", TITLE))
    for number, item in enumerate(ACTING, start=1):
        on_sqlite.write(f"alembic/versions/r{number:03}.py", acting(number, item))
    on_sqlite.process([sys.executable, "-c", RUN])
    assert sorted(["imported", "later", *(item.name for item in ACTING)]) == traces(on_sqlite.root)
