"""What a project imports from dbtasks."""

from __future__ import annotations

import ast
import os
import pkgutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import pytest

import dbtasks
from dbtasks import Answers, Project, migrate
from tests.in_process import as_if_new, forget
from tests.project_folder import ProjectFolder


def test_no_module_hides_a_public_name() -> None:
    modules = {module.name for module in pkgutil.iter_modules(dbtasks.__path__)}
    assert set() == modules & set(dbtasks.__all__)


def test_every_public_name_is_what_type_checkers_take_it_for() -> None:
    tree = ast.parse(Path(dbtasks.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    homes = {
        item.name: str(node.module)
        for node in imports
        if str(node.module).startswith("dbtasks.")
        for item in node.names
    }
    assert sorted(dbtasks.__all__) == sorted(homes)
    for name, home in homes.items():
        assert getattr(dbtasks, name) is getattr(import_module(home), name)


def test_answers_can_be_given_as_values(ready: ProjectFolder) -> None:
    models = ready.root / "models.py"
    models.write_text(models.read_text(encoding="utf-8").replace("title:", "name:"), "utf-8")
    with as_if_new(ready.root, ready.environment()):
        answers = Answers(renames={"gigs.title": "name"})
        written = migrate(Project.load(ready.root), "call it name", answers)
    assert ["~ gigs.title renamed to name"] == [str(change) for change in written.changes]


def refused(project: Project) -> None:
    with pytest.raises(dbtasks.UnknownRevisionError):
        dbtasks.upgrade(project, "nope")


WORK: dict[str, Callable[[Project], object]] = {
    "initialize": lambda project: dbtasks.initialize(project, "models:Base"),
    "migrate": lambda project: dbtasks.migrate(project, "add venue"),
    "read_status": dbtasks.read_status,
    "read_history": dbtasks.read_history,
    "read_heads": dbtasks.read_heads,
    "read_current": dbtasks.read_current,
    "read_revision": lambda project: dbtasks.read_revision(project, "head"),
    "plan": lambda project: dbtasks.plan(project, "upgrade", "head"),
    "sql": lambda project: dbtasks.sql(project, "upgrade", "head"),
    "upgrade": dbtasks.upgrade,
    "check_models": dbtasks.check_models,
    "write_empty": lambda project: dbtasks.write_empty(project, "by hand"),
    "upgrade again": dbtasks.upgrade,
    "downgrade": dbtasks.downgrade,
    "stamp": lambda project: dbtasks.stamp(project, "head"),
    "wait": lambda project: dbtasks.wait(project, 5),
    "reset": dbtasks.reset,
    "a refusal": refused,
}
"""What the library does, in an order in which all of it has something to do."""


def test_no_function_prints_or_leaves_the_process_otherwise_than_it_was(
    folder: ProjectFolder, database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder.write_models()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with ExitStack() as afterwards:
        afterwards.callback(forget, folder.root)
        afterwards.enter_context(as_if_new(elsewhere, folder.environment()))
        before = surroundings()
        for name, work in WORK.items():
            if name == "migrate":
                folder.add_column("venue: Mapped[str | None]")
                forget(folder.root)
            work(Project.load(folder.root, {"database-url": database_url}))
            assert before == surroundings(), name
            assert ("", "") == capfd.readouterr(), name
    assert [] == list(elsewhere.iterdir())


def surroundings() -> tuple[object, ...]:
    return list(sys.path), sys.stdout, sys.stderr, Path.cwd(), dict(os.environ)
