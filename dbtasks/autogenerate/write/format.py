"""A revision's file as a careful person lays it out.

Alembic writes each operation as one long line or with its own line breaks. Here every statement
of `upgrade` and `downgrade` is laid out anew: in one line where it fits, else an argument a line;
strings in double quotes; a blank line before each block. Comments stay where they are.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

WIDTH = 100
_NOISE = re.compile(r"^\s*# ### .* ###$")
_EMPTY_KEYWORDS = {"schema"}


def formatted(source: str) -> str:
    """Return the source of a revision, laid out."""
    lines = [line for line in source.splitlines() if not _NOISE.match(line)]
    module = ast.parse("\n".join(lines))
    for node in reversed(module.body):
        if isinstance(node, ast.FunctionDef):
            start, end = node.body[0].lineno - 1, node.end_lineno or 0
            start = _with_comments(lines, start, node.lineno)
            lines[start:end] = list(_body(node.body, lines, start, indent=4))
        elif isinstance(node, ast.AnnAssign) and node.value and node.lineno == node.end_lineno:
            name = f"{ast.unparse(node.target)}: {ast.unparse(node.annotation)}"
            lines[node.lineno - 1] = f"{name} = {_code(node.value)}"
    _sort_imports(module, lines)
    text = "\n".join(line.rstrip() for line in lines)
    return _squeezed(text) + "\n"


def _sort_imports(module: ast.Module, lines: list[str]) -> None:
    """Put the standard library's imports first, and each group in order."""
    imports = [node for node in module.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    if not imports:
        return
    place = slice(imports[0].lineno - 1, imports[-1].end_lineno)
    if len(imports) != len([line for line in lines[place] if line.strip()]):
        return  # Something else stands among them.
    groups: dict[int, list[str]] = {}
    for node in sorted(imports, key=_import_key):
        groups.setdefault(_import_key(node)[0], []).append(lines[node.lineno - 1])
    lines[place] = [line for group in groups.values() for line in (*group, "")][:-1]


def _import_key(node: ast.Import | ast.ImportFrom) -> tuple[int, bool, str]:
    name = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    package = name.partition(".")[0]
    group = 0 if package == "__future__" else 1 if package in sys.stdlib_module_names else 2
    return group, isinstance(node, ast.ImportFrom), name


def _body(statements: list[ast.stmt], lines: list[str], start: int, indent: int) -> Iterator[str]:
    """Yield the lines of statements, with the comments that stand above each."""
    before: ast.stmt | None = None
    for statement in statements:
        comments = [
            " " * indent + line.strip()
            for line in lines[start : statement.lineno - 1]
            if line.strip().startswith("#")
        ]
        if before is not None and (comments or _is_block(statement) or _is_block(before)):
            yield ""
        yield from comments
        yield from _statement(statement, lines, indent)
        start = statement.end_lineno or start
        before = statement


def _statement(statement: ast.stmt, lines: list[str], indent: int) -> Iterator[str]:
    match statement:
        case ast.With():
            items = ", ".join(_item(item) for item in statement.items)
            yield f"{' ' * indent}with {items}:"
            yield from _body(statement.body, lines, statement.lineno, indent + 4)
        case ast.Expr(value=ast.Call() as call):
            yield from _laid_out(_without_noise(call), indent)
        case _:
            yield from (
                lines[number] for number in range(statement.lineno - 1, statement.end_lineno or 0)
            )


def _item(item: ast.withitem) -> str:
    name = f" as {ast.unparse(item.optional_vars)}" if item.optional_vars else ""
    return _code(_without_noise(item.context_expr)) + name


def _without_noise(node: ast.expr) -> ast.expr:
    """Return a call without keywords that say what is the default anyway."""
    if isinstance(node, ast.Call):
        node.keywords = [
            keyword
            for keyword in node.keywords
            if not (
                keyword.arg in _EMPTY_KEYWORDS
                and isinstance(keyword.value, ast.Constant)
                and keyword.value.value is None
            )
        ]
    return node


def _laid_out(node: ast.expr, indent: int, before: str = "", after: str = "") -> Iterator[str]:
    """Yield an expression in one line if that is not too long, else an argument a line."""
    line = f"{' ' * indent}{before}{_code(node)}{after}"
    if len(line) <= WIDTH or not isinstance(node, (ast.Call, ast.List, ast.Tuple)):
        yield line
        return
    opening, closing = ("(", ")") if isinstance(node, (ast.Call, ast.Tuple)) else ("[", "]")
    name = _code(node.func) if isinstance(node, ast.Call) else ""
    yield f"{' ' * indent}{before}{name}{opening}"
    for item in node.args if isinstance(node, ast.Call) else node.elts:
        yield from _laid_out(item, indent + 4, after=",")
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        yield from _laid_out(keyword.value, indent + 4, before=f"{keyword.arg}=", after=",")
    yield f"{' ' * indent}{closing}{after}"


def _code(node: ast.expr) -> str:
    """Return an expression in one line, its strings in double quotes."""
    match node:
        case ast.Constant(value=str() as value):
            written = _string(value)
        case ast.Call():
            keywords = (f"{item.arg}={_code(item.value)}" for item in node.keywords)
            arguments = [*(_code(item) for item in node.args), *keywords]
            written = f"{_code(node.func)}({', '.join(arguments)})"
        case ast.Attribute():
            written = f"{_code(node.value)}.{node.attr}"
        case ast.List():
            written = f"[{', '.join(_code(item) for item in node.elts)}]"
        case ast.Tuple():
            comma = "," if len(node.elts) == 1 else ""
            written = f"({', '.join(_code(item) for item in node.elts)}{comma})"
        case _:
            written = ast.unparse(node)
    return written


def _string(value: str) -> str:
    if "\n" in value.strip():
        return '"""' + value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '"""'
    written = repr(value)
    if written[0] == "'" and '"' not in written:
        return f'"{written[1:-1]}"'.replace("\\'", "'")
    return written


def _is_block(statement: ast.stmt) -> bool:
    return isinstance(statement, (ast.With, ast.If, ast.For))


def _with_comments(lines: list[str], start: int, top: int) -> int:
    while start > top and lines[start - 1].strip().startswith("#"):
        start -= 1
    return start


def _squeezed(text: str) -> str:
    """Return text with no more than two blank lines in a row, and one below the imports."""
    text = re.sub(r"(\n(?:from|import) [^\n]+)\n{3,}(?=\w)", r"\1\n\n", text)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip()
