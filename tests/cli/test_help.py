"""`--help` at any width: broken between words, nothing cut, nothing wider than there is room."""

from __future__ import annotations

import pytest

from dbtasks.cli.verbs import GROUPS
from tests.project_folder import ProjectFolder

VERBS = [task for module in GROUPS.values() for task in module.VERBS]


@pytest.mark.parametrize("columns", [24, 40, 80, 200])
def test_no_line_of_help_is_wider_than_there_is_room(ready: ProjectFolder, columns: int) -> None:
    for words in (["--help"], ["--list"], *([task.name, "--help"] for task in VERBS)):
        out = ready.run(*words, COLUMNS=str(columns)).out
        assert [] == [row for row in out.splitlines() if len(row) > columns]


@pytest.mark.parametrize("columns", [40, 80])
def test_help_says_all_at_any_width(ready: ProjectFolder, columns: int) -> None:
    for task in VERBS:
        said = " ".join(ready.run(task.name, "--help", COLUMNS=str(columns)).out.split())
        assert " ".join((task.__doc__ or "").split()) in said
        for name, text in task.help.items():
            assert text in said, name
