"""What of a history may be run in a scratch database, since it reaches nothing else from there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from importlib.util import decode_source
from pathlib import Path

from alembic.script import Script

from dbtasks.operations.batch import each_operation
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.revisions.script import reading_of

_BEYOND = re.compile(
    r"\b(?:create|alter|drop)\s+(?:role|user|group|database|tablespace|system|subscription|server)\b"
    r"|\b(?:drop|reassign)\s+owned\b"
    r"|\b(?:dblink\w*|lo_(?:ex|im)port|pg_(?:terminate|cancel)_backend|load_extension|writefile)\b"
    r"|(?:^|;|\bbegin\b|\bthen\b)\s*(?:attach\b|vacuum\s+into\b|copy\b"
    r"|(?:grant|revoke)\b(?![^;]*\bon\b))",
    re.IGNORECASE,
)
"""SQL that acts on the whole server, on other databases or on files."""
_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def reaching_further(script: Script, direction: str) -> NotUnderstoodOp | None:
    """Return the code of a revision that may act on more than the database that `op` is given."""
    for operation in each_operation(reading_of(script, direction).operations):
        if isinstance(operation, NotUnderstoodOp) and not operation.is_confined:
            return operation
    return None


def what_reaches_further(scripts: Iterable[Script]) -> str:
    """Return the first place in upgrades that may act on more than one database; empty for none."""
    for script in scripts:
        path = Path(script.path)
        found = reaching_further(script, "upgrade")
        if found is not None:
            return f"{path.name}, {found.place}"
        for sql in _strings(path):
            beyond = _BEYOND.search(sql)
            if beyond:
                return f"{path.name}: {' '.join(beyond[0].strip(' ;').split())} ..."
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
