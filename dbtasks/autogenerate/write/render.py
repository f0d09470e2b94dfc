"""How our own operations are written as Python, each as one expression.

Alembic's own are written by its own renderers. What is written here need not be pretty:
`dbtasks.autogenerate.write.layout` lays it out.
"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp, CreateTableOp, DropColumnOp

from dbtasks.autogenerate.plan import blocks
from dbtasks.autogenerate.write.layout import printable
from dbtasks.autogenerate.write.render_types import render_class, render_type
from dbtasks.autogenerate.write.render_values import render_name, render_value
from dbtasks.operations import enums, renames
from dbtasks.operations.dependents import RestoreDependentsOp, SuspendDependentsOp
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.list_items import DefineListItemsOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.schemas import CreateSchemaOp, MoveTableOp, SchemaOp
from dbtasks.operations.sequences import CreateSequenceOp, SequenceOp, SetSequenceOp


@renderers.dispatch_for(blocks.CommentOp)
def _comment(context: AutogenContext, operation: blocks.CommentOp) -> str:
    del context
    return f"# {printable(operation.text)}"


@renderers.dispatch_for(blocks.CreateEmptyTableOp)
def _create_empty_table(context: AutogenContext, operation: blocks.CreateEmptyTableOp) -> str:
    plain = CreateTableOp.from_table(operation.to_table())
    text: str = renderers.dispatch(plain)(context, plain)
    return text.replace(",\n,\n", ",\n", 1)


@renderers.dispatch_for(blocks.ConvertColumnOp)
def _convert(context: AutogenContext, operation: blocks.ConvertColumnOp) -> str:
    plain = AlterColumnOp(
        operation.table_name,
        operation.column_name,
        schema=operation.schema,
        existing_type=operation.existing_type,
        modify_type=operation.modify_type,
        existing_nullable=operation.existing_nullable,
    )
    text: str = renderers.dispatch(plain)(context, plain)
    how = "".join(f", {name}={sql!r}" for name, sql in operation.kw.items() if sql)
    return f"{text.removesuffix(')')}{how})"


@renderers.dispatch_for(blocks.RenameTableOp)
def _rename_table(context: AutogenContext, operation: blocks.RenameTableOp) -> str:
    names = _names(operation.table_name, operation.new_table_name)
    return _call(context, "rename_table", names, operation.schema)


@renderers.dispatch_for(blocks.SetTableCommentOp)
def _set_table_comment(context: AutogenContext, operation: blocks.SetTableCommentOp) -> str:
    arguments = [*_names(operation.table_name), repr(operation.comment)]
    if operation.existing_comment is not None:
        arguments.append(f"existing_comment={operation.existing_comment!r}")
    return _call(context, "create_table_comment", arguments, operation.schema)


@renderers.dispatch_for(blocks.RemoveTableCommentOp)
def _remove_table_comment(context: AutogenContext, operation: blocks.RemoveTableCommentOp) -> str:
    names = _names(operation.table_name)
    return _call(context, "drop_table_comment", names, operation.schema)


@renderers.dispatch_for(blocks.AddPrimaryKeyOp)
def _add_primary_key(context: AutogenContext, operation: blocks.AddPrimaryKeyOp) -> str:
    columns = f"[{', '.join(_names(*operation.columns))}]"
    return _call_on_table(context, "create_primary_key", operation, columns)


@renderers.dispatch_for(blocks.AddCheckOp)
def _add_check(context: AutogenContext, operation: blocks.AddCheckOp) -> str:
    return _call_on_table(context, "create_check_constraint", operation, repr(operation.condition))


@renderers.dispatch_for(FillOp)
def _fill(context: AutogenContext, operation: FillOp) -> str:
    arguments = _names(operation.table_name, operation.column_name)
    arguments.append(render_value(operation.value, context))
    if operation.type_ is not None:
        arguments.append(render_class(operation.type_, context))
    if operation.where is not None:
        arguments.append(f"where={operation.where!r}")
    if operation.model_type is not None:
        arguments.append(f"model_type={operation.model_type!r}")
    if not operation.triggers:
        arguments.append("triggers=False")
    return _call(context, "fill", arguments, operation.schema)


@renderers.dispatch_for(FillTableOp)
def _fill_table(context: AutogenContext, operation: FillTableOp) -> str:
    columns = f"[{', '.join(_names(*operation.columns))}]"
    arguments = [*_names(operation.table_name), columns, repr(operation.query)]
    if operation.values:
        arguments.append(f"values={render_value(operation.values, context)}")
    if operation.types:
        types = ((name, render_class(type_, context)) for name, type_ in operation.types.items())
        arguments.append(f"types={{{', '.join(f'{name!r}: {type_}' for name, type_ in types)}}}")
    return _call(context, "fill_table", arguments, operation.schema)


@renderers.dispatch_for(NumberRowsOp)
def _number_rows(context: AutogenContext, operation: NumberRowsOp) -> str:
    order = f"[{', '.join(_names(*operation.order_by))}]"
    arguments = [*_names(operation.table_name, operation.column_name), order]
    return _call(context, "number_rows", arguments, operation.schema)


@renderers.dispatch_for(RefuseRowsOp)
def _refuse_rows(context: AutogenContext, operation: RefuseRowsOp) -> str:
    arguments = _names(operation.table_name, operation.reason)
    if operation.where:
        arguments.append(f"where={operation.where!r}")
    return _call(context, "refuse_rows", arguments, operation.schema)


@renderers.dispatch_for(DefineListItemsOp)
def _define_list_items(context: AutogenContext, operation: DefineListItemsOp) -> str:
    del operation
    return _call(context, "define_list_items", [])


@renderers.dispatch_for(SuspendDependentsOp)
def _suspend_dependents(context: AutogenContext, operation: SuspendDependentsOp) -> str:
    columns = f"[{', '.join(_names(*operation.columns))}]"
    arguments = [*_names(operation.table_name), columns]
    return _call(context, "suspend_dependents", arguments, operation.schema)


@renderers.dispatch_for(RestoreDependentsOp)
def _restore_dependents(context: AutogenContext, operation: RestoreDependentsOp) -> str:
    del operation
    return _call(context, "restore_dependents", [])


@renderers.dispatch_for(SetSequenceOp)
def _set_sequence(context: AutogenContext, operation: SetSequenceOp) -> str:
    arguments = [*_names(operation.table_name, operation.column_name), repr(operation.kind)]
    return _call(context, "set_sequence", arguments, operation.schema)


@renderers.dispatch_for(renames.RenameConstraintOp)
def _rename_constraint(context: AutogenContext, operation: renames.RenameConstraintOp) -> str:
    names = _names(operation.table_name, operation.old_name, operation.new_name)
    arguments = [*names, f"type_={operation.kind!r}"]
    return _call(context, "rename_constraint", arguments, operation.schema)


@renderers.dispatch_for(renames.RenameIndexOp)
def _rename_index(context: AutogenContext, operation: renames.RenameIndexOp) -> str:
    names = _names(operation.old_name, operation.new_name)
    return _call(context, "rename_index", names, operation.schema)


@renderers.dispatch_for(renames.RenameSequenceOp)
def _rename_sequence(context: AutogenContext, operation: renames.RenameSequenceOp) -> str:
    names = _names(operation.old_name, operation.new_name)
    return _call(context, "rename_sequence", names, operation.schema)


@renderers.dispatch_for(CreateDomainOp)
def _create_domain(context: AutogenContext, operation: CreateDomainOp) -> str:
    return _call(context, "create_domain", [render_type(operation.domain, context)])


@renderers.dispatch_for(DropDomainOp)
def _drop_domain(context: AutogenContext, operation: DropDomainOp) -> str:
    return _call(context, "drop_domain", _names(operation.name), operation.schema)


@renderers.dispatch_for(enums.EnumOp)
def _enum(context: AutogenContext, operation: enums.EnumOp) -> str:
    """Write an operation on a type; each is called by the name that it is registered under."""
    values = _names(*operation.values)
    match operation:
        case enums.CreateEnumOp():
            name, arguments = "create_enum", [f"[{', '.join(values)}]"]
        case enums.ReplaceEnumOp():
            name, arguments = "replace_enum", [f"[{', '.join(values)}]"]
        case enums.AddEnumValueOp():
            before = operation.before
            name, arguments = "add_enum_value", values[:1]
            arguments += [] if before is None else [f"before={before!r}"]
        case enums.RenameEnumValueOp():
            name, arguments = "rename_enum_value", [*values, f"columns={[*operation.columns]!r}"]
        case enums.RenameEnumOp():
            name, arguments = "rename_enum", values
        case _:
            name, arguments = "drop_enum", []
    return _call(context, name, [*_names(operation.name), *arguments], operation.schema)


@renderers.dispatch_for(SequenceOp)
def _sequence(context: AutogenContext, operation: SequenceOp) -> str:
    options = {name: getattr(operation, name, None) for name in ("start", "increment")}
    given = [f"{name}={value}" for name, value in options.items() if value is not None]
    name = "create_sequence" if isinstance(operation, CreateSequenceOp) else "drop_sequence"
    return _call(context, name, [*_names(operation.name), *given], operation.schema)


@renderers.dispatch_for(SchemaOp)
def _schema(context: AutogenContext, operation: SchemaOp) -> str:
    name = "create_schema" if isinstance(operation, CreateSchemaOp) else "drop_schema"
    return _call(context, name, _names(operation.name))


@renderers.dispatch_for(MoveTableOp)
def _move_table(context: AutogenContext, operation: MoveTableOp) -> str:
    arguments = [*_names(operation.table_name), repr(operation.new_schema)]
    return _call(context, "move_table", arguments, operation.schema)


def _names(*names: Any) -> list[str]:
    """Return names, or other strings, as Python; SQLAlchemy has several classes for them."""
    return [repr(str(name)) for name in names]


def _call_on_table(
    context: AutogenContext,
    name: str,
    operation: blocks.AddPrimaryKeyOp | blocks.AddCheckOp,
    what: str,
) -> str:
    """Return the call that adds a constraint, in a batch or outside of one."""
    constraint = operation.constraint_name
    written = "None" if constraint is None else render_name(constraint, context)
    drop = DropColumnOp("t", "c")  # It tells in public whether a batch is being written.
    if "".join(renderers.dispatch(drop)(context, drop)).startswith("batch_op."):
        return f"batch_op.{name}({written}, {what})"
    arguments = [written, *_names(operation.table_name), what]
    return _call(context, name, arguments, operation.schema)


def _call(
    context: AutogenContext, name: str, arguments: list[str], schema: str | None = None
) -> str:
    """Return the call of an operation, through the name that env.py gives to `alembic.op`."""
    if schema:
        arguments = [*arguments, f"schema={schema!r}"]
    return f"{context.opts['alembic_module_prefix']}{name}({', '.join(arguments)})"
