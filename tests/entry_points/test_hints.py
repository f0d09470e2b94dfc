"""A hint can be typed as it stands: it names the entry point that the user came through."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.entry_points.entry_points import HERE, INVOKE, TASKS_PY, EntryPoint
from tests.project_folder import ProjectFolder

ALL = [*HERE, INVOKE]


@pytest.mark.parametrize("entry_point", ALL, ids=lambda entry_point: entry_point.name)
def test_a_hint_names_the_entry_point(entry_point: EntryPoint, furnished: ProjectFolder) -> None:
    result = entry_point.run(furnished, "show", "nosuch", code=2)

    assert f": {entry_point.prefix} history" in result.err


@pytest.mark.parametrize("entry_point", HERE, ids=lambda entry_point: entry_point.name)
def test_an_unknown_verb_is_answered_with_the_nearest_one(
    entry_point: EntryPoint, furnished: ProjectFolder
) -> None:
    if entry_point.prefix == "just":
        # A recipe that it does not have never gets as far as us.
        result = entry_point.run(furnished, "upgrad", code=1)
        assert "Did you mean `upgrade`?" in result.err
        return

    result = entry_point.run(furnished, "upgrad", code=2)

    assert "There is no verb 'upgrad'. Did you mean upgrade?" == result.err.splitlines()[0]


def test_a_hint_names_the_command_by_which_it_was_called(furnished: ProjectFolder) -> None:
    calls = {
        "python -m dbtasks": [sys.executable, "-m", "dbtasks"],
        "dbtasks": ["dbtasks"],
        "inv": [sys.executable, "-m", "invoke"],
    }
    for prefix, command in calls.items():
        result = furnished.process([*command, "show", "nosuch"], code=2)
        assert f": {prefix} history" in result.err


def test_a_hint_for_inv_has_the_flag_that_inv_needs(furnished: ProjectFolder) -> None:
    furnished.process(["inv", "upgrade", "--revision=head"])
    result = furnished.process(["inv", "reset"], code=2)
    assert "--yes" in result.err


@pytest.mark.parametrize("entry_point", ALL, ids=lambda entry_point: entry_point.name)
def test_what_an_entry_point_says_of_itself_reaches_no_other_process(
    entry_point: EntryPoint, furnished: ProjectFolder
) -> None:
    assert "[] []\n" == entry_point.run(furnished, "leak").out


def test_a_shim_that_leads_to_another_python_is_still_named(furnished: ProjectFolder) -> None:
    variables = {"DBTASKS_ENTRY_POINT": "python3"}  # as bootstrap.py says before it hands over
    result = furnished.process(TASKS_PY.command(["show", "nosuch"]), code=2, variables=variables)
    assert ": python3 tasks.py history" in result.err


def test_a_hint_names_the_file_as_it_was_typed(furnished: ProjectFolder, tmp_path: Path) -> None:
    project = tmp_path / "my gigs"
    shutil.copytree(furnished.root, project)

    result = ProjectFolder(tmp_path).process(
        [sys.executable, str(Path("my gigs", "tasks.py")), "show", "nosuch"], code=2
    )

    assert f'"{Path("my gigs", "tasks.py")}" history' in result.err


@pytest.mark.long
@pytest.mark.needs("just")
@pytest.mark.parametrize(
    "words", [["status"], ["history"], ["show", "nosuch"], ["upgrade", "--plan"]]
)
def test_what_a_verb_says_is_the_same_through_every_entry_point(
    words: list[str], furnished: ProjectFolder
) -> None:
    said = {
        (result.code, result.out, result.err.replace(f" {entry_point.prefix} ", " ENTRY POINT "))
        for entry_point in ALL
        for result in [entry_point.run(furnished, *words, code=None)]
    }
    assert 1 == len(said)
