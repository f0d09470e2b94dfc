"""What a program of one's own imports: every name is documented, and its example runs."""

from __future__ import annotations

import doctest
import inspect
import re

import pytest

import dbtasks
from dbtasks import Project, errors
from dbtasks.cli.verbs import GROUPS
from dbtasks.hints import command
from tests.in_process import as_if_new
from tests.project_folder import REPOSITORY, ProjectFolder

FUNCTIONS = [name for name in dbtasks.__all__ if inspect.isfunction(getattr(dbtasks, name))]
SHOWN_ELSEWHERE = {
    "main": "in every project's tasks.py, which tests/entry_points run",
    "run_migrations": "in every project's alembic/env.py",
}
EXAMPLES = [*(name for name in FUNCTIONS if name not in SHOWN_ELSEWHERE), "Answers", "Project"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_name_runs(name: str, ready: ProjectFolder) -> None:
    item = getattr(dbtasks, name)
    with as_if_new(ready.root, ready.environment()):
        names = {"dbtasks": dbtasks, "project": Project.load(ready.root)}
        (found,) = doctest.DocTestFinder(recurse=False).find(item, name, globs=names)
        assert found.examples, "it has no example"
        assert 0 == doctest.DocTestRunner().run(found).failed


@pytest.mark.parametrize("name", dbtasks.__all__)
def test_every_name_stands_on_the_page_of_the_library(name: str) -> None:
    page = (REPOSITORY / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    assert re.search(rf"^(### {name}$|\| \[?`{name}`|`{name}` )", page, re.MULTILINE)


def test_every_error_of_ours_can_be_imported() -> None:
    ours = {name for name, item in vars(errors).items() if _is_error(item)}
    assert ours <= set(dbtasks.__all__)


def _is_error(item: object) -> bool:
    return isinstance(item, type) and issubclass(item, errors.DbtasksError)


@pytest.mark.parametrize("verb", [task.name for module in GROUPS.values() for task in module.VERBS])
def test_a_hint_for_a_program_calls_a_function_that_there_is(verb: str) -> None:
    called = command(verb).as_call().removeprefix("dbtasks.").partition("(")[0]
    assert called in FUNCTIONS
