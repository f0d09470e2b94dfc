"""What the reader makes of a revision's file: operations where it is sure, the source elsewhere."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest
import sqlalchemy as sa
from alembic.operations import ops

from dbtasks.operations.batch import each_operation
from dbtasks.revisions.reader import Module
from dbtasks.revisions.reading import NotUnderstoodOp, UnreadType

HEAD = """\
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
"""
TABLE = 'op.create_table("t", sa.Column("c", {}))'


def read(body: str, top: str = "") -> list[ops.MigrateOperation]:
    """Return what the upgrade with this body does, the operations of batches one by one."""
    text = f"{HEAD}\n{dedent(top)}\n\ndef upgrade():\n{indent(dedent(body).strip(), '    ')}\n"
    return list(each_operation(Module(text, Path("revision.py")).reading("upgrade").operations))


def not_understood(operations: list[ops.MigrateOperation]) -> list[str]:
    return [item.source.strip() for item in operations if isinstance(item, NotUnderstoodOp)]


@pytest.mark.parametrize(
    ("body", "top", "expected"),
    [
        ('op.execute("SELECT 1")', "", "SELECT 1"),
        ('op.execute(sa.text("SELECT 1"))', "", "SELECT 1"),
        ("op.execute(PURGE)", 'PURGE = "DELETE FROM t"', "DELETE FROM t"),
        ("op.execute(PURGE)", 'PURGE: str = "DELETE " + "FROM t"', "DELETE FROM t"),
        ("op.execute(sql)", 'TABLE = "t"\nsql = f"DELETE FROM {TABLE}"', "DELETE FROM t"),
        ('sql = "A"\nsql += "B"\nop.execute(sql)', "", "AB"),
        ('a, b = "A", "B"\nop.execute(a + b)', "", "AB"),
        ("op.execute(sqltext='SELECT 1')", "", "SELECT 1"),
        ("op.execute(*['SELECT 1'])", "", "SELECT 1"),
        ("op.execute(**{'sqltext': 'SELECT 1'})", "", "SELECT 1"),
        ("alembic.op.execute('SELECT 1')", "import alembic", "SELECT 1"),
        ("execute('SELECT 1')", "from alembic.op import execute", "SELECT 1"),
        ("o.execute('SELECT 1')", "from alembic import op as o", "SELECT 1"),
        ("with op.get_context().autocommit_block():\n    op.execute('SELECT 1')", "", "SELECT 1"),
    ],
)
def test_sql_is_read_wherever_its_text_stands_in_the_file(
    body: str, top: str, expected: str
) -> None:
    (operation,) = read(body, top)
    assert isinstance(operation, ops.ExecuteSQLOp)
    assert expected == str(operation.sqltext)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("sa.Integer", "INTEGER"),
        ("sa.Integer()", "INTEGER"),
        ("sa.String(length=80)", "VARCHAR(80)"),
        ('sa.Enum("a", "b", name="e")', "e"),
        ("postgresql.ARRAY(sa.String(3))", "VARCHAR(3)[]"),
        ("postgresql.JSONB(astext_type=sa.Text())", "JSONB"),
        ('sa.JSON().with_variant(postgresql.JSONB(), "postgresql")', "JSONB"),
        ("sa.dialects.postgresql.UUID(as_uuid=True)", "UUID"),
    ],
)
def test_types_of_sqlalchemy_are_read(type_: str, expected: str) -> None:
    (operation,) = read(TABLE.format(type_))
    assert isinstance(operation, ops.CreateTableOp)
    column = operation.columns[0]
    assert isinstance(column, sa.Column)
    assert expected == column.type.compile(dialect=sa.dialects.postgresql.dialect())


@pytest.mark.parametrize(
    "type_",
    [
        "app.types.Money()",
        "app.types.Money",
        "app.types.Money(sa.Numeric(8, 2), currency='EUR')",
        "postgresql.ARRAY(app.types.Money())",
        'app.types.Money().with_variant(sa.Text(), "sqlite")',
        'sa.Text().with_variant(app.types.Money(), "sqlite")',
    ],
)
def test_a_type_of_the_project_s_own_stays_its_source(type_: str) -> None:
    (operation,) = read(TABLE.format(type_), "import app.types")
    assert isinstance(operation, ops.CreateTableOp)
    column = operation.columns[0]
    assert isinstance(column, sa.Column)
    assert isinstance(column.type, UnreadType)
    assert type_.replace('"', "'") == str(column.type)


@pytest.mark.parametrize(
    "body",
    [
        "for name in ('a', 'b'):\n    op.drop_column('t', name)",
        "if op.get_bind().dialect.name == 'sqlite':\n    op.drop_table('t')",
        "op.get_bind().execute(sa.text('DELETE FROM t'))",
        "rows = op.get_bind().execute(sa.text('SELECT 1')).all()",
        "op.execute(sa.table('t').delete())",
        "op.execute('DELETE FROM %s' % 't')",
        "op.execute('DELETE FROM {}'.format('t'))",
        "op.execute(open('purge.sql').read())",
        "op.execute(TABLE_THAT_NOBODY_DEFINES)",
        "op.run_async(main)",
        "op.something_else('t')",
        "helper('t')",
        "with something('t'):\n    op.drop_table('t')",
        "with op.batch_alter_table(name_of_it) as batch_op:\n    batch_op.drop_column('c')",
        "raise NotImplementedError('there is no way back')",
        "assert not op.get_bind().in_transaction()",
        "del Table.thing",
        "Table.thing = 1",
    ],
)
def test_what_only_running_it_could_tell_is_kept_as_its_source(body: str) -> None:
    operations = read(body, "from app import Table, helper, main, something")
    assert [indent(body, "    ").strip()] == not_understood(operations)
    assert 1 == len(operations)


@pytest.mark.parametrize(
    "given",
    [
        "table_args=(sa.CheckConstraint('c > 0'),)",
        "table_kwargs={'sqlite_autoincrement': True}",
        "reflect_args=[sa.Column('c', sa.Boolean())]",
    ],
)
def test_a_batch_that_says_what_its_table_is_is_told_with_its_steps(given: str) -> None:
    call = f"op.batch_alter_table('t', {given})"
    operations = read(f"with {call} as batch_op:\n    batch_op.drop_column('a')")
    assert [call] == not_understood(operations)
    assert ops.DropColumnOp is type(operations[0])


@pytest.mark.parametrize(
    "given", ["recreate='always'", "naming_convention={'uq': 'x'}", "schema=None", "table_args=()"]
)
def test_what_else_a_batch_is_given_hides_nothing(given: str) -> None:
    operations = read(
        f"with op.batch_alter_table('t', {given}) as batch_op:\n    batch_op.drop_column('a')"
    )
    assert [ops.DropColumnOp] == [type(item) for item in operations]


def test_a_statement_that_is_not_understood_leaves_the_others_as_they_are() -> None:
    operations = read(
        """
        op.add_column("t", sa.Column("c", sa.Integer()))
        with op.batch_alter_table("t") as batch_op:
            batch_op.drop_column("a")
            anything(batch_op)
            batch_op.drop_column("b")
        op.drop_table("u")
        """
    )
    assert ["anything(batch_op)"] == not_understood(operations)
    kinds = [type(item) for item in operations]
    assert [ops.AddColumnOp, ops.DropColumnOp, NotUnderstoodOp, ops.DropColumnOp] == kinds[:4]
    assert [ops.DropTableOp] == kinds[4:]


def test_its_place_is_its_line_and_its_first_words() -> None:
    (code,) = read("for name in ('a', 'b'):\n    op.drop_column('t', name)")
    assert isinstance(code, NotUnderstoodOp)
    assert "line 8: for name in ('a', 'b'): ..." == code.place


@pytest.mark.parametrize(
    "top",
    [
        "import app\nfrom app import models",
        '"""What it is for."""',
        "logger = logging.getLogger(__name__)",
        "Base = sa.orm.declarative_base()",
        "def helper(name):\n    op.drop_table(name)",
        "class State(enum.Enum):\n    open = 1",
        "t = sa.table('t', sa.column('a'))",
        "NAMES = ['a', 'b']",
        "try:\n    import ujson\nexcept ImportError:\n    ujson = None",
        "if TYPE_CHECKING:\n    from app.models import Gig",
    ],
)
def test_a_top_that_can_do_nothing_is_passed_over(top: str) -> None:
    imports = (
        "import enum\nimport logging\nimport sqlalchemy as sa\nfrom typing import TYPE_CHECKING"
    )
    assert [] == read("pass", f"{imports}\n{top}")


def test_what_a_loop_may_have_changed_is_not_known_any_more() -> None:
    first, second = read(
        """
        for name in ("a", "b"):
            sql = f"DELETE FROM {name}"
        op.execute(sql)
        """,
        'sql = "SELECT 1"',
    )
    assert ["op.execute(sql)"] == not_understood([second])
    assert isinstance(first, NotUnderstoodOp)


def test_what_a_function_may_change_by_global_is_not_known() -> None:
    top = "sql = 'SELECT 1'\ndef other():\n    global sql\n    sql = 'DELETE FROM t'"
    (operation,) = read("op.execute(sql)", top)
    assert ["op.execute(sql)"] == not_understood([operation])


def test_names_of_the_project_s_own_are_not_taken_for_ours() -> None:
    assert ["op.execute('SELECT 1')"] == not_understood(
        read("op.execute('SELECT 1')", "from app import op")
    )


@pytest.mark.parametrize(
    "function", ["@decorated\ndef upgrade():\n    pass", "async def upgrade():\n    pass", ""]
)
def test_a_function_that_is_no_plain_one_is_code_of_its_own(function: str) -> None:
    text = f"{HEAD}from app import decorated\n{function or 'upgrade = decorated(1)'}\n"
    operations = Module(text, Path("revision.py")).reading("upgrade").operations
    assert operations
    assert all(isinstance(item, NotUnderstoodOp) for item in operations)


def test_nesting_without_end_is_no_traceback() -> None:
    assert not_understood(read(f"op.execute(op{'.a' * 700})"))
