"""The recipes of the justfile are the verbs, no more and no less."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from dbtasks.cli.verbs import GROUPS
from tests.project_folder import REPOSITORY, ProjectFolder

VERBS = {task.name: task for module in GROUPS.values() for task in module.VERBS}
EXTRA = {"default", "help"}

pytestmark = pytest.mark.needs("just")


@pytest.fixture(scope="module")
def recipes() -> dict[str, Any]:
    """Each recipe of the justfile that `init` writes, as `just` itself reads it."""
    dump = ProjectFolder(REPOSITORY).process(["just", "--dump", "--dump-format", "json"]).json()
    recipes: dict[str, Any] = dump["recipes"]
    return recipes


def test_there_is_a_recipe_for_each_verb(recipes: dict[str, Any]) -> None:
    assert set(VERBS) | EXTRA == set(recipes)


@pytest.mark.parametrize("verb", VERBS)
def test_a_recipe_says_what_its_verb_says(verb: str, recipes: dict[str, Any]) -> None:
    summary = (inspect.getdoc(VERBS[verb]) or "").splitlines()[0]
    assert summary.rstrip(".") == recipes[verb]["doc"]


@pytest.mark.parametrize("verb", [*VERBS, "help"])
def test_a_recipe_passes_all_its_words(verb: str, recipes: dict[str, Any]) -> None:
    recipe = recipes[verb]
    assert [("star", "words")] == [(item["kind"], item["name"]) for item in recipe["parameters"]]
    assert [["@", ["tasks"], f' {verb} "$@"']] == _parts(recipe)


def test_recipes_stand_in_the_groups_of_the_overview(recipes: dict[str, Any]) -> None:
    for module in GROUPS.values():
        groups = {json.dumps(recipes[task.name]["attributes"]) for task in module.VERBS}
        assert 1 == len(groups)


def _parts(recipe: dict[str, Any]) -> list[list[Any]]:
    """Return the lines of a recipe: texts, and the names of the variables between them."""
    return [
        [part if isinstance(part, str) else part[0][1:] for part in line] for line in recipe["body"]
    ]
