"""A string comes back equal from a revision, whatever it holds and wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.schema import conv

from dbtasks import ListOf
from dbtasks.autogenerate.plan import blocks
from dbtasks.operations import enums, renames
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.fill import FillOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.schemas import CreateSchemaOp
from dbtasks.operations.sequences import CreateSequenceOp, SetSequenceOp
from tests.autogenerate.write.revision_writer import RevisionWriter, happened, invoked, upgrade_of
from tests.changes.examples import tries

PIECES = [
    *(
        "'",
        '"',
        '"""',
        "'''",
        "\\",
        "\\\\",
        "\n",
        "\n\n\n\n\n",
        "\r",
        "\t",
        "  ",
        " \n",
        "\f",
        "\x85",
    ),
    *(
        "\u2028",
        "\x00",
        "\x1b[31m",
        "\ud800",
        "\u202e",
        "\u200d",
        "\ufeff",
        "\xa0",
        "🎸",
        "音楽",
        "é",
    ),
    *("{x}", "{", "%", "%s", "%(x)s", ":", ":x", "::int", "\\:x", "${message}", "<%", "##", "# x"),
    *("# ### end Alembic commands ###", "\n    # ### end Alembic commands ###\n", "import os\n"),
    *(")", "(", "[", "a+b(c|", "\\1", "\\N{DASH}", "\\x41", "schema=None", ", ", "x" * 120),
]
LONGEST = 63
"""SQLAlchemy refuses longer names of constraints and indexes."""
STRINGS = st.lists(st.sampled_from(PIECES) | st.text(st.characters()), max_size=6).map("".join)


def table(*items: Any, name: str = "t", **options: Any) -> MigrateOperation:
    """Return the operation that makes a table."""
    return ops.CreateTableOp.from_table(sa.Table(name, sa.MetaData(), *items, **options))


def column(type_: Any = sa.Integer, *items: Any, name: str = "c", **options: Any) -> Any:
    """Return a column."""
    return sa.Column(name, type_, *items, **options)


def altered(**changes: Any) -> MigrateOperation:
    """Return the operation that changes a column, in a batch."""
    return batch(ops.AlterColumnOp("t", "c", existing_type=sa.Integer(), **changes))


def batch(*operations: MigrateOperation, name: str = "t", schema: str | None = None) -> Any:
    """Return the operation that changes a table."""
    return blocks.BatchOp(name, operations, schema=schema)


def index(*parts: Any, name: str = "n", **options: Any) -> MigrateOperation:
    """Return the operation that makes an index."""
    made = sa.Index(name, *(parts or ("c",)), **options)
    sa.Table("t", sa.MetaData(), column(), made)
    return ops.CreateIndexOp.from_index(made)


def check(condition: str, name: str = "n") -> MigrateOperation:
    """Return the operation that adds a check, in a batch."""
    return batch(blocks.AddCheckOp(name, "t", condition))


def exclusion(condition: Any) -> pg.ExcludeConstraint:
    """Return a constraint that PostgreSQL alone has."""
    return pg.ExcludeConstraint(("c", "="), where=condition, name="n")


def added(constraint: sa.Constraint) -> MigrateOperation:
    """Return the operation that adds a constraint, in a batch."""
    sa.Table("t", sa.MetaData(), column(), constraint)
    return batch(ops.AddConstraintOp.from_constraint(constraint))


def sql(text: str) -> sa.TextClause:
    """Return SQL in which no colon begins a parameter."""
    return sa.text(text.replace(":", "\\:"))


def filled(value: Any, type_: Any = None, **options: Any) -> MigrateOperation:
    """Return the operation that fills a column."""
    return FillOp("t", "c", value, type_, **options)


def operations_on_a_table(name: str) -> list[MigrateOperation]:
    """Return all that names a table."""
    return [
        table(column(), name=name),
        batch(ops.DropColumnOp(name, "c"), name=name),
        ops.DropTableOp(name),
        blocks.RenameTableOp("t", name),
        blocks.RenameTableOp(name, "t"),
        blocks.SetTableCommentOp(name, "about it"),
        blocks.RemoveTableCommentOp(name),
        RefuseRowsOp(name, "it has some"),
        FillOp(name, "c", 1),
    ]


def operations_on_a_column(name: str) -> list[MigrateOperation]:
    """Return all that names a column."""
    return [
        table(column(name=name, primary_key=True)),
        batch(
            ops.AddColumnOp("t", column(name=name)),
            ops.DropColumnOp("t", name),
            ops.AlterColumnOp("t", name, modify_nullable=False),
            blocks.RenameColumnOp("t", "c", modify_name=name),
            blocks.AddPrimaryKeyOp("n", "t", [name]),
            ops.CreateUniqueConstraintOp("n", "t", [name]),
            ops.CreateForeignKeyOp("n", "t", "s", [name], ["c"]),
        ),
        index(column(name=name)),
        FillOp("t", name, 1),
        NumberRowsOp("t", name, [name]),
        enums.RenameEnumValueOp("n", "a", "b", [("t", name)]),
    ]


def operations_on_a_constraint(name: str) -> list[MigrateOperation]:
    """Return all that names a constraint, by a final name or one for the naming convention."""
    return [
        table(column(), sa.PrimaryKeyConstraint("c", name=name)),
        table(column(), sa.UniqueConstraint("c", name=conv(name))),
        table(column(), sa.CheckConstraint("c > 1", name=name)),
        batch(
            ops.DropConstraintOp(name, "t"),
            ops.CreateUniqueConstraintOp(conv(name), "t", ["c"]),
            ops.CreateForeignKeyOp(name, "t", "s", ["c"], ["c"]),
            blocks.AddCheckOp(conv(name), "t", "c > 1"),
            blocks.AddPrimaryKeyOp(name, "t", ["c"]),
        ),
        renames.RenameConstraintOp(name, "new", "t"),
    ]


def operations_on_a_schema(name: str) -> list[MigrateOperation]:
    """Return what names a schema."""
    return [
        CreateSchemaOp(name),
        table(column(), schema=name),
        batch(ops.DropColumnOp("t", "c", schema=name), schema=name),
        filled(1, schema=name),
        CreateSequenceOp("n", name),
        blocks.SetTableCommentOp("t", "about it", schema=name),
    ]


def operations_on_an_enum(value: str) -> list[MigrateOperation]:
    """Return what names an enum, or a value of one."""
    return [
        enums.CreateEnumOp(value, [value, "b"]),
        enums.AddEnumValueOp("n", value, before=value),
        enums.RenameEnumValueOp("n", "a", value),
        enums.ReplaceEnumOp("n", [value]),
        enums.RenameEnumOp("n", [value]),
        enums.DropEnumOp(value),
    ]


Place = Callable[[str], list[MigrateOperation]]
PLACES: dict[str, Place] = {
    "comment of a new table": lambda text: [table(column(), comment=text)],
    "comment of a table": lambda text: [blocks.SetTableCommentOp("t", text, existing_comment=text)],
    "comment of a new column": lambda text: [table(column(comment=text))],
    "comment of a column": lambda text: [altered(modify_comment=text, existing_comment=text)],
    "default": lambda text: [table(column(sa.String, server_default=text))],
    "default in SQL": lambda text: [table(column(sa.String, server_default=sql(text)))],
    "changed default": lambda text: [altered(modify_server_default=sa.DefaultClause(text))],
    "changed default in SQL": lambda text: [
        altered(modify_server_default=sa.DefaultClause(sql(text)))
    ],
    "check": lambda text: [
        table(column(), sa.CheckConstraint(sql(text))),
        check(sql(text).text),
    ],
    "check by expression": lambda text: [
        table(column(), sa.CheckConstraint(sa.column("c") != text, name="n")),
    ],
    "computed": lambda text: [table(column(sa.String, sa.Computed(sql(text), persisted=True)))],
    "type in PostgreSQL": lambda text: [
        CreateDomainOp(
            pg.DOMAIN(
                f"n{text}", sa.Text(), check=sql(text), default=sql(text), collation=f"n{text}"
            )
        ),
        DropDomainOp(f"n{text}"),
    ],
    "collation": lambda text: [table(column(sa.String(9, collation=f"n{text}")))],
    "value of an enum": lambda text: [table(column(sa.Enum("a", f"n{text}", name="n")))],
    "value in an array": lambda text: [table(column(sa.ARRAY(sa.Enum(f"n{text}", name="n"))))],
    "value in a list": lambda text: [table(column(ListOf(sa.Enum(f"n{text}", name="n"))))],
    "enum": lambda text: operations_on_an_enum(f"n{text}"),
    "table": lambda text: operations_on_a_table(f"n{text}"),
    "column": lambda text: operations_on_a_column(f"n{text}"),
    "constraint": lambda text: operations_on_a_constraint(f"n{text}"[:LONGEST]),
    "schema": lambda text: operations_on_a_schema(f"n{text}"),
    "index": lambda text: [
        index(name=f"n{text}"[:LONGEST]),
        ops.DropIndexOp(f"n{text}"[:LONGEST], "t"),
        renames.RenameIndexOp("x", f"n{text}"),
    ],
    "expression of an index": lambda text: [
        index(sa.literal_column(f"lower({text})")),
        index(sql(f"lower({text})")),
        index(sa.func.coalesce(sa.column("c"), text)),
    ],
    "condition of an index": lambda text: [
        index(postgresql_where=sql(text)),
        index(postgresql_where=sa.column("c") == text),
    ],
    "condition of an exclusion": lambda text: [
        table(column(), exclusion(sql(text))),
        added(exclusion(sql(text))),
    ],
    "sequence": lambda text: [
        CreateSequenceOp(f"n{text}"),
        SetSequenceOp("t", "c", f"n{text}"),
        renames.RenameSequenceOp(f"n{text}", "x"),
    ],
    "conversion": lambda text: [
        batch(blocks.ConvertColumnOp("t", "c", modify_type=sa.Text(), postgresql_using=text))
    ],
    "filled value": lambda text: [filled(text), filled(sa.text(text))],
    "filled list": lambda text: [filled([text, "b"], ListOf(sa.String(9)))],
    "filled object": lambda text: [filled({text: [text]}, sa.JSON())],
    "condition of what is filled": lambda text: [filled(1, where=text)],
    "refusal": lambda text: [RefuseRowsOp("t", text, where=f"n{text}")],
    "statement": lambda text: [ops.ExecuteSQLOp(text.replace(":", "\\:"))],
    "remark": lambda text: [blocks.CommentOp(text), filled(1)],
}
"""What holds a string, as the operations that have one there."""


@pytest.mark.parametrize("place", PLACES)
@given(text=STRINGS)
@example(text="".join(PIECES))
@tries(10)
def test_a_string_comes_back_equal(writer: RevisionWriter, place: str, text: str) -> None:
    written = writer.write(*PLACES[place](text))
    assert happened(invoked(*PLACES[place](text))) == happened(upgrade_of(written))
