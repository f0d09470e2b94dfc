"""What the text of an env.py says, before it is run."""

from __future__ import annotations

import ast
from pathlib import Path

_FUNCTION = "run_migrations"


def hands_over(env: Path) -> bool:
    """Whether an env.py calls dbtasks' `run_migrations`, as far as its text tells.

    One that can't be read does: what is wrong with it is told when it is run.
    """
    try:
        nodes = list(ast.walk(ast.parse(env.read_text(encoding="utf-8"))))
    except (SyntaxError, ValueError):
        return True
    return any(_names_function(node) for node in nodes)


def names_version_locations(env: Path) -> bool:
    """Whether an env.py may set where the revisions are."""
    return env.is_file() and b"version_locations" in env.read_bytes()


def _names_function(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module=str(module)):
            names = {name.name for name in node.names}
            return module.partition(".")[0] == "dbtasks" and bool(names & {_FUNCTION, "*"})
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return (name, attribute) == ("dbtasks", _FUNCTION)
    return False
