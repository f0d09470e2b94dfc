"""The reader of revisions: it parses a file and runs nothing of it.

The statements of `upgrade` and `downgrade` are taken one by one. A call of an operation is noted
down; a statement that can do nothing is passed over; of all others the source is kept, for whoever
has to decide. What stands at the top of the file runs before either of the two functions, and so
belongs to both.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.operations.ops import CreateTableOp, MigrateOperation, ModifyTableOps

import dbtasks.operations  # noqa: F401 (registers what revisions may call)
from dbtasks.databases.quiet import quiet_context
from dbtasks.operations.batch import BatchArguments, RecordedBatch
from dbtasks.operations.sql import REVISION_DIALECT
from dbtasks.revisions.confinement import Confinement
from dbtasks.revisions.dispatch import Dispatch
from dbtasks.revisions.evaluation import OP, Evaluator, NotUnderstoodError
from dbtasks.revisions.inertia import is_inert
from dbtasks.revisions.names import Known, Names, bound_in
from dbtasks.revisions.reading import NotUnderstoodOp, Reading
from dbtasks.revisions.unfinished import is_mark

DIRECTIONS = ("upgrade", "downgrade")
_Functions = dict[str, ast.FunctionDef | ast.AsyncFunctionDef]


class Module:
    """A revision's file, parsed: the names at its top, and what it does in each direction."""

    def __init__(self, source: str, path: Path) -> None:
        """Parse the source. Raises `SyntaxError` or `ValueError` where it is no Python."""
        self._text = source
        tree = _parsed(source, path)
        self.docstring = ast.get_docstring(tree, clean=False)
        self._confinement = Confinement()
        self._reader = _Reader(Names(), self._text, self._confinement, Dispatch({}, {}))
        self._functions: _Functions = {}
        self.is_unfinished = any(map(is_mark, tree.body))
        self._read_top(tree)

    def value(self, name: str) -> Known | None:
        """Return what a name at the top of the file is bound to, where that is plain to see."""
        found = self._reader.names.find(name)
        return found if isinstance(found, Known) else None

    def binds(self, name: str) -> bool:
        """Whether anything at the top of the file may bind a name."""
        return self._reader.names.is_bound(name)

    def reading(self, direction: str, arguments: Mapping[str, Any] | None = None) -> Reading:
        """Return what the file does as `upgrade` or `downgrade`, called with `arguments`."""
        top = self._reader.recorder.recorded
        function = self._functions.get(direction)
        dispatch = Dispatch(self._functions, arguments or {})
        reader = _Reader(self._reader.names.copy(), self._text, self._confinement, dispatch)
        if self.binds(direction):  # by anything but a function at the top
            reader.recorder.recorded.append(NotUnderstoodOp(f"def {direction}", 1))
        elif function is not None and _is_plain(function):
            for name in {item.arg for item in function.args.args} & set(dispatch.arguments):
                reader.names.bind(name, dispatch.arguments[name])
            reader.read(function.body)
        elif function is not None:
            reader.note(ast.unparse(function), function)
        return Reading((*top, *reader.recorder.recorded))

    def _read_top(self, tree: ast.Module) -> None:
        for statement in tree.body:
            if is_mark(statement):
                continue
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions[statement.name] = statement
                if statement.name in DIRECTIONS:
                    self._confinement.define(statement)
                    continue  # read in its turn
            else:
                for name in bound_in(statement):
                    self._functions.pop(name, None)
            self._reader.read([statement])
        for part in ast.walk(tree):
            if isinstance(part, ast.Global):
                self._reader.names.forget(part)


def _parsed(source: str, path: Path) -> ast.Module:
    with warnings.catch_warnings():
        # Of an escape such as "\\d": Python says it to whoever runs the file.
        warnings.simplefilter("ignore")
        return ast.parse(source, str(path))


def _is_plain(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return isinstance(function, ast.FunctionDef) and not function.decorator_list


class _Recorder(Operations):
    """Stands for `alembic.op`: notes operations down."""

    def __init__(self) -> None:
        options = {"as_sql": True}
        super().__init__(quiet_context(REVISION_DIALECT, options))
        self.recorded: list[MigrateOperation] = []

    def invoke(self, operation: MigrateOperation) -> Any:
        """Note an operation down; return the table that it makes, which may be filled."""
        self.recorded.append(operation)
        if isinstance(operation, CreateTableOp):
            return operation.to_table(self.migration_context)
        return None


class _Reader:
    """Reads statements, and notes down what they do."""

    def __init__(
        self, names: Names, text: str, confinement: Confinement, dispatch: Dispatch
    ) -> None:
        self.names = names
        self._of_the_file = names.copy()
        self._dispatch = dispatch
        self.recorder = _Recorder()
        self._text = text
        self._confinement = confinement
        self._evaluator = Evaluator(names, self.recorder)
        self._notes = self.recorder.recorded

    def read(self, statements: Sequence[ast.stmt]) -> None:
        """Read statements in their order."""
        for statement in statements:
            before = len(self._notes), len(self.recorder.recorded)
            try:
                self._read(statement)
            except (NotUnderstoodError, RecursionError):
                del self._notes[before[0] :], self.recorder.recorded[before[1] :]
                self.keep(statement)

    def keep(self, statement: ast.stmt) -> None:
        """Keep the source of what is not understood, unless it can do nothing."""
        self._confinement.define(statement)
        try:
            does_nothing = is_inert(statement, self._evaluator)
        except RecursionError:
            does_nothing = False
        if not does_nothing:
            source = ast.get_source_segment(self._text, statement, padded=True)
            self.note(source or "(too deep to be shown)", statement)
        self.names.forget(statement)

    def note(self, source: str, code: ast.stmt) -> None:
        """Note down what is not understood, and whether it reaches further than `op`."""
        try:
            is_confined = self._confinement.holds(code, self.names)
        except RecursionError:
            is_confined = False
        self._notes.append(NotUnderstoodOp(source, code.lineno, is_confined=is_confined))

    def _read(self, statement: ast.stmt) -> None:
        if self._is_led_on(statement):
            return
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None):
                return
            case ast.Import() | ast.ImportFrom():
                self.names.import_(statement)
            case ast.Expr(value=ast.Call() as call):
                self._evaluator.value(call)
            case ast.Assign(targets=[target], value=value):
                self._bind(target, self._evaluator.value(value))
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                self._bind(target, self._evaluator.value(value))
            case ast.AugAssign(target=ast.Name(id=name), op=operator, value=value):
                changed = ast.BinOp(ast.Name(name, ast.Load()), operator, value)
                self._bind(statement.target, self._evaluator.value(changed))
            case ast.With(items=[ast.withitem(context_expr=ast.Call() as call) as item]):
                self._read_block(call, item.optional_vars, statement.body)
            case _:
                raise NotUnderstoodError(ast.unparse(statement))

    def _is_led_on(self, statement: ast.stmt) -> bool:
        """Whether a statement leads to what is done for one of several databases; read that."""
        body = self._dispatch.body(statement, self._evaluator)
        if body is not None:
            self.read(body)
            return True
        function = self._dispatch.function(statement, self._evaluator)
        if function is None:
            return False
        inner = _Reader(self._of_the_file.copy(), self._text, self._confinement, self._dispatch)
        inner.read(function.body)
        self._notes += inner.recorder.recorded
        return True

    def _bind(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self.names.bind(name, value)
            case ast.Tuple(elts=targets) if isinstance(value, tuple) and len(targets) == len(value):
                for part, item in zip(targets, value, strict=True):
                    self._bind(part, item)
            case _:
                raise NotUnderstoodError(ast.unparse(target))

    def _read_block(self, call: ast.Call, name: ast.expr | None, body: list[ast.stmt]) -> None:
        """Read a batch, or a block that commits by itself."""
        function = call.func
        if self._evaluator.path(function) == f"{OP}batch_alter_table":
            self._read_batch(call, name, body)
        elif isinstance(function, ast.Attribute) and function.attr == "autocommit_block":
            context = self._evaluator.value(function.value)
            if context != Known("get_context"):
                raise NotUnderstoodError(ast.unparse(call))
            self.read(body)
        else:
            raise NotUnderstoodError(ast.unparse(call))

    def _read_batch(self, call: ast.Call, name: ast.expr | None, body: list[ast.stmt]) -> None:
        given, keywords = self._evaluator.arguments(call, "batch_alter_table")
        arguments = _batch_arguments(given, keywords)
        batch = RecordedBatch(self.recorder, arguments.table, arguments.schema)
        if name is not None:
            self._bind(name, batch)
        with self._noting_in(batch.recorded):
            self.read(body)
        table, schema = arguments.table, arguments.schema
        self._notes.append(ModifyTableOps(table, batch.recorded, schema=schema))
        if arguments.table_args or arguments.table_kwargs or arguments.others:
            # What the table becomes by them depends on the database, and on what is there.
            source = ast.get_source_segment(self._text, call) or "op.batch_alter_table"
            self._notes.append(NotUnderstoodOp(source, call.lineno, is_confined=True))

    @contextmanager
    def _noting_in(self, notes: list[MigrateOperation]) -> Iterator[None]:
        before, self._notes = self._notes, notes
        try:
            yield
        finally:
            self._notes = before


def _batch_arguments(given: list[Any], keywords: dict[str, Any]) -> BatchArguments:
    """Return the arguments of a batch. Raises `NotUnderstoodError`."""
    try:
        arguments = BatchArguments.of(*given, **keywords)
    except (TypeError, KeyError) as error:
        raise NotUnderstoodError("op.batch_alter_table") from error
    if not isinstance(arguments.table, str) or not isinstance(arguments.schema, (str, type(None))):
        raise NotUnderstoodError("op.batch_alter_table")
    return arguments
