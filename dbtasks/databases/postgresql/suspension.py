"""Taking down what reads columns on PostgreSQL, and putting it up again, as two statements.

The server itself finds what it is and writes down how it is made again, so that the statements
can be printed by `--sql` and run elsewhere. What is down, the session remembers in a setting.
"""

from __future__ import annotations

from string import Template

from dbtasks.databases.postgresql.dependents import closure
from dbtasks.databases.postgresql.remaking import STATEMENTS

BY_REVISION = "dbtasks.suspended"
"""The setting that remembers what a revision has taken down."""
BY_STATEMENT = "dbtasks.suspended_meanwhile"
"""The same of a single statement, which may stand in the midst of that."""


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
        EXECUTE made;
    END LOOP;
    PERFORM set_config('$setting', '', false);
    PERFORM set_config('search_path', own_path, true);
    PERFORM set_config('check_function_bodies', own_check, true);
END
$$dbtasks$$
""")
