"""How types are written as Python, and what else Alembic asks `render_item` for.

Alembic writes most of it. Ours are the types beneath the application's classes, those that need an
import or whose representation says too little, and SQL that Alembic would write for one database
alone (a default `0` for false).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import TypeEngine

from dbtasks.autogenerate.write.render_values import render_name, render_sql, render_value
from dbtasks.autogenerate.write.types_beneath import is_foreign, type_beneath
from dbtasks.operations.sql import POSTGRESQL, SQLITE
from dbtasks.types import ListOf

_PREFIX = "sqlalchemy_module_prefix"
_BY_CLASS = "dbtasks_types_by_class"


def render_item(kind: str, item: Any, context: AutogenContext) -> str | bool:
    """Return how an item is written; False leaves it to Alembic. The `render_item` of env.py."""
    match kind, item:
        case "type", _:
            return _type(item, context)
        case "server_default", sa.DefaultClause():
            return render_value(item.arg, context)
        case "primary_key", sa.PrimaryKeyConstraint():
            return _primary_key(item, context)
        case _:
            return False


def render_type(type_: Any, context: AutogenContext) -> str:
    """Return a type as Python, by way of a column, which is what Alembic writes publicly."""
    operation = AlterColumnOp("t", "c", modify_type=type_)
    text = "".join(renderers.dispatch(operation)(context, operation))
    return text.partition("type_=")[2].removesuffix(")")


def render_class(type_: Any, context: AutogenContext) -> str:
    """Return a type as Python, by its own class: what makes a value what the column holds."""
    return render_type(type_, _within(context, {_BY_CLASS: True}))


def _type(type_: TypeEngine[Any], context: AutogenContext) -> str | bool:
    if is_foreign(type_):
        beneath = None if context.opts.get(_BY_CLASS) else type_beneath(type_)
        if beneath is not None:
            return render_type(beneath, context)
        context.imports.add(f"import {type(type_).__module__}")
        return False
    written = _own_type(type_, context)
    if written is None:
        return False
    return _with_variants(type_, written, context) if _has_variants(type_) else written


def _own_type(type_: TypeEngine[Any], context: AutogenContext) -> str | None:
    """Return a type, without its variants, where Alembic's words won't do."""
    write = next((write for class_, write in _OWN.items() if isinstance(type_, class_)), None)
    return write and write(type_, context)


def _list(type_: Any, context: AutogenContext) -> str:
    context.imports.add("from dbtasks import ListOf")
    return f"ListOf({render_type(type_.item_type, context)})"


def _array(type_: Any, context: AutogenContext) -> str:
    """Return an array; Alembic takes the values of an enum in it for patterns of `re`."""
    prefix = context.opts[_PREFIX]
    if isinstance(type_, postgresql.ARRAY):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        prefix = "postgresql."
    options = {name: getattr(type_, name) for name in ("as_tuple", "dimensions", "zero_indexes")}
    given = [f"{name}={value!r}" for name, value in options.items() if value]
    return f"{prefix}ARRAY({', '.join([render_type(type_.item_type, context), *given])})"


def _domain(type_: Any, context: AutogenContext) -> str:
    """Return a domain, of which Alembic writes the representation before 1.20.1."""
    context.imports.add("from sqlalchemy.dialects import postgresql")
    arguments = [repr(str(type_.name)), render_type(type_.data_type, context)]
    if type_.default is not None:
        arguments.append(f"default={render_value(type_.default, context)}")
    if type_.check is not None:
        arguments.append(f"check={render_sql(type_.check)}")
    names = ("collation", "collation_schema", "constraint_name", "not_null", "schema")
    given = {name: getattr(type_, name, None) for name in names}
    arguments += [f"{name}={value!r}" for name, value in given.items() if value]
    arguments += [] if type_.create_type else ["create_type=False"]
    return f"postgresql.DOMAIN({', '.join(arguments)})"


def _interval(type_: Any, context: AutogenContext) -> str:
    """Return an interval with what its representation leaves out."""
    given = {"second_precision": type_.second_precision, "day_precision": type_.day_precision}
    arguments = [f"{name}={value}" for name, value in given.items() if value is not None]
    arguments = [*(["native=False"] if not type_.native else []), *arguments]
    return f"{context.opts[_PREFIX]}Interval({', '.join(arguments)})"


def _pickle(type_: Any, context: AutogenContext) -> str:
    """Return what is kept pickled, with what it is kept in; its representation confuses the two."""
    kept_in = type_.impl_instance
    is_plain = repr(kept_in) == repr(sa.LargeBinary())
    arguments = "" if is_plain else f"impl={render_type(kept_in, context)}"
    return f"{context.opts[_PREFIX]}PickleType({arguments})"


def _null(_type: Any, context: AutogenContext) -> str:
    """Return the type of what has none, which the package itself doesn't name."""
    return f"{context.opts[_PREFIX]}types.NullType()"


_OWN: dict[type[TypeEngine[Any]], Callable[[Any, AutogenContext], str]] = {
    ListOf: _list,
    sa.ARRAY: _array,
    postgresql.DOMAIN: _domain,
    sa.Interval: _interval,
    sa.PickleType: _pickle,
    sa.types.NullType: _null,
}


def _has_variants(type_: TypeEngine[Any]) -> bool:
    """Whether a type is another one on one of the two databases; it says so when asked again."""
    try:
        type_.with_variant(sa.Text(), POSTGRESQL.name).with_variant(sa.Text(), SQLITE.name)
    except ArgumentError:
        return True
    except TypeError:  # A domain with a check, which SQLAlchemy 2.0 can't copy.
        return False
    return False


def _with_variants(type_: TypeEngine[Any], written: str, context: AutogenContext) -> str:
    """Return what is written of a type, with its variants behind it.

    Alembic asks for such a type twice: for all of it, and then for what the variants stand behind.
    """
    asked: list[Any] = []

    def answer(kind: str, item: Any, inner: AutogenContext) -> str | bool:
        if item is not type_:
            result: str | bool = context.opts["render_item"](kind, item, inner)
            return result
        asked.append(item)
        return written if len(asked) > 1 else False

    return render_type(type_, _within(context, {"render_item": answer}))


def _within(context: AutogenContext, options: dict[str, Any]) -> AutogenContext:
    """Return a context with other options, which imports for the same file."""
    inside = AutogenContext(
        context.migration_context, context.metadata, {**context.opts, **options}, False
    )
    inside.imports = context.imports
    return inside


def _primary_key(key: sa.PrimaryKeyConstraint, context: AutogenContext) -> str | bool:
    """Return a primary key with what Alembic leaves out."""
    names = [repr(str(column.name)) for column in key.columns]
    if not names or not (key.deferrable or key.initially or key.dialect_kwargs):
        return False
    options = {name: getattr(key, name) for name in ("deferrable", "initially")}
    given = [f"{name}={value!r}" for name, value in options.items() if value]
    arguments = [*names, *given, *_options(key, context)]
    return f"{context.opts[_PREFIX]}PrimaryKeyConstraint({', '.join(arguments)})"


def _options(constraint: sa.Constraint, context: AutogenContext) -> list[str]:
    """Return the name of a constraint and what one dialect alone takes, as keywords."""
    options = [f"{name}={value!r}" for name, value in constraint.dialect_kwargs.items()]
    if constraint.name is None:
        return options
    return [f"name={render_name(constraint.name, context)}", *options]
