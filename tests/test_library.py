"""What a project imports from dbtasks."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from pathlib import Path

import dbtasks
from dbtasks import Answers, Project, migrate
from tests.in_process import as_if_new
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
