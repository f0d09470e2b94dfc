"""The mark of a revision that failed its trial and was kept, for somebody to mend it.

It is a line that raises, so plain Alembic, which imports every file, does not take it for finished
either.
"""

from __future__ import annotations

import ast

_WORD = "unfinished"
_COMMENTS = ("# UNFINISHED: ", "# Mend this file, then try it again with: ")
_RAISE = f'raise RuntimeError("{_WORD}: this revision failed its trial")'


def is_mark(statement: ast.stmt) -> bool:
    """Whether a statement at the top of a file is the mark."""
    match statement:
        case ast.Raise(exc=ast.Call(args=[ast.Constant(value=str(words))])):
            return words.startswith(_WORD)
    return False


def with_mark(source: str, reason: str, way_on: str) -> str:
    """Return source with the mark behind its first string, what is from the future, and comments.

    `reason` is what the trial said, `way_on` the command that tries again.
    """
    said = (" ".join(text.split()).replace("\0", "\\0") for text in (reason, way_on))
    comments = (f"{start}{text}" for start, text in zip(_COMMENTS, said, strict=True))
    lines = source.split("\n")
    place = _first_line(ast.parse(source))
    lines[place:place] = ["", *comments, _RAISE]
    return "\n".join(lines)


def without_mark(source: str) -> str:
    """Return source without the mark."""
    lines = source.split("\n")
    for statement in reversed(ast.parse(source).body):
        if is_mark(statement):
            first = statement.lineno - 1
            while first and lines[first - 1].startswith(_COMMENTS):
                first -= 1
            if first and not lines[first - 1]:
                first -= 1
            del lines[first : statement.end_lineno]
    return "\n".join(lines)


def _first_line(tree: ast.Module) -> int:
    """Return how many lines have to stay above the mark."""
    place = 0
    for number, statement in enumerate(tree.body):
        match statement:
            case ast.Expr(value=ast.Constant(value=str())) if number == 0:
                place = statement.end_lineno or 0
            case ast.ImportFrom(module="__future__"):
                place = statement.end_lineno or 0
    return place
