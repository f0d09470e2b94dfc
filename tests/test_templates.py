"""This repository is the first user of `init`: its root holds what anybody's project gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbtasks.commands.models_place import ModelsPlace
from dbtasks.commands.project_files import TEMPLATES, rendered
from tests.project_folder import REPOSITORY

OWN_TASKS = "# Your own tasks"
END_OF_OWN_TASKS = 'if __name__ == "__main__":\n    from dbtasks import main\n'


def without_own_tasks(text: str) -> str:
    """Return tasks.py without what its project wrote below the verbs."""
    before, mark, after = text.partition(OWN_TASKS)
    return before + mark + END_OF_OWN_TASKS + after.rpartition(END_OF_OWN_TASKS)[2]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_file_of_the_root_is_what_init_writes(name: str) -> None:
    expected = rendered(name, ModelsPlace("app.models", "Base"))
    actual = (REPOSITORY / name).read_text(encoding="utf-8")

    if name == "tasks.py":
        expected, actual = without_own_tasks(expected), without_own_tasks(actual)
    assert expected == actual


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_file_that_any_program_may_read_is_ascii(name: str) -> None:
    assert rendered(name).isascii()


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_written_file_has_the_ends_of_lines_that_its_program_wants(
    name: str, first_project: Path
) -> None:
    content = (first_project / name).read_bytes()
    is_for_windows = name.endswith((".ps1", ".cmd"))
    assert content.count(b"\n") == (content.count(b"\r\n") or content.count(b"\n"))
    assert is_for_windows == (b"\r\n" in content)


def test_git_keeps_these_ends_of_lines() -> None:
    attributes = (REPOSITORY / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert {"* text=auto eol=lf", "*.ps1 text eol=crlf", "*.cmd text eol=crlf"} <= set(attributes)
