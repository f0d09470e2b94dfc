"""The body of a revision: blank lines, blocks and comments, and what somebody else renders."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

import dbtasks
from dbtasks import ListOf
from dbtasks.autogenerate.plan.blocks import (
    AddPrimaryKeyOp,
    BatchOp,
    CommentOp,
    RemoveTableCommentOp,
)
from dbtasks.operations.fill import FillOp
from tests.autogenerate.write.revision_writer import RevisionWriter, happened, upgrade_of


class StrangeOp(MigrateOperation):
    """An operation of the user's own, rendered as the test wants it."""

    def __init__(self, rendered: str | list[str]) -> None:
        self.rendered = rendered


@renderers.dispatch_for(StrangeOp)
def _strange(_context: object, operation: StrangeOp) -> str | list[str]:
    return operation.rendered


def upgrade(text: str) -> str:
    """Return the lines of `upgrade` in a revision."""
    return text.partition("def upgrade() -> None:\n")[2].partition("\n\n\ndef ")[0]


def drop(column: str = "c") -> ops.DropColumnOp:
    """Return the operation that drops a column."""
    return ops.DropColumnOp("t", column)


def test_blank_lines_stand_around_blocks_and_above_comments(writer: RevisionWriter) -> None:
    text = writer.write(
        CommentOp("first"),
        FillOp("t", "c", 1),
        FillOp("t", "d", 2),
        CommentOp("one"),
        CommentOp("two"),
        BatchOp("t", [drop(), drop("d")]),
        BatchOp("u", [drop()]),
        FillOp("t", "e", 3),
        CommentOp("last"),
        FillOp("t", "f", 4),
        BatchOp("u", [drop()]),
    )
    expected = """\
    # first
    op.fill("t", "c", 1)
    op.fill("t", "d", 2)

    # one
    # two
    with op.batch_alter_table("t") as batch_op:
        batch_op.drop_column("c")
        batch_op.drop_column("d")

    with op.batch_alter_table("u") as batch_op:
        batch_op.drop_column("c")

    op.fill("t", "e", 3)

    # last
    op.fill("t", "f", 4)

    with op.batch_alter_table("u") as batch_op:
        batch_op.drop_column("c")"""
    assert expected == upgrade(text)


def test_what_stands_in_a_block_is_laid_out_in_it(writer: RevisionWriter) -> None:
    long = "x" * 50
    name, schema = f"{long}{long}", "s"
    added = ops.AddColumnOp("t", sa.Column(long, sa.String(40), comment=long))
    expected = f"""\
    with op.batch_alter_table(
        "{name}",
        schema="s",
    ) as batch_op:
        batch_op.add_column(
            sa.Column(
                "{long}",
                sa.String(length=40),
                nullable=True,
                comment="{long}",
            ),
        )
        batch_op.drop_column("c")"""
    assert expected == upgrade(writer.write(BatchOp(name, [added, drop()], schema=schema)))


@pytest.mark.parametrize(
    ("rendered", "expected"),
    [
        ("op.strange('a')", '    op.strange("a")'),
        ("op.strange('a')  # why", "    op.strange('a')  # why"),
        (["# why", "op.strange('a')"], '    # why\n    op.strange("a")'),
        ("for x in 'ab':\n    op.strange(x)", "    for x in 'ab':\n        op.strange(x)"),
        (["if True:", "op.strange('a')", ""], '    if True:\n        op.strange("a")'),
        (["with op.f('a') as x:", "x.f('b')", ""], '    with op.f("a") as x:\n        x.f("b")'),
        ("", "    pass"),
        ([], "    pass"),
        ("# nothing to do", "    # nothing to do\n    pass"),
    ],
)
def test_what_a_user_renders_stays_as_it_came_unless_it_is_an_expression(
    writer: RevisionWriter, rendered: str | list[str], expected: str
) -> None:
    assert expected == upgrade(writer.write(StrangeOp(rendered))).strip("\n")


def test_a_batch_that_a_hook_adds_is_laid_out_like_ours(writer: RevisionWriter) -> None:
    text = writer.write(ops.ModifyTableOps("t", [drop()]), FillOp("t", "c", 1))
    expected = """\
    with op.batch_alter_table("t") as batch_op:
        batch_op.drop_column("c")

    op.fill("t", "c", 1)"""
    assert expected == upgrade(text)


def test_a_batch_with_nothing_in_it_leaves_nothing(writer: RevisionWriter) -> None:
    assert "    pass" == upgrade(writer.write(BatchOp("t", [])))


def test_who_wants_no_batches_gets_none(writer: RevisionWriter) -> None:
    key = AddPrimaryKeyOp("n", "t", ["c"], schema="s")
    text = writer.write(BatchOp("t", [drop(), key]), render_as_batch=False)
    expected = """\
    op.drop_column("t", "c")
    op.create_primary_key("n", "t", ["c"], schema="s")"""
    assert expected == upgrade(text)


def test_the_names_of_modules_are_those_that_env_py_gives(writer: RevisionWriter) -> None:
    names = {"alembic_module_prefix": "o.", "sqlalchemy_module_prefix": "s."}
    text = writer.write(
        FillOp("t", "c", sa.text("1")),
        ops.AddColumnOp("t", sa.Column("c", sa.ARRAY(sa.Text), server_default=sa.true())),
        ops.AddColumnOp("t", sa.Column("d", ListOf(sa.Text))),
        RemoveTableCommentOp("t"),
        **names,
    )
    expected = """\
    o.fill("t", "c", s.text("1"))
    o.add_column("t", s.Column("c", s.ARRAY(s.Text()), server_default=s.true(), nullable=True))
    o.add_column("t", s.Column("d", ListOf(s.Text()), nullable=True))
    o.drop_table_comment("t")"""
    assert expected == upgrade(text)


def test_a_users_render_item_is_asked_first_and_ours_then(writer: RevisionWriter) -> None:
    def render_item(kind: str, item: Any, _context: object) -> str | bool:
        return "theirs.Uuid()" if kind == "type" and isinstance(item, sa.Uuid) else False

    columns = sa.Column("a", sa.Uuid()), sa.Column("b", ListOf(sa.Uuid()))
    text = writer.write(*(ops.AddColumnOp("t", item) for item in columns), render_item=render_item)
    assert 'sa.Column("a", theirs.Uuid(), nullable=True)' in text
    assert 'sa.Column("b", ListOf(theirs.Uuid()), nullable=True)' in text


def test_a_table_of_more_columns_than_a_call_may_have_arguments(writer: RevisionWriter) -> None:
    columns = [sa.Column(f"c{number}", sa.Integer()) for number in range(300)]
    text = writer.write(ops.CreateTableOp.from_table(sa.Table("t", sa.MetaData(), *columns)))
    assert '            sa.Column("c299", sa.Integer(), nullable=True),\n        ],\n' in text
    assert happened(upgrade_of(text))[0].count("INTEGER") == 300


def test_nothing_of_alembic_is_replaced() -> None:
    """Other programs of this process that import Alembic write what they always wrote."""
    for module in pkgutil.walk_packages(dbtasks.__path__, "dbtasks."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    operations = [value for value in vars(ops).values() if isinstance(value, type)]
    written = [item for item in operations if issubclass(item, MigrateOperation)]
    for operation in written:
        try:
            renderer = renderers.dispatch(operation)
        except ValueError:
            continue  # which Alembic doesn't write
        assert renderer.__module__.startswith("alembic."), operation
