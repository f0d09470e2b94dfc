"""What differs between databases stands behind one class each, and is asked of that class."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.dialects import mysql

from dbtasks.databases import backend_of
from dbtasks.databases.kinds import BACKENDS
from dbtasks.databases.own_operations import own_operations
from dbtasks.errors import DatabaseError
from tests.project_folder import REPOSITORY

LIBRARY = sorted((REPOSITORY / "dbtasks").rglob("*.py"))
FOLDERS = [REPOSITORY / "dbtasks" / "databases" / name for name in BACKENDS]
SHARED = [path for path in LIBRARY if not {*FOLDERS} & {*path.parents}]
NAMES = {name for kind in BACKENDS.values() for name in (kind.dialect.name, *kind.spellings)}
ALLOWED = {
    # An address is a text that begins with a name.
    "dbtasks/databases/address.py",
    # SQLAlchemy's type for applications, which are not to load Alembic and all that is behind us.
    "dbtasks/types.py",
}


def shown(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def told_by_name(path: Path) -> Iterator[int]:
    """Yield the lines that name a kind of database, or compare the name of one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Constant(value=str() as value) if value in NAMES:
                yield node.lineno
            case ast.Compare(left=left, comparators=others):
                if any(_is_name(part) for side in (left, *others) for part in ast.walk(side)):
                    yield node.lineno
            case ast.Match(subject=subject) | ast.Subscript(slice=subject):
                if any(map(_is_name, ast.walk(subject))):
                    yield node.lineno


def _is_name(node: ast.AST) -> bool:
    """Whether a piece of code asks for the name of a dialect."""
    match node:
        case ast.Attribute(attr="name", value=ast.Attribute(attr="dialect")):
            return True
        case ast.Attribute(attr="name", value=ast.Name(id="dialect")):
            return True
        case ast.Attribute(attr="get_backend_name"):
            return True
    return False


@pytest.mark.parametrize("folder", FOLDERS, ids=shown)
def test_every_database_has_a_folder_of_its_own_that_names_no_other(folder: Path) -> None:
    others = {other.name for other in FOLDERS} - {folder.name}
    modules = list(folder.rglob("*.py"))
    assert len(modules) > 5
    for path in modules:
        named = {node.value for node in _constants(path)} | {*_imported(path)}
        assert not {name for name in named if name in others}, shown(path)


def _constants(path: Path) -> Iterator[ast.Constant]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return (node for node in nodes if isinstance(node, ast.Constant))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
            yield from (item.name for item in node.names)


@pytest.mark.parametrize("path", SHARED, ids=shown)
def test_no_module_tells_databases_apart_by_name(path: Path) -> None:
    lines = [f"{shown(path)}:{line}" for line in told_by_name(path)]
    assert (shown(path) in ALLOWED) == bool(lines), lines


@pytest.mark.parametrize(
    "line",
    [
        'is_there = dialect.name == "sqlite"',
        'is_there = dialect.name in {"postgresql", "other"}',
        'is_there = name != "postgresql"',
        "is_there = connection.dialect.name == OTHER",
        "is_there = url.get_backend_name() in OTHERS",
        'names = {"sqlite": 1}',
        "value = TABLE[connection.dialect.name]",
        "check = check.ddl_if(dialect='sqlite')",
        "match url.get_backend_name():\n    case _:\n        pass",
    ],
)
def test_a_module_that_does_would_be_found(line: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(line, encoding="utf-8")
    assert list(told_by_name(path))


@pytest.mark.parametrize("name", BACKENDS)
def test_every_database_carries_out_every_operation_of_ours(name: str) -> None:
    assert {*own_operations()} <= {*BACKENDS[name].implementations}


def test_a_database_that_is_not_known_is_told_by_its_name() -> None:
    with pytest.raises(DatabaseError, match="work with a mysql database"):
        backend_of(mysql.dialect())
