"""A hint can be typed as it stands: it names the door that the user came through."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.doors.doors import HERE, INVOKE, TASKS_PY, Door
from tests.workshop import Workshop

ALL = [*HERE, INVOKE]


@pytest.mark.parametrize("door", ALL, ids=lambda door: door.name)
def test_a_hint_names_the_door(door: Door, furnished: Workshop) -> None:
    result = door.run(furnished, "show", "nosuch", code=2)

    assert f": {door.prefix} history" in result.err


@pytest.mark.parametrize("door", HERE, ids=lambda door: door.name)
def test_an_unknown_verb_is_answered_with_the_nearest_one(door: Door, furnished: Workshop) -> None:
    if door.prefix == "just":
        # A recipe that it does not have never gets as far as us.
        result = door.run(furnished, "upgrad", code=1)
        assert "Did you mean `upgrade`?" in result.err
        return

    result = door.run(furnished, "upgrad", code=2)

    assert "There is no verb 'upgrad'. Did you mean upgrade?" == result.err.splitlines()[0]


def test_a_hint_names_the_door_of_the_library_and_of_the_command(furnished: Workshop) -> None:
    calls = {
        "python -m dbtasks": [sys.executable, "-m", "dbtasks"],
        "dbtasks": ["dbtasks"],
        "inv": [sys.executable, "-m", "invoke"],
    }
    for prefix, command in calls.items():
        result = furnished.process([*command, "show", "nosuch"], code=2)
        assert f": {prefix} history" in result.err


def test_a_hint_for_inv_has_the_flag_that_inv_needs(furnished: Workshop) -> None:
    furnished.process(["inv", "upgrade", "--revision=head"])
    result = furnished.process(["inv", "reset"], code=2)
    assert "--yes" in result.err


@pytest.mark.parametrize("door", ALL, ids=lambda door: door.name)
def test_what_a_door_says_of_itself_reaches_no_other_process(
    door: Door, furnished: Workshop
) -> None:
    assert "[] []\n" == door.run(furnished, "leak").out


def test_a_shim_that_leads_to_another_python_is_still_named(furnished: Workshop) -> None:
    variables = {"DBTASKS_DOOR": "python3"}  # as bootstrap.py says before it hands over
    result = furnished.process(TASKS_PY.command(["show", "nosuch"]), code=2, variables=variables)
    assert ": python3 tasks.py history" in result.err


def test_a_hint_names_the_file_as_it_was_typed(furnished: Workshop, tmp_path: Path) -> None:
    project = tmp_path / "my gigs"
    shutil.copytree(furnished.root, project)

    result = Workshop(tmp_path).process(
        [sys.executable, str(Path("my gigs", "tasks.py")), "show", "nosuch"], code=2
    )

    assert f'"{Path("my gigs", "tasks.py")}" history' in result.err


@pytest.mark.parametrize(
    "words", [["status"], ["history"], ["show", "nosuch"], ["upgrade", "--plan"]]
)
def test_what_a_verb_says_is_the_same_through_every_door(
    words: list[str], furnished: Workshop
) -> None:
    said = {
        (result.code, result.out, result.err.replace(f" {door.prefix} ", " DOOR "))
        for door in ALL
        for result in [door.run(furnished, *words, code=None)]
    }
    assert 1 == len(said)
