"""Trying a revision before it stays on disk: up, down and up again, on a scratch copy.

SQLite is copied into memory, rows and all. PostgreSQL has transactions that hold everything: the
revision is tried on the database itself, and rolled back. What the tables are afterwards is
compared with what the models declare, and what they are after the downgrade with what they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic.operations.ops import CreateTableOp, DropTableOp, MigrateOperation, ModifyTableOps
from alembic.script import Script

from dbtasks.autogenerate.impact.changes import told
from dbtasks.autogenerate.impact.facts import column_name
from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.autogenerate.state.reflection import reflected_schema
from dbtasks.autogenerate.state.replay import replay
from dbtasks.databases.failures import said
from dbtasks.databases.quiet import quiet_context
from dbtasks.databases.safe_operations import safe_operations
from dbtasks.databases.scratch import on_scratch_copy
from dbtasks.databases.terms import AT_WORK, TRIAL
from dbtasks.errors import DbtasksError, MigrationError, RefusedError
from dbtasks.hints import command
from dbtasks.operations.fill import FillOp
from dbtasks.project.user_code import in_words, kept_from_ending, user_line
from dbtasks.revisions.script import reading_of
from dbtasks.schema.difference import Difference
from dbtasks.schema.differences import differences
from dbtasks.schema.lines import lines

UPGRADE, DOWNGRADE = "upgrade", "downgrade"

Begun = list[MigrateOperation | str]
"""What a revision is carrying out, the outermost first; of a batch, the name of its table."""

_IN_FILE = re.compile(r"^[^:]+, line \d+: ")


class FailedTrialError(MigrationError):
    """A revision that does not do what it should; `why` says in which respect."""

    def __init__(self, why: str, *, has_bad_rows: bool = False) -> None:
        self.why = why
        rows = "Mend the rows that are in the way, and try again. " if has_bad_rows else ""
        super().__init__(
            f"A revision was written, tried on a copy and taken away again: {why}.",
            f"{rows}To mend the file by hand, let migrate leave it with --keep.",
        )

    def with_rows(self, lines: Sequence[str]) -> FailedTrialError:
        """Return the same error, which also says which rows are in the way."""
        return FailedTrialError(". ".join([self.why, *lines]), has_bad_rows=True) if lines else self

    @property
    def kind(self) -> str:
        """The kind of error, as that of every revision that can't be written."""
        return "migration"


def try_revision(comparer: Comparer, connection: sa.Connection, script: Script) -> tuple[str, ...]:
    """Raise `MigrationError` unless a revision works in both directions, on the rows there are.

    What is to be known of it beside that is returned. `connection` is left as it was.
    """
    history = comparer.history(connection)
    operations = reading_of(script, UPGRADE).operations
    replay(operations, history)
    tables = sum(isinstance(item, (CreateTableOp, DropTableOp)) for item in operations)

    def trial(copy: sa.Connection) -> tuple[str, ...]:
        before = reflected_schema(copy, comparer.metadata, comparer.options)
        _run(comparer, copy, script, UPGRADE)
        left = comparer.compare(copy, history).differences
        _refuse("after it, models and database still differ", left)
        if _goes_down(comparer, copy, script):
            after = reflected_schema(copy, comparer.metadata, comparer.options)
            _refuse("its downgrade does not bring back what was there", differences(after, before))
            return tuple(_goes_up_again(comparer, copy, script))
        return ()

    return on_scratch_copy(comparer.database, connection, trial, tables)


def _goes_up_again(comparer: Comparer, connection: sa.Connection, script: Script) -> Iterator[str]:
    """Apply the revision once more; yield what keeps it from that, where it is rows.

    They are no longer what they were: a downgrade can't bring back all that an upgrade took away.
    """
    try:
        _run(comparer, connection, script, UPGRADE)
    except RefusedError as error:
        yield _not_again(str(error).rstrip("."))
    except MigrationError as error:
        if not isinstance(error.__cause__, sa.exc.IntegrityError):
            raise
        yield _not_again(said(error.__cause__))


def _not_again(why: str) -> str:
    return f"after its downgrade it can't go up again until rows are mended: {why}"


def _goes_down(comparer: Comparer, connection: sa.Connection, script: Script) -> bool:
    """Take the revision back; return False where it says why it can't be with these rows."""
    try:
        _run(comparer, connection, script, DOWNGRADE)
    except RefusedError:
        return False
    except MigrationError as error:
        if isinstance(error.__cause__, sa.exc.DataError):  # a value that does not convert back
            return False
        raise
    return True


def _run(comparer: Comparer, connection: sa.Connection, script: Script, direction: str) -> None:
    begun: Begun = []
    options = {
        **comparer.options,
        "target_metadata": comparer.metadata,
        TRIAL: True,
        AT_WORK: begun,
    }
    context = quiet_context(connection, options)
    try:
        with safe_operations(context), kept_from_ending():
            getattr(script.module, direction)()
    except RefusedError:
        raise
    except Exception as error:
        if isinstance(error, sa.exc.DBAPIError):
            trouble = comparer.database.trouble(error)
            if trouble is not None:
                raise trouble from error
        if begun and isinstance(error, (sa.exc.DBAPIError, DbtasksError)):
            operations = reading_of(script, direction).operations
            where = _went_wrong(error, begun, operations, connection)
        else:
            # The file is about to be taken away: its name and its lines would lead nowhere.
            where = _IN_FILE.sub("", user_line(error, comparer.database.root)).rstrip(".")
        if direction == UPGRADE and _is_relied_on(error, comparer):
            raise _relied_on(said(error)) from error
        has_bad_rows = isinstance(error, (sa.exc.IntegrityError, sa.exc.DataError))
        why = f"its {direction} does not work: {where}"
        raise FailedTrialError(why, has_bad_rows=has_bad_rows) from error


def _told(operation: MigrateOperation, connection: sa.Connection) -> Iterator[str]:
    """Yield what an operation does, as a plan tells it; no row is counted."""
    if isinstance(operation, FillOp):
        yield f"{column_name(operation)} filled"
        return
    for change in lines(told(operation, Placement(connection)), one_by_one=True):
        yield change.what


def _batch_of(table: str, operations: Sequence[MigrateOperation]) -> Iterator[MigrateOperation]:
    for item in operations:
        if isinstance(item, ModifyTableOps) and item.table_name == table:
            yield from item.ops


def _went_wrong(
    error: Exception, begun: Begun, operations: Sequence[MigrateOperation], copy: sa.Connection
) -> str:
    """Return what a revision was about to do, and what was said of it; of a batch, all it does."""
    first = begun[0]  # which is carried out by the others
    single = [first] if isinstance(first, MigrateOperation) else _batch_of(first, operations)
    doing = "; ".join(line for item in single for line in _told(item, copy))
    said = in_words(error).rstrip(".")
    return f"{doing}: {said}" if doing else said


def _refuse(what: str, left: Sequence[Difference]) -> None:
    if left:
        found = "; ".join(map(str, lines(left)))
        raise FailedTrialError(f"{what}: {found}")


def _is_relied_on(error: Exception, comparer: Comparer) -> bool:
    backend = comparer.database.backend
    return isinstance(error, sa.exc.DBAPIError) and backend.is_relied_on(error)


def _relied_on(reason: str) -> RefusedError:
    return RefusedError(
        f"Something that the models do not name relies on what is to go: {reason}. Nothing was "
        "written.",
        "Let it go first, by a revision of your own: ",
        command("migrate", "let it go", "--empty"),
    )
