"""Where a project's models are likely to be, found by reading its files, not by importing them.

What is wanted is the module whose import brings in the most tables: a base class in a file of its
own brings none.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dbtasks.project.installed import LIBRARY_FOLDERS

_BASE_CLASSES = {"DeclarativeBase", "DeclarativeBaseNoMeta"}
_BASE_CALLS = {"declarative_base", "MetaData"}
_PASSED_OVER = {"node_modules", "__pycache__", "tests", "test", "build", "dist", *LIBRARY_FOLDERS}


@dataclass(frozen=True)
class _Module:
    """What a module holds: how many tables, which names, the bases it makes, what it imports."""

    name: str
    tables: int
    names: frozenset[str]
    bases: frozenset[str]
    imports: frozenset[str]


def likely_models(root: Path) -> str:
    """Return the likeliest place, such as `app.models:Base`; empty if none is found."""
    modules = {module.name: module for module in _modules(root)}
    bases = {base for module in modules.values() for base in module.bases}
    found = [
        (-_tables_within(module, modules), module.name.count("."), f"{module.name}:{base}")
        for module in modules.values()
        for base in (bases | {"SQLModel"}) & module.names
    ]
    return min(found, default=(0, 0, ""))[2]


def forgotten_models(root: Path) -> list[str]:
    """Return the modules that declare tables and that nothing in this process has imported."""
    return [item.name for item in _modules(root) if item.tables and item.name not in sys.modules]


def _modules(root: Path) -> Iterator[_Module]:
    for path in _python_files(root):
        parts = list(path.relative_to(root).with_suffix("").parts)
        parts = parts[1:] if parts[0] == "src" else parts
        is_package = parts[-1:] == ["__init__"]
        parts = parts[:-1] if is_package else parts
        if parts and all(part.isidentifier() for part in parts):
            try:
                tree = ast.parse(path.read_text(encoding="utf-8"))
            except (SyntaxError, ValueError, OSError):
                continue
            yield _module(".".join(parts), tree, is_package=is_package)


def _python_files(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not _is_passed_over(Path(folder, name))]
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(".py"))


def _is_passed_over(folder: Path) -> bool:
    """Whether a folder holds no code of the project: tests, libraries, migration scripts."""
    return (
        folder.name in _PASSED_OVER
        or folder.name.startswith(".")
        or (folder / "pyvenv.cfg").exists()
        or (folder / "script.py.mako").exists()
    )


def _module(name: str, tree: ast.Module, *, is_package: bool) -> _Module:
    imported = list(_imports(tree, name if is_package else name.rpartition(".")[0]))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    bases = {node.name for node in classes if _BASE_CLASSES & _names(node.bases)}
    bases = bases or set(_assigned(tree, _BASE_CALLS))
    names = {node.name for node in classes} | {last for _, last in imported if last}
    return _Module(
        name=name,
        tables=sum(map(_is_table, classes)) + len(list(_assigned(tree, {"Table"}))),
        names=frozenset(names | bases),
        bases=frozenset(bases),
        imports=frozenset(_with_packages(name, imported)),
    )


def _imports(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """Return pairs of a module and a name taken from it (empty for `import module`)."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            parts = [*(above if node.level else []), node.module or ""]
            source = ".".join(part for part in parts if part)
            yield from ((source, alias.asname or alias.name) for alias in node.names)


def _with_packages(name: str, imported: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Return all modules that an import runs: each module with the packages above it."""
    dotted = [name, *(f"{source}.{last}".rstrip(".") for source, last in imported)]
    for path in dotted:
        parts = path.split(".")
        yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _assigned(tree: ast.Module, calls: set[str]) -> Iterator[str]:
    """Return the names that hold what one of `calls` returns."""
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and calls & _names([node.value.func])
        ):
            yield from _names(node.targets)


def _is_table(node: ast.ClassDef) -> bool:
    """Whether a class is mapped to a table, in SQLAlchemy's way or SQLModel's."""
    targets = [item.targets[0] for item in node.body if isinstance(item, ast.Assign)]
    return "__tablename__" in _names(targets) or any(word.arg == "table" for word in node.keywords)


def _names(nodes: Iterable[ast.expr]) -> set[str]:
    """Return the last parts of dotted names: `orm.DeclarativeBase` is `DeclarativeBase`."""
    return {
        node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in nodes
    }


def _tables_within(module: _Module, modules: Mapping[str, _Module]) -> int:
    """Return how many tables there are once a module and all that it imports have run."""
    seen: set[str] = set()
    waiting = [module.name]
    while waiting:
        name = waiting.pop()
        if name in modules and name not in seen:
            seen.add(name)
            waiting += modules[name].imports
    return sum(modules[name].tables for name in seen)
