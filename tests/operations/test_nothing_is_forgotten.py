"""Every operation that a revision can call is known to all that tells, follows and runs it.

Who adds an operation finds here what else has to know it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.impact.changes import told
from dbtasks.autogenerate.impact.impact import changes
from dbtasks.autogenerate.impact.losses import LOSES_NOTHING, lost
from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.autogenerate.state.replay import CHANGES_NO_TABLE, follow
from dbtasks.databases import BACKENDS
from dbtasks.databases.own_operations import own_operations
from dbtasks.databases.postgresql.locks import MOMENTARY, lock_of
from dbtasks.revisions.reader import Module
from dbtasks.revisions.reading import NotUnderstoodOp
from tests.autogenerate.write.revision_writer import RevisionWriter
from tests.project_folder import REPOSITORY

CALLS = {
    "add_column": 'op.add_column("gigs", sa.Column("venue", sa.String(40)))',
    "add_enum_value": 'op.add_enum_value("state", "held", before="shut")',
    "alter_column": 'op.alter_column("gigs", "title", nullable=True)',
    "bulk_insert": 'op.bulk_insert(sa.table("gigs", sa.column("id")), [{"id": 1}])',
    "create_check_constraint": 'op.create_check_constraint("ck", "gigs", "id > 0")',
    "create_domain": 'op.create_domain(postgresql.DOMAIN("age", sa.Integer()))',
    "create_enum": 'op.create_enum("state", ["open", "shut"])',
    "create_exclude_constraint": (
        'op.create_exclude_constraint("ex", "gigs", ("id", "="), using="gist")'
    ),
    "create_foreign_key": 'op.create_foreign_key("fk", "gigs", "acts", ["act_id"], ["id"])',
    "create_index": 'op.create_index("ix", "gigs", ["title"])',
    "create_primary_key": 'op.create_primary_key("pk", "gigs", ["id"])',
    "create_schema": 'op.create_schema("archive")',
    "create_sequence": 'op.create_sequence("numbers", start=3)',
    "create_table": 'op.create_table("acts", sa.Column("id", sa.Integer(), nullable=False))',
    "create_table_comment": 'op.create_table_comment("gigs", "evenings")',
    "create_unique_constraint": 'op.create_unique_constraint("uq", "gigs", ["title"])',
    "define_list_items": "op.define_list_items()",
    "drop_column": 'op.drop_column("gigs", "title")',
    "drop_constraint": 'op.drop_constraint("ck", "gigs", type_="check")',
    "drop_domain": 'op.drop_domain("age")',
    "drop_enum": 'op.drop_enum("state")',
    "drop_index": 'op.drop_index("ix", "gigs")',
    "drop_schema": 'op.drop_schema("archive")',
    "drop_sequence": 'op.drop_sequence("numbers")',
    "drop_table": 'op.drop_table("gigs")',
    "drop_table_comment": 'op.drop_table_comment("gigs")',
    "execute": 'op.execute("DELETE FROM gigs")',
    "fill": 'op.fill("gigs", "title", "untitled")',
    "move_table": 'op.move_table("gigs", "archive")',
    "fill_table": 'op.fill_table("gigs", ["title"], "SELECT title FROM gigs", values={"id": 9})',
    "number_rows": 'op.number_rows("gigs", "place", ["id"])',
    "refuse_rows": 'op.refuse_rows("gigs", "they would be lost")',
    "rename_constraint": 'op.rename_constraint("gigs", "ck", "ck_gigs", type_="check")',
    "rename_enum": 'op.rename_enum("state", "states")',
    "rename_enum_value": 'op.rename_enum_value("state", "shut", "closed")',
    "rename_index": 'op.rename_index("ix", "ix_gigs")',
    "rename_sequence": 'op.rename_sequence("numbers", "counts")',
    "rename_table": 'op.rename_table("gigs", "shows")',
    "replace_enum": 'op.replace_enum("state", ["open"])',
    "restore_dependents": "op.restore_dependents()",
    "suspend_dependents": 'op.suspend_dependents("gigs", ["title"])',
    "set_sequence": 'op.set_sequence("gigs", "id", "identity")',
}
"""A call of each operation. Beside them stand the methods of `op` that are none."""
NO_OPERATIONS = {
    "batch_alter_table",  # a group of them
    "context",
    "create_module_class_proxy",
    "f",
    "get_bind",
    "get_context",
    "implementation_for",
    "inline_literal",
    "invoke",
    "register_operation",
    "run_async",
}
TELLS_NOTHING = {"define_list_items", "restore_dependents", "suspend_dependents"}
"""What changes no schema, and is told only by what it finds, or only serves the others."""
SAID_TO_LOCK_NOBODY_KNOWS_WHAT = {"execute"}
"""The plan says so, see tests/autogenerate/test_review.py."""
HEAD = (
    "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n"
)


def read(text: str) -> tuple[MigrateOperation, ...]:
    return Module(text, Path("revision.py")).reading("upgrade").operations


@pytest.fixture(params=CALLS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def operation(name: str) -> MigrateOperation:
    """What the reader of revisions makes of the call."""
    (found,) = read(f"{HEAD}\n\ndef upgrade():\n    {CALLS[name]}\n")
    assert not isinstance(found, NotUnderstoodOp), "it is missing in revisions/vocabulary.py"
    return found


def is_known_to(table: Callable[..., Any], operation: MigrateOperation) -> bool:
    """Whether a single-dispatch function has an answer for just such operations."""
    dispatch: Any = table
    return dispatch.dispatch(type(operation)) is not dispatch.dispatch(MigrateOperation)


def test_every_operation_stands_here() -> None:
    methods = {item for item in dir(Operations) if not item.startswith("_")}
    assert methods - NO_OPERATIONS == set(CALLS)


def test_it_has_a_line_in_the_plan(name: str, operation: MigrateOperation) -> None:
    with sa.create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE gigs (id INTEGER PRIMARY KEY, title TEXT)")
        lines = [str(change) for change in changes([operation], Placement(connection))]
    assert (name in TELLS_NOTHING) == (not lines)
    assert not any(line.startswith("?") for line in lines)


def test_what_it_destroys_is_known(operation: MigrateOperation) -> None:
    assert isinstance(operation, LOSES_NOTHING) != is_known_to(lost, operation)


def test_what_it_locks_is_known(name: str, operation: MigrateOperation) -> None:
    ways = [name in SAID_TO_LOCK_NOBODY_KNOWS_WHAT, isinstance(operation, MOMENTARY)]
    assert 1 == sum([*ways, is_known_to(lock_of, operation)])


def test_what_it_does_to_the_replayed_schema_is_known(operation: MigrateOperation) -> None:
    assert isinstance(operation, CHANGES_NO_TABLE) != is_known_to(follow, operation)


def test_every_database_carries_it_out(operation: MigrateOperation) -> None:
    if type(operation) in set(own_operations()):
        assert [] == [key for key, one in BACKENDS.items() if one.implementation(operation) is None]


def test_an_operation_of_ours_is_written_as_it_is_read(
    name: str, operation: MigrateOperation, tmp_path: Path
) -> None:
    if type(operation) not in set(own_operations()):
        return
    template = (REPOSITORY / "alembic" / "script.py.mako").read_text(encoding="utf-8")
    text = RevisionWriter.at(tmp_path, template).write(operation)
    (again,) = read(text)
    assert f"op.{name}(" in text
    assert type(operation) is type(again)
    assert vars(operation).keys() == vars(again).keys()


def test_code_that_is_not_understood_is_known_everywhere() -> None:
    (code,) = read(f"{HEAD}\n\ndef upgrade():\n    anything()\n")
    assert isinstance(code, NotUnderstoodOp)
    assert is_known_to(told, code)
    assert is_known_to(lost, code)
    assert is_known_to(follow, code)
