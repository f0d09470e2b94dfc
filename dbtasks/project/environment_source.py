"""What the text of an env.py says, before it is run."""

from __future__ import annotations

import ast
from pathlib import Path

_FUNCTION = "run_migrations"


def hands_over(env: Path) -> bool:
    """Whether an env.py calls dbtasks' `run_migrations`, as far as its text tells.

    One that can't be read does: what is wrong with it is told when it is run.
    """
    nodes = _nodes(env)
    return not nodes or any(_names_function(node) for node in nodes)


def bears_on_revisions(env: Path) -> bool:
    """Whether an env.py may say of the revisions where they are, or what they are called with."""
    if not env.is_file():
        return False
    is_named = b"version_locations" in env.read_bytes()
    return is_named or any(_gives_arguments(node) for node in _nodes(env))


def wants_application(env: Path) -> bool:
    """Whether an env.py asks for Flask's `current_app`, as Flask-Migrate's does."""
    return env.is_file() and any(_names_current_app(node) for node in _nodes(env))


def _names_function(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module=str(module)):
            names = {name.name for name in node.names}
            return module.partition(".")[0] == "dbtasks" and bool(names & {_FUNCTION, "*"})
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return (name, attribute) == ("dbtasks", _FUNCTION)
    return False


def _nodes(env: Path) -> list[ast.AST]:
    """Return all nodes of an env.py; none where it can't be read."""
    try:
        return list(ast.walk(ast.parse(env.read_text(encoding="utf-8"))))
    except (SyntaxError, ValueError):
        return []


def _gives_arguments(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="run_migrations"), keywords=[_, *_]):
            return True
    return False


def _names_current_app(node: ast.AST) -> bool:
    match node:
        case ast.ImportFrom(module=str(module)):
            return module.partition(".")[0] == "flask" and any(
                name.name == "current_app" for name in node.names
            )
        case ast.Attribute(value=ast.Name(id="flask"), attr="current_app"):
            return True
    return False
