"""What the operations share when they speak SQL, all of it as text."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BindParameter, Dialect, TextClause, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Interval, TypeDecorator, TypeEngine


class PostgreSQLCompiler(PGCompiler):
    """PostgreSQL's SQL, in which a backslash is a character like others, as the standard says.

    SQLAlchemy 2.0 doubles it for a server that it has not asked.
    """

    def render_literal_value(self, value: Any, type_: TypeEngine[Any]) -> str:
        """Return a value as SQL."""
        return SQLCompiler.render_literal_value(self, value, type_)


# No driver's: each of them wraps values in objects of its own. "named" keeps a percent sign from
# being doubled, as it is for a driver.
POSTGRESQL: Dialect = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
POSTGRESQL.statement_compiler = PostgreSQLCompiler
SQLITE: Dialect = sqlite.dialect(paramstyle="named")

TAB = "\ue009"
"""What stands for a tab in SQL that Alembic writes down: it makes spaces of those it sees."""


def keeping_tabs(compiler: type[SQLCompiler]) -> type[SQLCompiler]:
    """Return a compiler that writes `TAB` for each tab of a text or a string in it."""

    class Keeping(compiler):  # type: ignore[misc, valid-type]
        def post_process_text(self, text: str) -> str:
            return str(super().post_process_text(text)).replace("\t", TAB)

        def render_literal_value(self, value: Any, type_: TypeEngine[Any]) -> str:
            return str(super().render_literal_value(value, type_)).replace("\t", TAB)

    return Keeping


REVISION_DIALECT = POSTGRESQL
"""In whose words a revision is written, whichever database is there: one history serves all."""


_ESCAPED_COLON = re.compile(r"\\:")


def literal_sql(sql: str) -> TextClause:
    """Return SQL to be executed as it stands: no colon in it is a parameter."""
    return text(sql.replace(":", "\\:"))


def sql_of_text(clause: TextClause, dialect: Dialect) -> str:
    r"""Return the SQL of an `sa.text` for `literal_sql`, its parameters filled in.

    As SQLAlchemy has it, `\:` is a colon. One without a backslash is one too, unless it begins a
    parameter that has been given a value.
    """
    parameters = [item for item in visitors.iterate(clause) if isinstance(item, BindParameter)]
    if not any(not item.required for item in parameters):
        return _ESCAPED_COLON.sub(":", clause.text)
    return str(clause.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def text_of_sql(sql: str) -> TextClause:
    """Return SQL as the `sa.text` that `sql_of_text` makes it of again."""
    return text(_ESCAPED_COLON.sub(r"\\\\:", sql))


def class_name(type_: TypeEngine[Any]) -> str:
    """Return the name of a type's class, behind that of its module."""
    return f"{type(type_).__module__}.{type(type_).__qualname__}"


def quoted(dialect: Dialect, *names: str | None) -> str:
    """Return a name for `literal_sql`, behind that of its schema where it has one.

    `dialect` is one of those above, or a backend's: a driver's own doubles percent signs.
    """
    return ".".join(dialect.identifier_preparer.quote(name) for name in names if name)


def text_literal(value: str) -> str:
    """Return a string as SQL."""
    return "'" + value.replace("'", "''") + "'"


def resolved(type_: TypeEngine[Any], dialect: Dialect = REVISION_DIALECT) -> TypeEngine[Any]:
    """Return the type that stands behind decorators, such as `ListOf`, in a dialect.

    An Interval is one only where the database knows none.
    """
    while isinstance(type_, TypeDecorator):
        if isinstance(type_, Interval) and _is_native(type_, dialect):
            return type_
        type_ = type_.load_dialect_impl(dialect)
    return type_


def _is_native(type_: Interval, dialect: Dialect) -> bool:
    return not isinstance(type_.dialect_impl(dialect), TypeDecorator)
