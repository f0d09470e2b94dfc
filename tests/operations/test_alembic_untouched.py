"""Alembic is as it was for everybody else in the process: ours works where we run, as long."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import warnings
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext

from dbtasks.databases.safe_operations import safe_operations
from tests.models_project import TITLE, ModelsProject, model

WHAT_ALEMBIC_HAS = """
import inspect, json, sys
{imports}
from alembic.operations import BatchOperations, Operations, ops

def described(function):
    return [function.__module__, function.__qualname__]

found = {{}}
for name, kind in inspect.getmembers(ops, inspect.isclass):
    if issubclass(kind, ops.MigrateOperation):
        for dialect in ("default", "sqlite", "postgresql"):
            try:
                carried_out = Operations._to_impl.dispatch(kind, dialect)
            except ValueError:
                continue
            found[name + " " + dialect] = described(carried_out)
for owner in (Operations, BatchOperations):
    for name, method in inspect.getmembers(owner, inspect.isfunction):
        if name in {known!r} or not {known!r}:
            found[owner.__name__ + "." + name] = described(method)
print(json.dumps(found))
"""


def what_alembic_has(imports: str, known: list[str]) -> dict[str, list[str]]:
    """Return what Alembic's operations are carried out by, in a process that imports something."""
    script = WHAT_ALEMBIC_HAS.format(imports=imports, known=known)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def plain() -> dict[str, list[str]]:
    """What Alembic has in a process of its own."""
    return what_alembic_has("", [])


@pytest.mark.slow
@pytest.mark.parametrize(
    "imports",
    [
        "import dbtasks.operations",
        "import dbtasks.databases",
        "import dbtasks.commands.environment",
    ],
)
def test_importing_us_changes_no_operation_of_alembics(
    plain: dict[str, list[str]], imports: str
) -> None:
    methods = [name.partition(".")[2] for name in plain if "." in name]
    assert "batch_alter_table" in methods
    assert plain == what_alembic_has(imports, methods)


@pytest.mark.slow
def test_a_run_of_ours_changes_no_operation_of_alembics(
    plain: dict[str, list[str]], on_sqlite: ModelsProject
) -> None:
    methods = [name.partition(".")[2] for name in plain if "." in name]
    on_sqlite.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('walk')")
    on_sqlite.change(model("gigs", TITLE.replace("80", "90")))
    run = (
        "import os\nfrom dbtasks import Project, downgrade, upgrade\n"
        f"project = Project.load({str(on_sqlite.root)!r}, {{'database-url': {on_sqlite.url!r}}})\n"
        "upgrade(project); downgrade(project)"
    )
    assert plain == what_alembic_has(run, methods)
    assert 80 == _length_of_title(on_sqlite.url)


def _length_of_title(url: str) -> int | None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    (title,) = (c for c in sa.inspect(engine).get_columns("gigs") if c["name"] == "title")
    assert isinstance(title["type"], sa.String)
    return title["type"].length


@pytest.fixture
def sqlite_connection() -> Iterator[sa.Connection]:
    """A connection to an empty SQLite database, and no table but `gigs`."""
    with sa.create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE gigs (title TEXT, CHECK (length(title) > 1))")
        yield connection


def _columns(connection: sa.Connection) -> str:
    query = "SELECT sql FROM sqlite_master WHERE name = 'gigs'"
    return str(connection.exec_driver_sql(query).scalar())


def test_a_batch_of_others_is_alembics_own(sqlite_connection: sa.Connection) -> None:
    """Which forgets a check that has no name, where ours keeps it."""
    context = MigrationContext.configure(sqlite_connection)
    with (
        Operations.context(context),
        warnings.catch_warnings(action="ignore"),  # Newer versions say so, others don't.
        op.batch_alter_table("gigs", recreate="always") as batch,
    ):
        batch.add_column(sa.Column("seats", sa.Integer()))
    assert "CHECK" not in _columns(sqlite_connection)


def test_a_batch_of_ours_is_ours_and_the_next_one_is_alembics_again(
    sqlite_connection: sa.Connection,
) -> None:
    context = MigrationContext.configure(sqlite_connection)
    with safe_operations(context), op.batch_alter_table("gigs", recreate="always") as batch:
        batch.add_column(sa.Column("seats", sa.Integer()))
    assert "CHECK" in _columns(sqlite_connection)
    test_a_batch_of_others_is_alembics_own(sqlite_connection)


def test_what_fails_in_a_run_of_ours_leaves_alembics_operations_behind(
    sqlite_connection: sa.Connection,
) -> None:
    """Alembic's own context leaves its operations in place when something fails inside."""
    context = MigrationContext.configure(sqlite_connection)
    with pytest.raises(ZeroDivisionError), safe_operations(context) as operations:
        _ = 1 / 0
    assert {"invoke", "batch_alter_table"}.isdisjoint(vars(operations))
    assert operations.batch_alter_table.__func__ is Operations.batch_alter_table


def _make_tables_with_a_known_enum(url: str, *, ours: bool) -> None:
    runs = safe_operations if ours else Operations.context
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    state = sa.Enum("open", "shut", name="state")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TYPE state AS ENUM ('open', 'shut')")
        with runs(MigrationContext.configure(connection)):
            op.create_table("gigs", sa.Column("state", state))


def test_a_table_with_an_enum_is_made_by_alembics_own_create_table(postgresql_url: str) -> None:
    """Which makes the type again, where ours looks whether it is there."""
    with pytest.raises(sa.exc.ProgrammingError, match="already exists"):
        _make_tables_with_a_known_enum(postgresql_url, ours=False)
    _make_tables_with_a_known_enum(postgresql_url, ours=True)


def test_an_operation_that_is_carried_out_twice_does_the_same_twice() -> None:
    using = "fee::int % 7"
    operation = ops.AlterColumnOp("gigs", "fee", modify_type=sa.Integer(), postgresql_using=using)
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with safe_operations(context) as operations:
        operations.invoke(operation)
        operations.invoke(operation)
    first, second = (line for line in buffer.getvalue().splitlines() if "USING" in line)
    assert first == second
    assert using == operation.kw["postgresql_using"]


def test_a_percent_sign_reaches_the_database_as_it_is(on_postgresql: ModelsProject) -> None:
    fees = "INSERT INTO gigs (title) VALUES ('17')"
    on_postgresql.begin(model("gigs", TITLE), fees)
    operation = ops.AlterColumnOp(
        "gigs", "title", modify_type=sa.Integer(), postgresql_using="title::int % 7"
    )
    engine = sa.create_engine(on_postgresql.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        with safe_operations(MigrationContext.configure(connection)) as operations:
            operations.invoke(operation)
            operations.alter_column("gigs", "title", type_=sa.Text())
            operations.invoke(operation)
        connection.commit()
    assert [(3,)] == on_postgresql.rows("SELECT title FROM gigs")


def test_a_column_without_a_type_stays_without_one(sqlite_connection: sa.Connection) -> None:
    """SQLite gets one, and the operation is left as it was."""
    operation = ops.AddColumnOp("gigs", sa.Column("seats"))
    with (
        safe_operations(MigrationContext.configure(sqlite_connection)),
        op.batch_alter_table("gigs") as batch,
    ):
        batch.invoke(operation)
    assert "seats INTEGER" in _columns(sqlite_connection).replace('"', "")
    assert isinstance(operation.column.type, sa.types.NullType)


def test_if_not_exists_is_not_forgotten(sqlite_connection: sa.Connection) -> None:
    operation = ops.AddColumnOp("gigs", sa.Column("seats", sa.Integer()), if_not_exists=True)
    with safe_operations(MigrationContext.configure(sqlite_connection)) as operations:
        operations.invoke(operation)
        operations.invoke(operation)
    assert 1 == _columns(sqlite_connection).count("seats")


def test_our_own_operations_are_known_to_plain_alembic_too(
    sqlite_connection: sa.Connection,
) -> None:
    sqlite_connection.exec_driver_sql("INSERT INTO gigs VALUES (NULL)")
    with Operations.context(MigrationContext.configure(sqlite_connection)):
        op.fill("gigs", "title", "walk")  # type: ignore[attr-defined]
    assert "walk" == sqlite_connection.exec_driver_sql("SELECT title FROM gigs").scalar()
