"""How operations are written as Python.

Alembic's renderers do most of it, in PostgreSQL's words whichever database is there, since a
revision serves both. Ours are for our own operations, and for those that Alembic has no words for.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import (
    AlterColumnOp,
    CreatePrimaryKeyOp,
    CreateTableCommentOp,
    DropTableCommentOp,
    OpContainer,
)
from alembic.runtime.migration import MigrationContext
from alembic.util import to_list
from sqlalchemy.sql.elements import ColumnElement

from dbtasks.autogenerate.plan.blocks import CommentOp, ConvertColumnOp, RenameTableOp
from dbtasks.autogenerate.write.render_types import expression, render_type
from dbtasks.operations import enums, renames
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.fill import FillOp
from dbtasks.operations.list_items import DefineListItemsOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.schemas import CreateSchemaOp, SchemaOp
from dbtasks.operations.sequences import CreateSequenceOp, SequenceOp, SetSequenceOp
from dbtasks.operations.sql import POSTGRESQL


class PortableOps(OpContainer):
    """Operations to be written in PostgreSQL's words, no percent sign doubled for a driver."""


@renderers.dispatch_for(PortableOps)
def _portably(context: AutogenContext, body: PortableOps) -> list[str]:
    options = context.migration_context.opts
    words = MigrationContext.configure(dialect=POSTGRESQL, opts=options)
    portable = AutogenContext(words, context.metadata, context.opts, autogenerate=False)
    portable.imports = context.imports
    rendered = (renderers.dispatch(item)(portable, item) for item in body.ops)
    return [line for lines in rendered for line in to_list(lines)]


@renderers.dispatch_for(CommentOp)
def _comment(context: AutogenContext, operation: CommentOp) -> str:
    del context
    return f"# {operation.text}"


@renderers.dispatch_for(ConvertColumnOp)
def _convert(context: AutogenContext, operation: ConvertColumnOp) -> str:
    plain = AlterColumnOp(
        operation.table_name,
        operation.column_name,
        schema=operation.schema,
        existing_type=operation.existing_type,
        modify_type=operation.modify_type,
        existing_nullable=operation.existing_nullable,
    )
    text: str = renderers.dispatch(plain)(context, plain)
    using = operation.kw.get("postgresql_using")
    return f"{text.removesuffix(')')}, postgresql_using={using!r})" if using else text


@renderers.dispatch_for(RenameTableOp)
def _rename_table(context: AutogenContext, operation: RenameTableOp) -> str:
    del context
    names = _names(operation.table_name, operation.new_table_name)
    return _call("rename_table", names, operation.schema)


@renderers.dispatch_for(CreateTableCommentOp, replace=True)
def _create_comment(context: AutogenContext, operation: CreateTableCommentOp) -> str:
    """Write what Alembic writes, a quote in the table's name included."""
    del context
    arguments = [*_names(operation.table_name), repr(operation.comment)]
    if operation.existing_comment is not None:
        arguments.append(f"existing_comment={operation.existing_comment!r}")
    return _call("create_table_comment", arguments, operation.schema)


@renderers.dispatch_for(DropTableCommentOp, replace=True)
def _drop_comment(context: AutogenContext, operation: DropTableCommentOp) -> str:
    del context
    return _call("drop_table_comment", _names(operation.table_name), operation.schema)


@renderers.dispatch_for(CreatePrimaryKeyOp, replace=True)
def _create_primary_key(context: AutogenContext, operation: CreatePrimaryKeyOp) -> str:
    """Write what Alembic has no words for; it never compares primary keys."""
    del context
    name = "None" if operation.constraint_name is None else f"{str(operation.constraint_name)!r}"
    return f"batch_op.create_primary_key({name}, {list(operation.columns)!r})"


@renderers.dispatch_for(FillOp)
def _fill(context: AutogenContext, operation: FillOp) -> str:
    value = operation.value
    if isinstance(value, ColumnElement | sa.TextClause):
        written = expression(value)
    else:
        written = repr(value)
        module = type(value).__module__
        if module != "builtins":
            context.imports.add(f"import {module}")
            written = f"{module}.{written}"
    arguments = [repr(operation.table_name), repr(operation.column_name), written]
    if operation.type_ is not None:
        arguments.append(render_type(operation.type_, context))
    if operation.where is not None:
        arguments.append(f"where={operation.where!r}")
    return _call("fill", arguments, operation.schema)


@renderers.dispatch_for(NumberRowsOp)
def _number_rows(context: AutogenContext, operation: NumberRowsOp) -> str:
    del context
    arguments = [*_names(operation.table_name, operation.column_name), repr([*operation.order_by])]
    return _call("number_rows", arguments, operation.schema)


@renderers.dispatch_for(RefuseRowsOp)
def _refuse_rows(context: AutogenContext, operation: RefuseRowsOp) -> str:
    del context
    arguments = _names(operation.table_name, operation.reason)
    if operation.where:
        arguments.append(f"where={operation.where!r}")
    return _call("refuse_rows", arguments, operation.schema)


@renderers.dispatch_for(DefineListItemsOp)
def _define_list_items(context: AutogenContext, operation: DefineListItemsOp) -> str:
    del context, operation
    return "op.define_list_items()"


@renderers.dispatch_for(SetSequenceOp)
def _set_sequence(context: AutogenContext, operation: SetSequenceOp) -> str:
    del context
    arguments = [operation.table_name, operation.column_name, operation.kind]
    return _call("set_sequence", [repr(item) for item in arguments], operation.schema)


@renderers.dispatch_for(renames.RenameConstraintOp)
def _rename_constraint(context: AutogenContext, operation: renames.RenameConstraintOp) -> str:
    del context
    names = [operation.table_name, operation.old_name, operation.new_name]
    arguments = [*(repr(str(name)) for name in names), f"type_={operation.kind!r}"]
    return _call("rename_constraint", arguments, operation.schema)


@renderers.dispatch_for(renames.RenameIndexOp)
def _rename_index(context: AutogenContext, operation: renames.RenameIndexOp) -> str:
    del context
    return _call("rename_index", _names(operation.old_name, operation.new_name), operation.schema)


@renderers.dispatch_for(renames.RenameSequenceOp)
def _rename_sequence(context: AutogenContext, operation: renames.RenameSequenceOp) -> str:
    del context
    names = _names(operation.old_name, operation.new_name)
    return _call("rename_sequence", names, operation.schema)


@renderers.dispatch_for(CreateDomainOp)
def _create_domain(context: AutogenContext, operation: CreateDomainOp) -> str:
    return f"op.create_domain({render_type(operation.domain, context)})"


@renderers.dispatch_for(DropDomainOp)
def _drop_domain(context: AutogenContext, operation: DropDomainOp) -> str:
    del context
    return _call("drop_domain", _names(operation.name), operation.schema)


@renderers.dispatch_for(enums.EnumOp)
def _enum(context: AutogenContext, operation: enums.EnumOp) -> str:
    """Write an operation on a type; each is called by the name that it is registered under."""
    del context
    arguments = [repr(operation.name)]
    match operation:
        case enums.CreateEnumOp():
            name, arguments = "create_enum", [*arguments, repr(list(operation.values))]
        case enums.ReplaceEnumOp():
            name, arguments = "replace_enum", [*arguments, repr(list(operation.values))]
        case enums.AddEnumValueOp():
            name, arguments = "add_enum_value", [*arguments, repr(operation.values[0])]
            if operation.before is not None:
                arguments.append(f"before={operation.before!r}")
        case enums.RenameEnumValueOp():
            name, arguments = "rename_enum_value", [*arguments, *_names(*operation.values)]
            arguments.append(f"columns={list(operation.columns)!r}")
        case enums.RenameEnumOp():
            name, arguments = "rename_enum", [*arguments, *_names(*operation.values)]
        case _:
            name = "drop_enum"
    return _call(name, arguments, operation.schema)


@renderers.dispatch_for(SequenceOp)
def _sequence(context: AutogenContext, operation: SequenceOp) -> str:
    del context
    options = {name: getattr(operation, name, None) for name in ("start", "increment")}
    given = [f"{name}={value}" for name, value in options.items() if value is not None]
    name = "create_sequence" if isinstance(operation, CreateSequenceOp) else "drop_sequence"
    return _call(name, [repr(operation.name), *given], operation.schema)


@renderers.dispatch_for(SchemaOp)
def _schema(context: AutogenContext, operation: SchemaOp) -> str:
    del context
    name = "create_schema" if isinstance(operation, CreateSchemaOp) else "drop_schema"
    return _call(name, _names(operation.name), None)


def _names(*names: str) -> list[str]:
    return [repr(str(name)) for name in names]


def _call(name: str, arguments: list[str], schema: str | None) -> str:
    if schema:
        arguments = [*arguments, f"schema={schema!r}"]
    return f"op.{name}({', '.join(arguments)})"
