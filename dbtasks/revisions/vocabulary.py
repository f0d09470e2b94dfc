"""All that the reader of revisions may call, and what may be called without any effect.

Nothing else is ever evaluated. A name stands here by where it is imported from, so that a function
of the project's own that goes by the same name is not taken for it.
"""

from __future__ import annotations

import datetime
import decimal
import sys
import uuid
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from dbtasks.types import ListOf

OPERATIONS = frozenset(
    {
        "add_column",
        "add_enum_value",
        "alter_column",
        "bulk_insert",
        "create_check_constraint",
        "create_domain",
        "create_enum",
        "create_exclude_constraint",
        "create_foreign_key",
        "create_index",
        "create_primary_key",
        "create_schema",
        "create_sequence",
        "create_table",
        "create_table_comment",
        "create_unique_constraint",
        "define_list_items",
        "drop_column",
        "drop_constraint",
        "drop_domain",
        "drop_enum",
        "drop_index",
        "drop_schema",
        "drop_sequence",
        "drop_table",
        "drop_table_comment",
        "execute",
        "f",
        "fill",
        "fill_table",
        "inline_literal",
        "move_table",
        "number_rows",
        "refuse_rows",
        "rename_constraint",
        "rename_enum",
        "rename_enum_value",
        "rename_index",
        "rename_sequence",
        "rename_table",
        "replace_enum",
        "restore_dependents",
        "set_sequence",
        "suspend_dependents",
    }
)
"""Methods of `op`, and of a batch as far as it has them."""

TYPE_METHODS: Mapping[str, Callable[..., TypeEngine[Any]]] = {
    "evaluates_none": TypeEngine.evaluates_none,
    "with_variant": TypeEngine.with_variant,
}
"""Methods of SQLAlchemy's types that give a type, as SQLAlchemy has them."""

LOOKS = frozenset({"alembic.op.get_bind", "alembic.op.get_context"})
"""Calls that only give something to go on with."""

WITHOUT_EFFECT = LOOKS | {
    "logging.getLogger",
    "sqlalchemy.MetaData",
    "sqlalchemy.inspect",
    "sqlalchemy.orm.declarative_base",
    "sqlalchemy.ext.declarative.declarative_base",
    "sqlalchemy.orm.registry",
    "sqlalchemy.orm.relationship",
    "sqlalchemy.orm.mapped_column",
    "sqlalchemy.orm.sessionmaker",
}
"""Calls that change nothing by themselves, whatever they return; they are not evaluated."""

LIBRARIES = sys.stdlib_module_names | {"alembic", "builtins", "dbtasks", "sqlalchemy"}
"""Packages whose objects do nothing when they are looked at or compared, as far as is known."""

_SQLALCHEMY = (
    "sqlalchemy",
    "sqlalchemy.schema",
    "sqlalchemy.types",
    "sqlalchemy.sql",
    "sqlalchemy.sql.expression",
    "sqlalchemy.sql.schema",
    "sqlalchemy.sql.sqltypes",
    "sqlalchemy.dialects.mssql",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.oracle",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.postgresql.array",
    "sqlalchemy.dialects.postgresql.base",
    "sqlalchemy.dialects.postgresql.json",
    "sqlalchemy.dialects.sqlite",
)
"""The modules in which SQLAlchemy offers what stands below."""
_CONSTRUCTS = (
    sa.CheckConstraint,
    sa.Column,
    sa.Computed,
    sa.DefaultClause,
    sa.FetchedValue,
    sa.ForeignKey,
    sa.ForeignKeyConstraint,
    sa.Identity,
    sa.Index,
    sa.PrimaryKeyConstraint,
    sa.Sequence,
    sa.UniqueConstraint,
    sa.column,
    sa.false,
    sa.literal,
    sa.literal_column,
    sa.null,
    sa.table,
    sa.text,
    sa.true,
    postgresql.ExcludeConstraint,
)
_FUNCTIONS = ("sqlalchemy.func.", "sqlalchemy.sql.func.", "sqlalchemy.sql.expression.func.")
_OTHERS: Mapping[str, Any] = {
    "builtins.dict": dict,
    "builtins.frozenset": frozenset,
    "builtins.list": list,
    "builtins.set": set,
    "builtins.tuple": tuple,
    "datetime.date": datetime.date,
    "datetime.datetime": datetime.datetime,
    "datetime.time": datetime.time,
    "datetime.timedelta": datetime.timedelta,
    "datetime.timezone": datetime.timezone,
    "datetime.timezone.utc": datetime.UTC,
    "dbtasks.ListOf": ListOf,
    "dbtasks.types.ListOf": ListOf,
    "decimal.Decimal": decimal.Decimal,
    "uuid.UUID": uuid.UUID,
}


@cache
def meaning(path: str) -> Any:
    """Return what a dotted name stands for, such as `sqlalchemy.Column`. Raises `KeyError`."""
    if path in _OTHERS:
        return _OTHERS[path]
    for prefix in _FUNCTIONS:
        name = path.removeprefix(prefix)
        if name != path and name.isidentifier() and not name.startswith("_"):
            return getattr(sa.func, name)
    module, _, name = path.rpartition(".")
    value = getattr(import_module(module), name, None) if module in _SQLALCHEMY else None
    if value is None or not (_is_type(value) or any(value is item for item in _CONSTRUCTS)):
        raise KeyError(path)
    return value


def _is_type(value: Any) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, TypeEngine)
        and value.__module__.startswith("sqlalchemy.")
    )
