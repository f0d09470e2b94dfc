"""What a program of one's own imports: every name is documented, and its example runs."""

from __future__ import annotations

import doctest
import inspect

import pytest

import dbtasks
from dbtasks import Project
from tests.in_process import as_if_new
from tests.project_folder import ProjectFolder

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
def test_every_name_says_what_it_means(name: str) -> None:
    assert inspect.getdoc(getattr(dbtasks, name))
