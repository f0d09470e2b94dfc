"""What a database is told while a plan is carried out, without what only looks at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

from alembic.operations import Operations
from alembic.operations.ops import BulkInsertOp, ExecuteSQLOp, MigrateOperation
from alembic.runtime.migration import MigrationStep

_CHANGES = re.compile(
    r"\s*(begin|commit|insert|update|delete|create|alter|drop|replace|pragma \w+ ?=)", re.IGNORECASE
)
"""The beginnings of the statements by which we, Alembic and SQLAlchemy change something."""
_OF_THE_REVISION = (ExecuteSQLOp, BulkInsertOp)


class Trace:
    """Notes statements down.

    Of those that a revision's own code gives, all are kept. Of those that carry out an operation,
    or keep the version table, the ones that only look are left out.
    """

    def __init__(self) -> None:
        self._statements = ["PRAGMA foreign_keys=OFF"]
        self._is_revisions = False

    @property
    def script(self) -> str:
        """The statements, as a script."""
        return "".join(f"{statement}{end_of(statement)}\n" for statement in self._statements)

    def note(self, statement: str) -> None:
        """Note a statement down."""
        if self._is_revisions or _CHANGES.match(statement):
            self._statements.append(statement)

    def steps(self, steps: Iterable[MigrationStep]) -> list[MigrationStep]:
        """Return steps that say when a revision's own code is at work."""
        found = list(steps)
        for step in found:
            step.migration_fn = self._of_revision(step.migration_fn)
        return found

    def follow(self, operations: Operations) -> None:
        """Follow what carries out the operations, which is no code of the revision's."""
        invoke, batch_alter_table = operations.invoke, operations.batch_alter_table

        def followed(operation: MigrateOperation) -> Any:
            with self._being(is_revisions=isinstance(operation, _OF_THE_REVISION)):
                return invoke(operation)

        @contextmanager
        def batch(*given: Any, **more: Any) -> Iterator[Any]:
            with ExitStack() as stack:
                yield stack.enter_context(batch_alter_table(*given, **more))
                with self._being(is_revisions=False):
                    stack.pop_all().close()

        operations.invoke = followed  # type: ignore[method-assign]
        operations.batch_alter_table = batch  # type: ignore[method-assign]

    def _of_revision(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*given: Any, **more: Any) -> Any:
            with self._being(is_revisions=True):
                return function(*given, **more)

        return run

    @contextmanager
    def _being(self, *, is_revisions: bool) -> Iterator[None]:
        before, self._is_revisions = self._is_revisions, is_revisions
        try:
            yield
        finally:
            self._is_revisions = before


def end_of(statement: str) -> str:
    """Return a semicolon, on a line of its own where a comment would swallow it."""
    return "\n;" if "--" in statement.rpartition("\n")[2] else ";"
