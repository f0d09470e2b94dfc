"""How values and SQL expressions are written as Python."""

from __future__ import annotations

import enum
import math
from typing import Any

from alembic.autogenerate.api import AutogenContext
from sqlalchemy.schema import conv
from sqlalchemy.sql.elements import ClauseElement, False_, TextClause, True_
from sqlalchemy.sql.functions import FunctionElement, next_value

from dbtasks.autogenerate.write.sql_source import sql_source


def render_value(value: Any, context: AutogenContext) -> str:
    """Return a value as Python, SQL among them; what it needs is imported."""
    match value:
        case ClauseElement():
            return _expression(value, context)
        case enum.Enum():
            return repr(value.name)
        case list():
            return f"[{', '.join(render_value(item, context) for item in value)}]"
        case dict():
            pairs = (
                f"{render_value(key, context)}: {render_value(item, context)}"
                for key, item in value.items()
            )
            return f"{{{', '.join(pairs)}}}"
        case float() if not math.isfinite(value):
            return f"float('{value}')"
        case _:
            return _of_its_module(value, context)


def render_sql(element: ClauseElement | str) -> str:
    """Return an SQL expression as a string that is taken for SQL."""
    return repr(element if isinstance(element, str) else _sql(element))


def render_name(name: object, context: AutogenContext) -> str:
    """Return a constraint's name as Python: behind `op.f` where no convention may add to it."""
    written = repr(str(name))
    is_final = isinstance(name, conv)
    return f"{context.opts['alembic_module_prefix']}f({written})" if is_final else written


def _of_its_module(value: object, context: AutogenContext) -> str:
    """Return the representation of a value, behind the name of its module where it needs one."""
    written, module = repr(value), type(value).__module__
    if module == "builtins":
        return written
    context.imports.add(f"import {module}")
    return written if written.startswith(f"{module}.") else f"{module}.{written}"


def _expression(element: ClauseElement, context: AutogenContext) -> str:
    """Return an SQL expression as Python that means it on both databases."""
    prefix = context.opts["sqlalchemy_module_prefix"]
    if isinstance(element, (True_, False_)):
        return f"{prefix}{str(element.compile()).lower()}()"
    if isinstance(element, FunctionElement) and _is_plain(element):
        return f"{prefix}func.{element.name}()"
    return f"{prefix}text({_sql(element)!r})"


def _sql(element: ClauseElement) -> str:
    return element.text if isinstance(element, TextClause) else sql_source(element)


def _is_plain(function: FunctionElement[Any]) -> bool:
    """Whether a function has a name and nothing else."""
    if isinstance(function, next_value):  # which only PostgreSQL has words for
        return False
    is_in_package = bool(getattr(function, "packagenames", ()))
    return not is_in_package and not list(function.clauses) and function.name.isidentifier()
