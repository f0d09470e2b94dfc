"""Taking down what reads columns on PostgreSQL, and putting it up again, as two statements.

The server itself finds what it is and writes down how it is made again, so that the statements
can be printed by `--sql` and run elsewhere. What is down, the session remembers in a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from string import Template

from alembic.operations import BatchOperations, Operations

from dbtasks.databases.postgresql.dependents import closure, columns_of, named
from dbtasks.databases.postgresql.remaking import STATEMENTS
from dbtasks.operations.dependents import RestoreDependentsOp, SuspendDependentsOp
from dbtasks.operations.sql import literal_sql

_BY_REVISION = "dbtasks.suspended"
"""The setting that remembers what a revision has taken down."""
_BY_STATEMENT = "dbtasks.suspended_meanwhile"
"""The same of a single statement, which may stand in the midst of that."""


def suspend_dependents(operations: Operations, operation: SuspendDependentsOp) -> None:
    """Take down what reads columns of a table."""
    columns = columns_of(operation.table_name, operation.schema, operation.columns)
    operations.execute(literal_sql(suspend(columns, _BY_REVISION)))


def restore_dependents(operations: Operations, operation: RestoreDependentsOp) -> None:
    """Put up all that is down."""
    del operation
    operations.execute(literal_sql(restore(_BY_REVISION)))


@contextmanager
def suspended(operations: Operations | BatchOperations, columns: str) -> Iterator[None]:
    """Take down what still reads columns, for a statement that PostgreSQL else refuses.

    Which views there are may differ from one database to the next. `--sql` can't know. In a batch
    they stay down until its end, when Alembic carries out what it has gathered.
    """
    context = operations.migration_context
    if context.as_sql or not named(operations.get_bind(), columns):
        yield
        return
    operations.execute(literal_sql(suspend(columns, _BY_STATEMENT)))
    yield  # What fails takes all of this back.
    if not isinstance(operations, BatchOperations):
        operations.execute(literal_sql(restore(_BY_STATEMENT)))


@contextmanager
def restored_afterwards(operations: Operations) -> Iterator[None]:
    """Put up at the end of a batch what its operations have taken down."""
    yield
    if not operations.migration_context.as_sql and _is_anything_down(operations, _BY_STATEMENT):
        operations.execute(literal_sql(restore(_BY_STATEMENT)))


def is_anything_down(operations: Operations) -> bool:
    """Whether a revision has something taken down at the moment, which may not be committed."""
    return _is_anything_down(operations, _BY_REVISION)


def _is_anything_down(operations: Operations, setting: str) -> bool:
    query = f"SELECT coalesce(current_setting('{setting}', true), '') <> ''"
    return bool(operations.get_bind().scalar(literal_sql(query)))


def suspend(columns: str, setting: str) -> str:
    """Return the statement that takes down what reads columns: those that meet a condition."""
    query = f"{closure(_FOUND)}, {STATEMENTS}"
    return _SUSPEND.substitute(columns=columns, statements=query, setting=setting)


def restore(setting: str) -> str:
    """Return the statement that puts everything up again that is down."""
    return _RESTORE.substitute(setting=setting)


_FOUND = "a.attrelid = ANY (hosts) AND a.attrelid || '.' || a.attnum = ANY (places)"

# The columns are found by the names that the session knows. Then an empty search path lets the
# server write all names in full. No body of a function is looked into before all is there again.
# What is taken down last is put up first.
_SUSPEND = Template("""
DO $$dbtasks$$
DECLARE
    own_path text := current_setting('search_path');
    own_check text := current_setting('check_function_bodies');
    hosts oid[] := ARRAY(SELECT DISTINCT a.attrelid FROM pg_attribute a WHERE $columns);
    places text[] := ARRAY(SELECT a.attrelid || '.' || a.attnum FROM pg_attribute a WHERE $columns);
    downs text[];
    ups text[];
    made text;
BEGIN
    PERFORM set_config('search_path', '', true);
    PERFORM set_config('check_function_bodies', 'off', true);
    $statements
    FOREACH made IN ARRAY coalesce(downs, '{}') LOOP
        EXECUTE made;
    END LOOP;
    PERFORM set_config('$setting', (coalesce(ups, '{}')
        || coalesce(nullif(current_setting('$setting', true), ''), '{}')::text[])::text, false);
    PERFORM set_config('search_path', own_path, true);
    PERFORM set_config('check_function_bodies', own_check, true);
END
$$dbtasks$$
""")

_RESTORE = Template("""
DO $$dbtasks$$
DECLARE
    own_path text := current_setting('search_path');
    own_check text := current_setting('check_function_bodies');
    made text;
BEGIN
    IF coalesce(current_setting('$setting', true), '') = '' THEN
        RAISE EXCEPTION 'nothing has been suspended that could be restored';
    END IF;
    PERFORM set_config('search_path', '', true);
    PERFORM set_config('check_function_bodies', 'off', true);
    FOREACH made IN ARRAY current_setting('$setting')::text[] LOOP
        BEGIN
            EXECUTE made;
        EXCEPTION WHEN OTHERS THEN
            RAISE EXCEPTION '%, and so what read the column does not come back: %', SQLERRM, made
                USING ERRCODE = SQLSTATE;
        END;
    END LOOP;
    PERFORM set_config('$setting', '', false);
    PERFORM set_config('search_path', own_path, true);
    PERFORM set_config('check_function_bodies', own_check, true);
END
$$dbtasks$$
""")
