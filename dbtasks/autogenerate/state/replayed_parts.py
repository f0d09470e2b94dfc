"""The constraints and indexes of a table on its way through the history."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import conv

from dbtasks.autogenerate.state.definitions import check_sql
from dbtasks.autogenerate.state.exclusions import elements_of
from dbtasks.operations.constraint_kinds import kind_of
from dbtasks.operations.names import default_name, full_name
from dbtasks.operations.sql import REVISION_DIALECT
from dbtasks.schema.facts import (
    CHECK,
    EXCLUDE,
    FOREIGN_KEY,
    PRIMARY_KEY,
    Constraint,
    key_of,
)

OF_BOOLEAN = "dbtasks_of_boolean"
"""Marks a check that a database with a Boolean of its own has no need of."""
_OPTIONS = ("using", "where", "onupdate", "ondelete", "deferrable", "initially", "match")


@dataclass
class ReplayedConstraint:
    """A constraint, `sql` that of a check, `elements` those of an EXCLUDE.

    `referred` is schema, table and columns; `options` go to SQLAlchemy. The check that comes with a
    Boolean is made where the database knows no such type.
    """

    kind: str
    name: str | None
    columns: tuple[str, ...]
    sql: str = ""
    is_of_boolean: bool = False
    elements: tuple[tuple[str, str], ...] = ()
    referred: tuple[str | None, str, tuple[str, ...]] = (None, "", ())
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, constraint: sa.Constraint) -> ReplayedConstraint | None:
        """Return what a constraint says; None for one that is not known here, or is empty."""
        kind = kind_of(constraint) or ""
        name = full_name(constraint)
        options = dict(constraint.dialect_kwargs)
        for option in _OPTIONS:
            value = getattr(constraint, option, None)
            options |= {} if value is None else {option: value}
        if isinstance(constraint, sa.CheckConstraint):
            sql, of_boolean = check_sql(constraint, REVISION_DIALECT), _is_of_boolean(constraint)
            return cls(kind, name, (), sql=sql, is_of_boolean=of_boolean, options=options)
        if isinstance(constraint, sa.ForeignKeyConstraint):
            targets = [element.target_fullname.split(".") for element in constraint.elements]
            schema = ".".join(targets[0][:-2]) or None
            referred = (schema, targets[0][-2], tuple(target[-1] for target in targets))
            columns = tuple(constraint.column_keys)
            return cls(kind, name, columns, referred=referred, options=options)
        if isinstance(constraint, postgresql.ExcludeConstraint):
            return cls(kind, name, (), elements=elements_of(constraint), options=options)
        if isinstance(constraint, (sa.PrimaryKeyConstraint, sa.UniqueConstraint)):
            columns = tuple(column.name for column in constraint.columns)
            return cls(kind, name, columns, options=options) if columns else None
        return None

    def built(self) -> sa.Constraint:
        """Return the constraint for a new table."""
        name = None if self.name is None else conv(self.name)
        if self.kind == CHECK:
            check = sa.CheckConstraint(self.sql, name=name, **self.options)
            check.info[OF_BOOLEAN] = self.is_of_boolean
            return check.ddl_if(callable_=_has_no_boolean) if self.is_of_boolean else check
        if self.kind == FOREIGN_KEY:
            schema, table, columns = self.referred
            targets = [f"{key_of(table, schema)}.{column}" for column in columns]
            return sa.ForeignKeyConstraint(self.columns, targets, name=name, **self.options)
        if self.kind == EXCLUDE:
            elements: Any = ((sa.literal_column(sql), operator) for sql, operator in self.elements)
            return postgresql.ExcludeConstraint(*elements, name=name, **self.options)
        class_ = sa.PrimaryKeyConstraint if self.kind == PRIMARY_KEY else sa.UniqueConstraint
        return class_(*self.columns, name=name, **self.options)

    def called(self, table: str) -> str:
        """Return the name by which a revision calls the constraint."""
        fact = Constraint(self.kind, None, "", self.columns)
        return self.name or default_name(table, fact)

    def with_column(self, old: str, new: str) -> ReplayedConstraint:
        """Return the constraint after a column of its table was renamed."""
        columns = tuple(new if name == old else name for name in self.columns)
        elements = tuple((with_word(sql, old, new), operator) for sql, operator in self.elements)
        return replace(self, columns=columns, sql=with_word(self.sql, old, new), elements=elements)

    def with_target(self, change: Callable[[str, tuple[str, ...]], Any]) -> ReplayedConstraint:
        """Return the constraint after a change of the table that it refers to."""
        schema, table, columns = self.referred
        if not table:
            return self
        key, columns = change(key_of(table, schema), columns)
        if key != key_of(table, schema):
            schema, _, table = key.rpartition(".")
        return replace(self, referred=(schema or None, table, tuple(columns)))


@dataclass
class ReplayedIndex:
    """An index. `parts` are names of columns, or SQL where `is_sql` says so."""

    name: str
    unique: bool
    parts: tuple[tuple[str, bool], ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, index: sa.Index) -> ReplayedIndex:
        """Return what an index says."""
        parts = tuple(
            (item.name, False) if isinstance(item, sa.Column) else (str(item), True)
            for item in index.expressions
        )
        return cls(str(full_name(index)), bool(index.unique), parts, dict(index.dialect_kwargs))

    def built(self) -> sa.Index:
        """Return the index for a new table."""
        parts = [sa.text(text) if is_sql else text for text, is_sql in self.parts]
        return sa.Index(conv(self.name), *parts, unique=self.unique, **self.options)

    def needs(self, column: str) -> bool:
        """Whether a column is part of the index."""
        return (column, False) in self.parts

    def with_column(self, old: str, new: str) -> ReplayedIndex:
        """Return the index after a column of its table was renamed."""
        parts = tuple(
            (with_word(text, old, new), True) if is_sql else (new if text == old else text, False)
            for text, is_sql in self.parts
        )
        options = {key: _with_name(value, old, new) for key, value in self.options.items()}
        return replace(self, parts=parts, options=options)


def _has_no_boolean(*_: Any, dialect: sa.Dialect, **__: Any) -> bool:
    """Whether a Boolean is a number, which the check keeps to 0 and 1 (see `DDLIf`)."""
    return not dialect.supports_native_boolean


def with_word(sql: str, old: str, new: str) -> str:
    """Return SQL with a name in it changed."""
    return re.sub(rf"\b{re.escape(old)}\b", new, sql)


def _with_name(option: Any, old: str, new: str) -> Any:
    """Return an index's option (a condition, columns, or something by column) after a rename."""
    if isinstance(option, sa.TextClause):
        return sa.text(with_word(option.text, old, new))
    if isinstance(option, (list, tuple)):
        return [new if item == old else item for item in option]
    if isinstance(option, dict):
        return {new if key == old else key: value for key, value in option.items()}
    return option


def _is_of_boolean(check: sa.CheckConstraint) -> bool:
    """Whether a check is the one that a Boolean brings with `create_constraint`."""
    columns = [] if check.table is None else list(check.table.columns)
    quote = REVISION_DIALECT.identifier_preparer.quote
    own = {f"{quote(c.name)} IN (0, 1)" for c in columns if isinstance(c.type, sa.Boolean)}
    return check_sql(check, REVISION_DIALECT) in own
