"""What a project's files say of its models, read without importing them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dbtasks.project.installed import is_own_folder

_BASE_CLASSES = {"DeclarativeBase", "DeclarativeBaseNoMeta", "MappedAsDataclass"}
_BASE_CALLS = {"automap_base", "declarative_base", "MetaData", "SQLAlchemy"}
_COLUMNS = {"Column", "Field", "mapped_column"}


@dataclass(frozen=True)
class Module:
    """What a module holds: its tables, by name where they say one, the bases that it makes."""

    name: str
    folder: Path
    """The folder that it is imported from."""
    tables: tuple[tuple[str, str], ...]
    """Each table's name, if it is written down, and the dotted name of the base that it is of."""
    classes: Mapping[str, tuple[str, ...]]
    """The bases of its classes, as they are written."""
    bases: frozenset[str]
    imported: Mapping[str, tuple[str, str]]
    """The names that it has taken from other modules."""
    imports: frozenset[str]
    """All modules that its import runs, packages too."""

    @property
    def names(self) -> frozenset[str]:
        """What can be imported from it."""
        return frozenset({*self.classes, *self.bases, *self.imported})


def modules_of(root: Path) -> dict[str, Module]:
    """Return the modules below a project's folder that can be read, by name."""
    trees = dict(_trees(root))
    tops = {
        name.partition(".")[0]
        for tree in trees.values()
        for name, _, _ in _imports(tree, "")
        if name
    }
    found = {}
    for path, tree in trees.items():
        folder = _import_folder(path, root, tops)
        parts = list(path.relative_to(folder).with_suffix("").parts)
        is_package = parts[-1:] == ["__init__"]
        parts = parts[:-1] if is_package else parts
        if parts and all(part.isidentifier() for part in parts):
            name = ".".join(parts)
            found[name] = _module(name, folder, tree, is_package=is_package)
    return found


def _trees(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if is_projects_own(Path(folder, name)))
        for path in (Path(folder, name) for name in sorted(files) if name.endswith(".py")):
            try:
                yield path, ast.parse(path.read_text(encoding="utf-8"))
            except (SyntaxError, ValueError, OSError, RecursionError):
                continue


def is_projects_own(folder: Path) -> bool:
    """Whether a folder may hold code of the project: no tests, libraries, migration scripts."""
    return is_own_folder(folder) and not (folder / "script.py.mako").exists()


def _import_folder(path: Path, root: Path, tops: set[str]) -> Path:
    """Return the folder that a file is imported from, as the project's own imports have it.

    Where none tells, that is the folder in which its outermost package stands.
    """
    folders = [folder for folder in path.parents if folder.is_relative_to(root)][::-1]
    for folder in folders:
        if path.relative_to(folder).with_suffix("").parts[0] in tops:
            return folder
    packages = (folder.parent for folder in folders[1:] if (folder / "__init__.py").exists())
    outermost = next(packages, None)
    if outermost:
        return outermost
    return root / "src" if len(folders) > 1 and folders[1].name == "src" else root


def _module(name: str, folder: Path, tree: ast.Module, *, is_package: bool) -> Module:
    imported = list(_imports(tree, name if is_package else name.rpartition(".")[0]))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    bases = {key for key, node in classes.items() if _BASE_CLASSES & set(_last(node.bases))}
    bases |= {target for target, call in _calls(tree) if {*_last([call.func])} & _BASE_CALLS}
    tables = [
        (_table_name(node), next(iter(_dotted(node.bases)), ""))
        for key, node in classes.items()
        if key not in bases and _is_table(node)
    ]
    return Module(
        name=name,
        folder=folder,
        tables=(*tables, *_plain_tables(tree)),
        classes={key: tuple(_dotted(node.bases)) for key, node in classes.items()},
        bases=frozenset(bases),
        imported={own: (source, last) for source, last, own in imported if own},
        imports=frozenset(_with_packages(name, imported)),
    )


def _imports(tree: ast.Module, package: str) -> Iterator[tuple[str, str, str]]:
    """Yield a module, a name taken from it (empty for `import module`), and what it is called."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            parts = [*(above if node.level else []), node.module or ""]
            source = ".".join(part for part in parts if part)
            if package or not node.level:
                yield from ((source, item.name, item.asname or item.name) for item in node.names)


def _with_packages(name: str, imported: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Yield all modules that an import runs: each module with the packages above it."""
    dotted = [name, *(f"{source}.{last}".rstrip(".") for source, last, _ in imported)]
    for path in dotted:
        parts = path.split(".")
        yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield the names that a module binds to what a call returns, and the calls."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(value, ast.Call):
            yield from ((name, value) for name in _last(targets))


def _plain_tables(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the tables that are no classes: `Table("name", metadata)`, `db.Table("name")`."""
    for _, call in _calls(tree):
        if [*_last([call.func])] == ["Table"]:
            first = call.args[0] if call.args else None
            name = first.value if isinstance(first, ast.Constant) else ""
            holder = _dotted(call.args[1:2]) if len(call.args) > 1 else iter(())
            owner = next(holder, "") or next(_dotted([call.func])).removesuffix("Table")
            yield str(name), owner.strip(".")


def _is_table(node: ast.ClassDef) -> bool:
    """Whether a class is mapped to a table, in the way of SQLAlchemy, SQLModel or Flask."""
    bodies = {name: value for item in node.body for name, value in _bound(item)}
    abstract = bodies.get("__abstract__")
    if isinstance(abstract, ast.Constant) and abstract.value:
        return False
    is_flask = any(
        base.endswith(".Model") and base != "models.Model" for base in _dotted(node.bases)
    )
    has_key = any(
        isinstance(value, ast.Call)
        and _COLUMNS & set(_last([value.func]))
        and any(word.arg == "primary_key" for word in value.keywords)
        for value in bodies.values()
    )
    is_sqlmodel = any(
        word.arg == "table" and isinstance(word.value, ast.Constant) and word.value.value
        for word in node.keywords
    )
    is_mapped = has_key and bool(node.bases) and "SQLModel" not in set(_last(node.bases))
    return "__tablename__" in bodies or is_flask or is_sqlmodel or is_mapped


def _table_name(node: ast.ClassDef) -> str:
    bodies = {name: value for item in node.body for name, value in _bound(item)}
    value = bodies.get("__tablename__")
    return str(value.value) if isinstance(value, ast.Constant) else ""


def _bound(item: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(item, ast.Assign):
        yield from ((name, item.value) for name in _last(item.targets))
    elif isinstance(item, ast.AnnAssign) and item.value:
        yield from ((name, item.value) for name in _last([item.target]))


def _last(nodes: Iterable[ast.expr]) -> Iterator[str]:
    """Yield the last parts of dotted names: `orm.DeclarativeBase` is `DeclarativeBase`."""
    yield from (name.rpartition(".")[2] for name in _dotted(nodes))


def _dotted(nodes: Iterable[ast.expr]) -> Iterator[str]:
    """Yield the dotted names among expressions."""
    for node in nodes:
        match node:
            case ast.Name(id=name):
                yield name
            case ast.Attribute(value=value, attr=attribute):
                yield ".".join([*_dotted([value]), attribute])
