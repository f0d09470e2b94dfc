"""Python that reaches nothing but the database that `op` is given, and plain values.

SQL for somebody else to apply is only to be had by running a revision, without a database or on a
copy. That is no harm as long as the code gets at nothing else: no session or engine of the
project's own, no other program, no file that it writes. It is judged by the names that it uses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dbtasks.revisions.names import Imported, Names, bound_in

_PLAIN = frozenset(
    {
        *("abc", "alembic", "base64", "binascii", "calendar", "collections", "contextlib", "copy"),
        *("csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions"),
        *("functools", "hashlib", "hmac", "html", "itertools", "json", "logging", "math"),
        *("operator", "pathlib", "random", "re", "secrets", "sqlalchemy", "statistics", "string"),
        *("struct", "textwrap", "time", "types", "typing", "unicodedata", "uuid", "warnings"),
        *(
            "zoneinfo",
            "builtins",
            "dbtasks.op",
            "dbtasks.operations",
            "dbtasks.types",
            "io.BytesIO",
            "io.StringIO",
        ),
        *("os.environ", "os.getenv", "os.path"),
    }
)
"""What works on values alone, or only reads, apart from the names below."""
_REACHING = frozenset(
    {
        *("alembic.command", "alembic.config"),
        *("builtins.__import__", "builtins.breakpoint", "builtins.compile", "builtins.eval"),
        *("builtins.exec", "builtins.input", "builtins.globals"),
    }
)
_REACHING_ATTRIBUTES = frozenset(
    {
        *("create_engine", "create_async_engine", "engine_from_config", "create_pool_from_url"),
        *("write_text", "write_bytes", "unlink", "rmdir", "mkdir", "touch", "rename"),
    }
)
_READS = frozenset({"r", "rb", "rt"})
_OWN = "()"
"""Stands for a value of the code's own in front of a dotted name."""


class Confinement:
    """What the code of one file reaches; the definitions that it calls are judged with it."""

    def __init__(self) -> None:
        self._definitions: dict[str, list[ast.AST]] = {}

    def define(self, statement: ast.AST) -> None:
        """Note a statement that may bind names to code: functions, classes, lambdas."""
        for name in bound_in(statement):
            self._definitions.setdefault(name, []).append(statement)

    def holds(self, code: ast.AST, names: Names) -> bool:
        """Whether code reaches nothing but plain values and the database that `op` is given."""
        pending, judged = [code], {code}
        while pending:
            part = pending.pop()
            if not _is_confined(part, names):
                return False
            for name in _used_in(part):
                called = [item for item in self._definitions.get(name, ()) if item not in judged]
                judged.update(called)
                pending += called
        return True


def _used_in(code: ast.AST) -> Iterator[str]:
    for part in ast.walk(code):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id


def _is_confined(code: ast.AST, names: Names) -> bool:
    own = {*bound_in(code), *(part.arg for part in ast.walk(code) if isinstance(part, ast.arg))}
    imports = names.copy()
    for part in ast.walk(code):
        if isinstance(part, (ast.Import, ast.ImportFrom)):
            own -= set(bound_in(part))
            imports.import_(part)
    return all(_is_plain(part, imports, own) for part in _parts(code))


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of code, a dotted name as one."""
    yield node
    for part in ast.iter_child_nodes(node):
        if isinstance(node, ast.Attribute) and isinstance(part, (ast.Attribute, ast.Name)):
            continue
        yield from _parts(part)


def _is_plain(part: ast.AST, imports: Names, own: set[str]) -> bool:
    match part:
        case ast.Attribute() | ast.Name():
            return _is_plain_path(_path(part, imports, own))
        case ast.Call(func=ast.Name(id="open")):
            modes = [*part.args[1:2], *(item.value for item in part.keywords if item.arg == "mode")]
            return all(isinstance(mode, ast.Constant) and mode.value in _READS for mode in modes)
    return True


def _path(node: ast.AST, imports: Names, own: set[str]) -> str:
    """Return a dotted name by where it is imported from."""
    match node:
        case ast.Attribute(value=value, attr=attribute):
            return f"{_path(value, imports, own)}.{attribute}"
        case ast.Name(id=name) if name not in own:
            found = imports.find(name)
            return found.path if isinstance(found, Imported) else _OWN
    return _OWN


def _is_plain_path(path: str) -> bool:
    first, *others = path.split(".")
    begun = {".".join([first, *others[:length]]) for length in range(len(others) + 1)}
    if begun & _REACHING or _REACHING_ATTRIBUTES.intersection(others):
        return False
    return bool(begun & (_PLAIN | {_OWN}))
