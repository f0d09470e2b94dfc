"""How types and SQL expressions are written as Python.

Alembic writes most types. Ours are those that need an import, whose representation says too
little, or that Alembic would write for one database alone (a default `0` for false).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from sqlalchemy.sql.elements import ClauseElement, False_, True_
from sqlalchemy.sql.functions import FunctionElement, next_value

from dbtasks.operations.sql import POSTGRESQL, SQLITE
from dbtasks.types import ListOf

_DIALECTS = (POSTGRESQL, SQLITE)


def render_item(kind: str, item: Any, context: AutogenContext) -> str | bool:
    """Return how an item is written; False leaves it to Alembic. The `render_item` of env.py."""
    if kind == "type":
        return _type(item, context)
    if kind == "server_default" and isinstance(item, sa.DefaultClause):
        return repr(item.arg) if isinstance(item.arg, str) else expression(item.arg)
    return False


def expression(element: ClauseElement) -> str:
    """Return an SQL expression as Python that means it on both databases."""
    if isinstance(element, (True_, False_)):
        return f"sa.{str(element.compile()).lower()}()"
    if isinstance(element, sa.TextClause):
        return f"sa.text({element.text!r})"
    if isinstance(element, next_value):  # which only PostgreSQL has words for
        return f"sa.text({_compiled(element, POSTGRESQL)!r})"
    if isinstance(element, FunctionElement) and not list(element.clauses):
        return f"sa.func.{element.name}()"
    spellings = {_compiled(element, dialect) for dialect in _DIALECTS}
    sql = spellings.pop() if len(spellings) == 1 else _compiled(element, _DIALECTS[0])
    return f"sa.text({sql!r})"


def _compiled(element: ClauseElement, dialect: sa.Dialect) -> str:
    return str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def render_type(type_: Any, context: AutogenContext) -> str:
    """Return a type as Python, by way of a column, which is what Alembic writes publicly."""
    operation = AlterColumnOp("t", "c", modify_type=type_)
    text = "".join(renderers.dispatch(operation)(context, operation))
    return text.partition("type_=")[2].removesuffix(")")


def _type(type_: Any, context: AutogenContext) -> str | bool:
    if isinstance(type_, ListOf):
        context.imports.add("from dbtasks import ListOf")
        return f"ListOf({render_type(type_.item_type, context)})"
    if type(type_) is sa.Interval:
        return f"sa.Interval({_interval_arguments(type_)})"
    module = type(type_).__module__
    if not module.startswith(("sqlalchemy.", "dbtasks.")):
        context.imports.add(f"import {module}")
    return False


def _interval_arguments(type_: sa.Interval) -> str:
    """Return what the representation of an Interval leaves out."""
    given = {"second_precision": type_.second_precision, "day_precision": type_.day_precision}
    arguments = [f"{name}={value}" for name, value in given.items() if value is not None]
    return ", ".join([*(["native=False"] if not type_.native else []), *arguments])
