"""How a history is run in a scratch database, so that it reaches nothing else from there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from importlib.util import decode_source
from pathlib import Path

from alembic.script import Script
from sqlalchemy import Connection

from dbtasks.operations.batch import each_operation
from dbtasks.project.confined_run import beyond_one_database, confined
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.revisions.script import reading_of

_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def reaching_further(script: Script, direction: str) -> NotUnderstoodOp | None:
    """Return the code of a revision that may act on more than the database that `op` is given."""
    for operation in each_operation(reading_of(script, direction).operations):
        if isinstance(operation, NotUnderstoodOp) and not operation.is_confined:
            return operation
    return None


def kept_within(
    script: Script, direction: str, connection: Connection | None
) -> AbstractContextManager[None]:
    """Let a revision run on the database of `connection`, or on none, and reach nothing else.

    Raises `ReachesFurtherError` in place of what would. Code that shows itself to be confined is
    not watched.
    """
    if reaching_further(script, direction) is None:
        return nullcontext()
    return confined(Path(script.path), connection)


def sql_beyond(scripts: Iterable[Script]) -> str:
    """Return the first SQL in files that acts on more than one database; empty for none."""
    for script in scripts:
        path = Path(script.path)
        for sql in _strings(path):
            beyond = beyond_one_database(sql)
            if beyond:
                return f"{path.name}: {beyond} ..."
    return ""


def _strings(path: Path) -> Iterator[str]:
    """Yield the strings of a file, in the code and not about it."""
    tree = ast.parse(decode_source(path.read_bytes()))
    about = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None
        if isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in about:
            yield node.value
