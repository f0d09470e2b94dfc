"""The code of one operation as a careful person lays it out.

In one line where that fits, else an argument a line; strings in double quotes. No line break
stands inside of a string, since Alembic indents line by line what operations are rendered to.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Iterator

WIDTH = 100
INDENT = " " * 4


def laid_out(code: str, room: int = WIDTH, before: str = "", after: str = "") -> str:
    """Return the code of an expression in lines of at most `room` columns where that can be.

    `before` stands in front of it in its first line, `after` behind it in its last. Code that is
    no single expression, or has a comment in it, is returned as it is.
    """
    expression = _expression(code)
    if expression is None:
        return f"{before}{code}{after}"
    text = "\n".join(_lines(expression, room, before, after))
    written = _expression(text[len(before) : len(text) - len(after)])
    if written is None or ast.dump(written) != ast.dump(expression):
        return f"{before}{code}{after}"
    return text


def printable(text: str) -> str:
    """Return text with an escape in the place of whatever doesn't show, line breaks included."""
    return "".join(item if item.isprintable() else repr(item)[1:-1] for item in text)


def string(value: str) -> str:
    """Return how Python writes a string: in double quotes where that needs no more escapes."""
    escaped = repr("'\"" + value)[4:-1]  # Of both in a string, repr escapes the single quotes.
    if value.count('"') > value.count("'"):
        return f"'{escaped}'"
    return '"' + escaped.replace("\\'", "'").replace('"', '\\"') + '"'


def _expression(code: str) -> ast.expr | None:
    """Return the expression that code is, None if it is anything else or has comments."""
    if code[:1].isspace():
        return None
    try:
        expression = ast.parse(code, mode="eval").body
        return None if "#" in code and _has_comments(code) else expression
    except (SyntaxError, ValueError, tokenize.TokenError):
        return None


def _has_comments(code: str) -> bool:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return any(token.type == tokenize.COMMENT for token in tokens)


def _lines(node: ast.expr, room: int, before: str = "", after: str = "") -> Iterator[str]:
    """Yield an expression in one line if that is not too long, else an argument a line."""
    line = f"{before}{_code(node)}{after}"
    items = _items(node)
    if _columns(line) <= room or not items:
        yield line
        return
    if isinstance(node, ast.Constant) and _columns(_code(node)) <= room - len(INDENT):
        items = [("", node)]  # It fits once nothing stands before it.
    *above, opening = _opening(node, room, before)
    yield from above
    yield opening
    for name, item in items:
        end = "" if isinstance(node, ast.Constant) else ","
        yield from (INDENT + inner for inner in _lines(item, room - len(INDENT), name, end))
    yield f"{_BRACKETS[type(node)][1]}{after}"


def _opening(node: ast.expr, room: int, before: str) -> Iterator[str]:
    """Yield the lines down to an opening bracket; more than one if calls follow each other."""
    bracket = _BRACKETS[type(node)][0]
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call() as first, attr=name)):
            yield from _lines(first, room, before, f".{name}{bracket}")
        case ast.Call():
            yield f"{before}{_code(node.func)}{bracket}"
        case _:
            yield f"{before}{bracket}"


_BRACKETS: dict[type[ast.expr], tuple[str, str]] = {
    ast.Call: ("(", ")"),
    ast.Constant: ("(", ")"),
    ast.Dict: ("{", "}"),
    ast.List: ("[", "]"),
    ast.Starred: ("*[", "]"),
    ast.Tuple: ("(", ")"),
}


def _items(node: ast.expr) -> list[tuple[str, ast.expr]]:
    """Return what a node may have in lines of their own, each with what stands before it."""
    match node:
        case ast.Call():
            keywords = (
                (f"{item.arg}=" if item.arg else "**", item.value) for item in node.keywords
            )
            return [*(("", item) for item in node.args), *keywords]
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [("", item) for item in elements]
        case ast.Starred(value=ast.List(elts=elements)):
            return [("", item) for item in elements]
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return [(f"{_code(key)}: " if key else "**", value) for key, value in pairs]
        case ast.Constant(value=str() as value):
            pieces = re.findall(r"[^\n]*\n+|[^\n]+", value)
            return [("", ast.Constant(item)) for item in pieces] if len(pieces) > 1 else []
        case _:
            return []


def _code(node: ast.expr) -> str:
    """Return an expression in one line, its strings in double quotes."""
    match node:
        case ast.Constant(value=str() as value):
            return string(value)
        case ast.Attribute():
            return f"{_code(node.value)}.{node.attr}"
        case ast.Starred():
            return f"*{_code(node.value)}"
        case ast.Call() | ast.Dict() | ast.List() | ast.Tuple():
            inner = ", ".join(f"{name}{_code(item)}" for name, item in _items(node))
            name = _code(node.func) if isinstance(node, ast.Call) else ""
            comma = "," if isinstance(node, ast.Tuple) and len(node.elts) == 1 else ""
            opening, closing = _BRACKETS[type(node)]
            return f"{name}{opening}{inner}{comma}{closing}"
        case _:
            return ast.unparse(node)


def _columns(line: str) -> int:
    """Return how wide a line is shown: ideographs and the like take two columns."""
    return len(line) + sum(unicodedata.east_asian_width(item) in "WF" for item in line)
