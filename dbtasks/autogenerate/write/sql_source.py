r"""SQL as `sa.text` and what takes a text for SQL read it, where a colon may begin a parameter.

SQLAlchemy compiles `\:` to a colon. In a revision it is read once more, so it is escaped again.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic.operations.ops import CreateIndexOp
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import ClauseElement

from dbtasks.operations.sql import PostgreSQLCompiler

_PARAMETER_OR_ESCAPE = re.compile(r"(?<![:\w\\]):\w|\\:")


class SourceCompiler(PostgreSQLCompiler):
    """PostgreSQL's SQL as it stands in a revision."""

    def __str__(self) -> str:
        sql = super().__str__()
        return _escaped(sql) if _PARAMETER_OR_ESCAPE.search(sql) else sql


# "named" keeps a percent sign from being doubled, as it is for a driver.
WORDS: sa.Dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
WORDS.statement_compiler = SourceCompiler


def sql_source(element: ClauseElement) -> str:
    """Return an SQL expression in PostgreSQL's words."""
    options = {"literal_binds": True, "include_table": False}
    return str(element.compile(dialect=WORDS, compile_kwargs=options))


def index_for_alembic(operation: CreateIndexOp) -> CreateIndexOp:
    """Return an index whose options come out as `sql_source` once Alembic has compiled them.

    Its expressions are written as literal columns, in which no colon has a meaning.
    """
    options = {
        name: sa.text(_escaped(sql_source(value))) if isinstance(value, ClauseElement) else value
        for name, value in operation.kw.items()
    }
    return CreateIndexOp(
        operation.index_name,
        operation.table_name,
        operation.columns,
        schema=operation.schema,
        unique=operation.unique,
        if_not_exists=operation.if_not_exists,
        **options,
    )


def _escaped(sql: str) -> str:
    return sql.replace(":", "\\:")
