"""Where a project's models are, and which of them nobody has imported, told by its files.

What is wanted is a base, and the modules whose import brings in all of its tables: a base class in
a file of its own brings none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

from dbtasks.project.model_sources import Module, modules_of

_SQLMODEL = ("sqlmodel", "SQLModel")
_MANY = 8
_FEW = 2
Modules = Mapping[str, Module]
Base = tuple[str, str]
"""The module that makes a base, and the base's name there."""


@dataclass(frozen=True)
class Forgotten:
    """Modules that declare tables and that nothing has imported."""

    modules: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    """Those to import, so that all of them are."""
    packages: tuple[str, ...] = ()
    """The same for `init --models`, in fewer words."""
    tables: frozenset[str] = frozenset()
    """The names of their tables, as far as they are written down."""

    @property
    def listed(self) -> str:
        """The modules for people, those of many that there is room for."""
        more = f" and {len(self.modules) - _MANY} more" if len(self.modules) > _MANY else ""
        return ", ".join(self.modules[:_MANY]) + more

    @property
    def statement(self) -> str:
        """The line of Python that imports them."""
        return f"import {', '.join(self.imports)}"


def likely_models(root: Path) -> str:
    """Return the likeliest place, such as `app.models:Base`; empty if none is found.

    Modules to be imported beside it follow: `app.db:Base+app.models`.
    """
    return next(iter(possible_models(root)), "")


def possible_models(root: Path) -> list[str]:
    """Return the places of all bases that have tables, the one with the most first."""
    modules = modules_of(root)
    wanted: dict[Base, set[str]] = {}
    for module in modules.values():
        for base in module.bases:
            wanted.setdefault((module.name, base), set())
        for _, written in module.tables:
            base_of = _base(module, written, modules)
            if base_of:
                wanted.setdefault(base_of, set()).add(module.name)
    count = {
        base: sum(len(modules[name].tables) for name in holders) for base, holders in wanted.items()
    }
    ordered = sorted(wanted, key=lambda base: (-count[base], base[0].count("."), base))
    if any(count.values()):
        ordered = [base for base in ordered if count[base]]
    return [_place(base, wanted[base], modules) for base in ordered]


def forgotten_models(root: Path, metadata: MetaData | None = None) -> Forgotten:
    """Return the modules that declare tables and that nothing in this process has imported.

    With `metadata` that holds tables only those count whose base is known to be of it: a second
    application beside this one has tables of its own.
    """
    modules = modules_of(root)
    own = metadata if metadata is not None and metadata.tables else None
    found = [
        module
        for module in modules.values()
        if module.tables
        and module.name not in sys.modules
        and (own is None or any(_is_of(own, module, base, modules) for _, base in module.tables))
    ]
    names = {module.name for module in found}
    tables = frozenset(table for module in found for table, _ in module.tables if table)
    imports, packages = _covering(names, modules), _packages(names, modules)
    return Forgotten(tuple(sorted(names)), tuple(imports), tuple(packages), tables)


def modules_below(root: Path, package: str) -> list[str]:
    """Return few modules whose import brings in all tables of a package; itself if it has none."""
    modules = modules_of(root)
    inside = {
        name
        for name, module in modules.items()
        if module.tables and f"{name}.".startswith(f"{package}.")
    }
    return _covering(inside, modules) or [package]


def import_folder(root: Path, names: Iterable[str]) -> Path:
    """Return the folder below `root` from which modules are imported; `root` if none is known."""
    names = set(names)
    if any(
        (root / name.partition(".")[0]).with_suffix(end).exists()
        for name in names
        for end in ("", ".py")
    ):
        return root
    folders = {item.folder for name, item in modules_of(root).items() if name in names}
    return min(folders, default=root)


def _is_of(metadata: MetaData, module: Module, written: str, modules: Modules) -> bool:
    base = _base(module, written, modules)
    made = getattr(sys.modules.get(base[0]), base[1], None) if base else None
    return made is metadata or getattr(made, "metadata", None) is metadata


def _base(module: Module, written: str, modules: Modules) -> Base | None:
    """Return the base that a dotted name of a module leads to."""
    seen: set[tuple[str, str]] = set()
    waiting = [(module, written)]
    while waiting:
        at, name = waiting.pop(0)
        first, _, rest = name.partition(".")
        if (at.name, name) in seen:
            continue
        seen.add((at.name, name))
        if first in at.bases:
            return at.name, first
        waiting += [(at, base) for base in at.classes.get(first, ())]
        source, last = at.imported.get(first, ("", ""))
        if _SQLMODEL in {(source, last), (first, rest)}:
            return _SQLMODEL
        if f"{source}.{last}" in modules and rest:
            waiting.append((modules[f"{source}.{last}"], rest))
        elif source in modules:
            waiting.append((modules[source], f"{last}.{rest}".rstrip(".")))
    return None


def _origin(module: Module, name: str, modules: Modules) -> Base:
    """Return the module that a name was taken from in the end, and its name there."""
    seen: set[Base] = set()
    while name in module.imported and (module.name, name) not in seen:
        seen.add((module.name, name))
        source, last = module.imported[name]
        if source not in modules:
            return source, last
        module, name = modules[source], last
    return module.name, name


def _place(base: Base, holders: set[str], modules: Modules) -> str:
    """Return where to import a base from, and what to import beside it."""
    found = [
        (-len(_within(module, modules) & holders), module.name.count("."), module.name, name)
        for module in modules.values()
        for name in module.names
        if _origin(module, name, modules) == base
    ]
    missing, _, place, name = min(found, default=(0, 0, *base))
    if -missing == len(holders):
        return f"{place}:{name}"
    reached = _within(modules[base[0]], modules) if base[0] in modules else set()
    return "+".join([":".join(base), *_packages(holders - reached, modules)])


def _packages(names: Iterable[str], modules: Modules) -> list[str]:
    """Return what to import for these modules, as people name it: of many, the package above."""
    chosen = _covering(names, modules)
    above = {name.rpartition(".")[0] or name for name in chosen}
    return chosen if len(chosen) <= _FEW else sorted(above)


def _covering(names: Iterable[str], modules: Modules) -> list[str]:
    """Return few modules whose import brings in all of these: themselves, or packages of theirs."""
    left, chosen = set(names), []
    while left:
        near = {name for name in modules if any(f"{item}.".startswith(f"{name}.") for item in left)}
        best = min(
            near,
            key=lambda name: (
                -len(_within(modules[name], modules) & left),
                name.count("."),
                name,
            ),
        )
        chosen.append(best)
        left -= _within(modules[best], modules)
    return sorted(chosen)


def _within(module: Module, modules: Modules) -> set[str]:
    """Return the modules that have run once a module and all that it imports have."""
    seen: set[str] = set()
    waiting = [module.name]
    while waiting:
        name = waiting.pop()
        if name in modules and name not in seen:
            seen.add(name)
            waiting += modules[name].imports
    return seen
