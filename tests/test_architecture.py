"""What import-linter can't say of the house; its contracts are in pyproject.toml."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dbtasks
from tests.project_folder import REPOSITORY

LIBRARY = sorted((REPOSITORY / "dbtasks").rglob("*.py"))
APPLICATION = sorted((REPOSITORY / "app").rglob("*.py"))
MOST_LINES = 300
SHOWN = {
    "dbtasks.additions",
    "dbtasks.cli.additions",
    "dbtasks.cli.changes",
    "dbtasks.cli.graph",
    "dbtasks.cli.layout",
}


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (module, name) for each name that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def shown(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def test_only_what_runs_alembic_uses_its_context() -> None:
    users = {
        shown(path)
        for path in LIBRARY
        for module, name in imports(path)
        if (module, name) == ("alembic", "context") or module == "alembic.context"
    }
    assert {"dbtasks/commands/alembic_context.py", "dbtasks/commands/environment.py"} == users


def test_the_application_uses_only_what_the_library_names() -> None:
    used = {pair for path in APPLICATION for pair in imports(path) if "dbtasks" in pair[0]}
    assert used
    assert set() == {pair for pair in used if pair[0] != "dbtasks"}
    assert {name for _, name in used} <= set(dbtasks.__all__)


def test_a_report_is_made_of_values_alone() -> None:
    for name in ("report", "graph", "layout"):
        used = {
            module
            for module, _ in imports(REPOSITORY / "dbtasks" / "cli" / f"{name}.py")
            if module.startswith("dbtasks.")
        }
        assert used <= SHOWN | {"dbtasks.cli.next_step", "dbtasks.hints", "dbtasks.values"}


def test_every_name_of_the_interface_can_be_had() -> None:
    assert all(getattr(dbtasks, name) is not None for name in dbtasks.__all__)


def test_nothing_private_of_another_package_is_used() -> None:
    private = {
        (shown(path), module, name)
        for path in [*LIBRARY, *APPLICATION]
        for module, name in imports(path)
        if any(
            part.startswith("_") and part != "__future__" for part in f"{module}.{name}".split(".")
        )
    }
    assert set() == private


@pytest.mark.parametrize("path", LIBRARY, ids=shown)
def test_a_module_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
