"""What is installed is what the project names, and again when that changes."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from tests.clones import Clone


@pytest.mark.parametrize(
    ("pyproject", "files", "expected"),
    [
        ('[project]\ndependencies = ["a", "b>1"]', [], ["a", "b>1"]),
        (
            '[project]\ndependencies = ["a"]\n[project.optional-dependencies]\ndev = ["b"]',
            [],
            ["a", "b"],
        ),
        ("[project]\n[build-system]", [], ["--editable", "."]),
        (
            '[project.optional-dependencies]\ndev = ["b"]\n[build-system]',
            [],
            ["--editable", ".[dev]"],
        ),
        (
            '[dependency-groups]\ndev = ["a", {include-group = "lint"}, "b"]\nlint = ["c"]',
            [],
            ["a", "c", "b"],
        ),
        ("[tool.ruff]", ["requirements.txt"], ["--requirement=requirements.txt"]),
        (
            "",
            ["requirements.txt", "requirements-dev.txt", "constraints.txt"],
            [
                "--requirement=requirements.txt",
                "--requirement=requirements-dev.txt",
                "--constraint=constraints.txt",
            ],
        ),
        (
            '[project]\ndependencies = ["a"]',
            ["requirements.txt", "constraints.txt"],
            ["a", "--constraint=constraints.txt"],
        ),
        ("", [], ["dbtasks"]),
        ("", ["constraints.txt"], ["dbtasks", "--constraint=constraints.txt"]),
    ],
)
def test_what_is_installed_is_what_the_project_names(
    pyproject: str, files: list[str], expected: list[str], clone: Clone
) -> None:
    clone.write("pyproject.toml", pyproject)
    for name in files:
        clone.write(name, "")

    assert expected == bootstrap_of(clone).requirements()


def test_each_file_that_names_requirements_asks_for_a_new_install(clone: Clone) -> None:
    bootstrap = bootstrap_of(clone)
    seen = {bootstrap.wanted()}
    for name in bootstrap.SOURCES:
        clone.write(name, f"# changed: {name}")
        seen.add(bootstrap.wanted())
    assert 1 + len(bootstrap.SOURCES) == len(seen)


def bootstrap_of(clone: Clone) -> ModuleType:
    """Return the module of a clone, as its tasks.py imports it."""
    path = clone.root / "alembic" / "bootstrap.py"
    spec = importlib.util.spec_from_file_location("bootstrap_of_clone", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
