"""What a revision does, read from its file without letting it do anything.

The statements of `upgrade` or `downgrade` are taken one by one. Those that are nothing but calls
of operations are run against a recorder; everything else (a query, a loop over rows, a function
of the application) is passed over and counted, since running it a second time could do harm.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import alembic.op
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation, ModifyTableOps
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy.types import TypeEngine

from dbtasks.operations.batch import RecordedBatch

_HARMLESS_PACKAGES = {"sqlalchemy", "alembic", "dbtasks", "builtins", "datetime", "decimal", "uuid"}
_DDL = re.compile(r"\b(create|alter|drop)\b", re.IGNORECASE)
_DATA = {"execute", "bulk_insert"}
_NOT_RECORDED = {"get_bind", "run_async", "invoke", "get_context"}
_EXPRESSIONS = (
    ast.Constant,
    ast.Name,
    ast.Load,
    ast.Attribute,
    ast.Call,
    ast.keyword,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.UnaryOp,
    ast.USub,
    ast.BinOp,
    ast.Add,
    ast.Mod,
    ast.Starred,
)


@dataclass
class Recording:
    """The operations of one direction; `passed_over` counts the statements that are not known.

    `data_statements` holds the SQL that is run by `op.execute`, where it is a plain text.
    """

    operations: list[MigrateOperation] = field(default_factory=list)
    data_statements: list[str] = field(default_factory=list)
    passed_over: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all that changes the schema is among the operations."""
        return not self.passed_over and not any(map(_DDL.search, self.data_statements))


def each_operation(operations: Sequence[MigrateOperation]) -> Iterator[MigrateOperation]:
    """Yield operations in their order, those of a batch one by one."""
    for operation in operations:
        if isinstance(operation, ModifyTableOps):
            yield from each_operation(operation.ops)
        else:
            yield operation


def record(script: Script, direction: str, metadata: sa.MetaData | None = None) -> Recording:
    """Return what the `upgrade` or `downgrade` of a revision does.

    `metadata` brings the naming convention by which nameless constraints get their names.
    """
    recording = Recording()
    recorder = _Recorder(_context(metadata), recording.operations)
    names = {
        name: recorder if value is alembic.op else value
        for name, value in vars(script.module).items()
    }
    reader = _Reader(recording, recorder, names)
    for node in ast.parse(Path(script.path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == direction:
            reader.read(node.body)
    return recording


class _Recorder(Operations):
    """Stands for `alembic.op`: notes operations down."""

    def __init__(self, context: MigrationContext, recorded: list[MigrateOperation]) -> None:
        super().__init__(context)
        self.recorded = recorded

    def invoke(self, operation: MigrateOperation) -> Any:
        """Note an operation down."""
        self.recorded.append(operation)

    @contextmanager
    def batch_alter_table(  # type: ignore[override]
        self, table_name: str, schema: str | None = None, **_: Any
    ) -> Iterator[RecordedBatch]:
        """Note the operations of a batch down, as one operation that holds them."""
        batch = RecordedBatch(self, table_name, schema)
        yield batch
        self.recorded.append(ModifyTableOps(table_name, batch.recorded, schema=schema))


class _Reader:
    """Runs those statements that can do nothing but call operations."""

    def __init__(self, recording: Recording, recorder: _Recorder, names: dict[str, Any]) -> None:
        self.recording = recording
        self.recorder = recorder
        self.names = names

    def read(self, statements: Sequence[ast.stmt]) -> None:
        """Read statements in their order."""
        for statement in statements:
            self._read(statement)

    def _read(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None):
                return
            case ast.With(
                items=[ast.withitem(context_expr=ast.Call() as call, optional_vars=name)]
            ):
                self._read_block(statement, call, name)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attribute)) as call) if (
                attribute in _DATA
            ):
                self._note_data(call)
            case ast.Expr() | ast.Assign() if self._is_harmless(statement):
                self._run(statement)
            case _:
                self.recording.passed_over += 1

    def _read_block(self, block: ast.With, call: ast.Call, name: ast.expr | None) -> None:
        attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if attribute == "autocommit_block":
            self.read(block.body)
        elif attribute == "batch_alter_table" and self._is_harmless(call):
            with self._value(call) as batch:
                if isinstance(name, ast.Name):
                    self.names[name.id] = batch
                self.read(block.body)
        else:
            self.recording.passed_over += 1

    def _note_data(self, call: ast.Call) -> None:
        text = call.args[0] if call.args else None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            self.recording.data_statements.append(text.value)
        else:
            self.recording.data_statements.append(ast.unparse(call))

    def _is_harmless(self, node: ast.AST) -> bool:
        children = list(ast.walk(node))
        allowed = (*_EXPRESSIONS, ast.Expr, ast.Assign, ast.Store)
        return all(isinstance(child, allowed) for child in children) and all(
            self._may_be_called(child.func) for child in children if isinstance(child, ast.Call)
        )

    def _may_be_called(self, function: ast.expr) -> bool:
        """Whether calling something can but make an operation, a type or a piece of SQL."""
        if isinstance(function, ast.Attribute) and function.attr in _NOT_RECORDED | _DATA:
            return False
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call):
            return self._may_be_called(function.value.func)
        value = self._named(function)
        if value is None:
            return False
        owner = getattr(value, "__self__", None)
        if isinstance(owner, (Operations, RecordedBatch)):
            return True
        if inspect.isclass(value) and issubclass(value, TypeEngine):
            return True
        module = getattr(value, "__module__", None) or type(value).__module__
        return module.partition(".")[0] in _HARMLESS_PACKAGES and not isinstance(value, ModuleType)

    def _named(self, path: ast.expr) -> Any:
        """Return what a dotted name stands for; None where that is not known."""
        if isinstance(path, ast.Name):
            return self.names.get(path.id, getattr(builtins, path.id, None))
        if isinstance(path, ast.Attribute):
            return getattr(self._named(path.value), path.attr, None)
        return None

    def _run(self, statement: ast.stmt) -> None:
        module = ast.Module(body=[statement], type_ignores=[])
        try:
            exec(compile(module, "<revision>", "exec"), self.names)  # noqa: S102
        except Exception:
            self.recording.passed_over += 1

    def _value(self, expression: ast.expr) -> Any:
        tree = ast.Expression(body=expression)
        return eval(compile(tree, "<revision>", "eval"), self.names)  # noqa: S307


def _context(metadata: sa.MetaData | None) -> MigrationContext:
    options = {"as_sql": True, "target_metadata": metadata}
    return MigrationContext.configure(dialect_name="postgresql", opts=options)
