"""What SQL may do, as far as it is known: by all that it says, not by its first word.

sqlglot parses it. Harmless is what it parses to the end, and of which every part is known to take
nothing away. A function that is not one of the database's own may do anything.
(https://sqlglot.com)
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dbtasks.databases import BACKENDS, Backend

if TYPE_CHECKING:
    from sqlglot import exp

_ADDED = {"INDEX", "SCHEMA", "SEQUENCE", "TABLE", "TRIGGER", "VIEW"}
_HOLDS_NO_ROWS = {"INDEX", "TRIGGER", "VIEW"}


def is_harmless(sql: str, backend: Backend) -> bool:
    """Whether SQL is known to leave all rows and values of a database as they are."""
    statements = parsed(sql, backend)
    return statements is not None and all(map(_is_harmless, statements))


def is_about_rows_alone(sql: str) -> bool:
    """Whether SQL is known to change no table, type or index, on any of the databases."""
    return any(
        statements is not None and all(map(_is_about_rows, statements))
        for statements in (parsed(sql, backend) for backend in BACKENDS.values())
    )


def parsed(sql: str, backend: Backend) -> list[exp.Expr] | None:
    """Return the statements; None for what is not understood."""
    import sqlglot  # which is large, and only needed where a revision has SQL of its own

    try:
        with _quiet():
            found = sqlglot.parse(sql, read=backend.sqlglot_dialect)
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
    return [statement for statement in found if statement is not None]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep sqlglot from warning of what it can't parse: that is an answer here."""
    logger = logging.getLogger("sqlglot")

    def refuse(record: logging.LogRecord) -> bool:
        del record
        return False

    logger.addFilter(refuse)
    try:
        yield
    finally:
        logger.removeFilter(refuse)


def _is_harmless(statement: exp.Expr) -> bool:
    from sqlglot import exp

    if not _is_known_through(statement, exp.Insert, exp.Create):
        return False
    kind, given = statement.args.get("kind"), statement.args.get
    match statement:
        case exp.Insert():
            harmless = _only_adds(statement)
        case exp.Create():
            harmless = kind in _ADDED and not given("replace")
        case exp.Drop():
            harmless = kind in _HOLDS_NO_ROWS and not given("cascade")
        case exp.Alter():
            actions = given("actions") or [None]
            harmless = all(isinstance(action, exp.ColumnDef) for action in actions)
        case _:
            harmless = isinstance(statement, (exp.Select, exp.Comment, exp.Analyze, exp.Grant))
    return harmless


def _is_about_rows(statement: exp.Expr) -> bool:
    from sqlglot import exp

    kinds = (exp.Select, exp.Insert, exp.Update, exp.Delete, exp.Merge)
    unknown = (exp.Anonymous, exp.Command, exp.Into)
    return isinstance(statement, kinds) and not any(
        isinstance(part, unknown) for part in statement.walk()
    )


def _is_known_through(statement: exp.Expr, *itself: type[exp.Expr]) -> bool:
    """Whether no part of a statement changes rows, or is of a kind that is not known."""
    from sqlglot import exp

    unknown = (exp.Anonymous, exp.Command, exp.Into)
    for part in statement.walk():
        changes = isinstance(part, (exp.DML, exp.DDL)) and not isinstance(part, exp.Query)
        if isinstance(part, unknown) or (
            changes and not (part is statement and isinstance(part, itself))
        ):
            return False
    return True


def _only_adds(statement: exp.Insert) -> bool:
    from sqlglot import exp

    conflict = statement.args.get("conflict")
    replaces = statement.args.get("alternative") or statement.args.get("overwrite")
    updates = conflict is not None and any(conflict.find_all(exp.EQ, exp.SetItem))
    return not replaces and not updates
