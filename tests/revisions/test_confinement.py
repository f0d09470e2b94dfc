"""What is run to print SQL reaches nothing but `op` and the database that it is given."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from dbtasks.operations.batch import each_operation
from dbtasks.revisions.reader import Module
from dbtasks.revisions.reading import NotUnderstoodOp
from tests.models_project import TITLE, ModelsProject, model
from tests.revisions.side_effects import ACTING, Acting
from tests.revisions.test_looking_never_acts import FIRST, acting, revision

CONFINED = {
    "a loop": 'for table in ("a", "b"):\n    op.drop_table(table)',
    "rows that are read": """
bind = op.get_bind()
for id_, title in bind.execute(sa.text("SELECT id, title FROM gigs")):
    bind.execute(sa.text("UPDATE gigs SET title = :t"), {"t": title.strip()})
""",
    "a session of its own on op's connection": """
from sqlalchemy.orm import Session
session = Session(bind=op.get_bind())
session.execute(sa.delete(sa.table("gigs")))
session.commit()
""",
    "a function of the file": "fill('gigs')",
    "a function that calls itself": "walk(3)",
    "a file that is read": 'op.execute((Path(__file__).parent / "fill.sql").read_text())',
    "a file that is opened to be read": 'with open("a.sql") as file:\n    op.execute(file.read())',
    "the environment": 'if os.environ.get("WITH_ROWS"):\n    op.execute("DELETE FROM gigs")',
    "an option": 'if context.get_x_argument(as_dictionary=True):\n    op.drop_table("gigs")',
    "a function of a value": "rows = [row for row in make()]\nop.bulk_insert(table(), rows)",
}
TOP = """
import json
import os
from pathlib import Path
from alembic import context

def fill(table):
    for name in json.loads('["a"]'):
        op.execute(f"UPDATE {table} SET title = {name}")

def walk(depth):
    if depth:
        walk(depth - 1)
    op.execute("DELETE FROM gigs")

def make():
    return [{"id": 1}]

table = lambda: sa.table("gigs", sa.column("id"))
"""
REACHING = {
    "a session of the project's": "with Session() as session:\n    session.commit()",
    "an engine of its own": 'with sa.create_engine("sqlite:///x.db").begin() as c:\n    c.close()',
    "a function that reaches": "fill()",
    "a lambda that reaches": "quick()",
    "a method that reaches": "Filler().fill()",
    "a name for it": "for row in again():\n    op.execute(row)",
    "an import in the function": "import subprocess\nsubprocess.run(['true'])",
    "an import from beside it": "from .models import session\nsession.commit()",
    "a file that is written": 'Path("x").write_text("y")',
    "a file that is opened to be written": 'open("x", "w").close()',
    "a mode that is not known": 'open("x", mode=op.f("w")).close()',
    "Alembic's own commands": 'command.upgrade(None, "head")',
    "Python from a text": 'exec("x = 1")',
    "a table of the project's": "op.get_bind().execute(Gig.__table__.delete())",
}
REACHING_TOP = """
from pathlib import Path
from alembic import command
from app.database import Session
from app.models import Gig

def fill():
    deeper()

def deeper():
    Session().commit()

quick = lambda: Session().commit()
again = Session

class Filler:
    def fill(self):
        fill()
"""


def is_confined(body: str, top: str) -> bool:
    text = revision("r001", None, f"def upgrade():\n{indent(body, '    ')}\n", top)
    return all(
        operation.is_confined
        for operation in each_operation(Module(text, Path("r001.py")).reading("upgrade").operations)
        if isinstance(operation, NotUnderstoodOp)
    )


@pytest.mark.parametrize("body", CONFINED.values(), ids=CONFINED)
def test_what_uses_op_and_values_is_confined(body: str) -> None:
    assert is_confined(body, TOP)


@pytest.mark.parametrize("body", REACHING.values(), ids=REACHING)
def test_what_uses_the_project_is_not(body: str) -> None:
    assert not is_confined(body, REACHING_TOP)


@pytest.mark.parametrize("item", ACTING, ids=lambda item: item.name)
def test_no_revision_that_acts_is(item: Acting) -> None:
    content = Module(acting(1, item), Path("r001.py"))
    for direction in ("upgrade", "downgrade"):
        operations = each_operation(content.reading(direction).operations)
        kept = [operation for operation in operations if isinstance(operation, NotUnderstoodOp)]
        assert not all(operation.is_confined for operation in kept)


SESSION = """
import sqlalchemy.orm
engine = sa.create_engine("{url}")


def upgrade():
    with sqlalchemy.orm.Session(engine) as session:
        session.execute(sa.text("DELETE FROM gigs"))
        session.commit()


def downgrade():
    for statement in ["SELECT 1", "SELECT 2"]:
        op.execute(statement)
"""


def test_sql_is_not_printed_for_a_session_of_the_projects(on_sqlite: ModelsProject) -> None:
    project = on_sqlite
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (id, title) VALUES (1, 'a')")
    project.write(
        "alembic/versions/r001.py", revision("r001", "r000", SESSION.format(url=project.url))
    )

    refused = project.run("upgrade", "--sql", code=1)

    assert "" == refused.out
    assert 'r001.py, line 14: session.execute(sa.text("DELETE FROM gigs' in refused.err
    assert "Apply the revision where the database is: " in refused.err
    assert [("a",)] == project.rows("SELECT title FROM gigs")


PASSWORDS = """
engine = sa.create_engine("postgresql://gigs:s3cret@host/gigs")


def upgrade():
    op.execute("CREATE ROLE gigs LOGIN PASSWORD 's3cret'")
    driver.connect(host="host", password="s3cret")
    op.drop_table("gigs")


def downgrade():
    pass
"""


def test_a_password_in_a_revision_is_shown_nowhere(on_sqlite: ModelsProject) -> None:
    project = on_sqlite
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    project.begin(model("gigs", TITLE))
    project.write("alembic/versions/r001.py", revision("r001", "r000", PASSWORDS))
    for words in (
        ["status"],
        ["show", "r001"],
        ["show", "r001", "--json"],
        ["upgrade", "--plan"],
        ["upgrade", "--plan", "--json"],
    ):
        assert "s3cret" not in project.run(*words).text
    shown = project.run("upgrade", "--plan").out
    assert "postgresql://gigs:***@host/gigs" in shown
    assert "PASSWORD '***'" in shown
    assert 'password="***"' in shown
    assert "s3cret" not in project.run("upgrade", "--sql", code=1).text


def test_sql_is_printed_for_a_loop(project: ModelsProject) -> None:
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    project.begin(model("gigs", TITLE))
    loop = 'def upgrade():\n    for name in ("a", "b"):\n        op.execute(f"SELECT {name!r}")\n'
    project.write("alembic/versions/r001.py", revision("r001", "r000", loop))
    printed = project.run("upgrade", "--sql").out
    assert "SELECT 'a'" in printed
    assert "SELECT 'b'" in printed
