"""What is typed arrives, the same through every entry point."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.entry_points.entry_points import (
    HAND_OVER,
    HERE,
    INVOKE,
    TASKS_PY,
    EntryPoint,
    handed_over,
)
from tests.entry_points.table import LIMITS, LISTS, UNPASSABLE
from tests.project_folder import REPOSITORY, ProjectFolder, Result

CODES = (0, 1, 2, 3, 4, 130)
READ_HAND_OVER = """
import json, os
from dbtasks.cli.entry_point import words_typed
print(json.dumps(words_typed(["tasks.py"], os.environ)))
"""

EACH_TIME = {"just", "migrate.cmd"}
"""The entry points with quoting of their own: the others are tried with all lists when long."""

PASSABLE = [
    pytest.param(
        entry_point,
        name,
        id=f"{entry_point.name}: {name}",
        marks=() if entry_point.name in EACH_TIME else pytest.mark.long,
    )
    for entry_point in HERE
    for name in LISTS
    if entry_point is not HAND_OVER and name not in UNPASSABLE.get(entry_point.name, ())
]


def expected(name: str) -> tuple[int, list[str], str]:
    """Return code, words and message that `echo` answers with, for a list of the table."""
    code = CODES[list(LISTS).index(name) % len(CODES)]
    return code, LISTS[name], f"{len(LISTS[name])} words\n"


def answer(result: Result) -> tuple[int, list[str], str]:
    """Return what `echo` did answer."""
    return result.code, json.loads(result.out), result.err


def echo_words(name: str) -> list[str]:
    """Return what to type for a list; what looks like an option stands behind `--`."""
    code, words, _ = expected(name)
    is_odd = any(word.startswith("-") and not word[1:].isdecimal() for word in words)
    return ["echo", f"--code={code}", *(["--"] if is_odd else []), *words]


@pytest.mark.parametrize(("entry_point", "name"), PASSABLE)
def test_a_list_of_words_arrives(
    entry_point: EntryPoint, name: str, furnished: ProjectFolder
) -> None:
    result = entry_point.run(furnished, *echo_words(name), code=None)

    assert expected(name) == answer(result)


@pytest.mark.long
@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_words_arrives_through_inv_by_its_flag(
    name: str, furnished: ProjectFolder
) -> None:
    code, words, _ = expected(name)

    flags = [f"--words={word}" for word in words]
    result = INVOKE.run(furnished, "echo", f"--code={code}", *flags, code=None)

    assert expected(name) == answer(result)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_words_arrives_by_the_hand_over_of_powershell(
    name: str, furnished: ProjectFolder
) -> None:
    result = furnished.process(
        [sys.executable, "-c", READ_HAND_OVER], variables=handed_over(LISTS[name])
    )

    assert LISTS[name] == json.loads(result.out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["echo", "-v"], "echo has no option -v."),
        (["echo", "--flag=value"], "echo has no option --flag."),
        (["echo", "--code", "x"], "echo: code must be a whole number, and is 'x'."),
        (["echo", "--code"], "--code needs a value."),
    ],
)
@pytest.mark.parametrize("entry_point", HERE, ids=lambda entry_point: entry_point.name)
def test_what_is_refused_is_refused_alike(
    entry_point: EntryPoint, words: list[str], said: str, furnished: ProjectFolder
) -> None:
    result = entry_point.run(furnished, *words, code=2)

    assert ("", said) == (result.out, result.err.splitlines()[0])
    assert result.err.splitlines()[1].partition(": ")[2].startswith(entry_point.prefix)


@pytest.mark.needs("just")
def test_every_entry_point_works_from_any_folder(furnished: ProjectFolder, tmp_path: Path) -> None:
    below = furnished.root / "alembic" / "versions"
    calls = [
        (tmp_path, [sys.executable, str(furnished.root / "tasks.py")]),
        (below, [sys.executable, str(Path("..", "..", "tasks.py"))]),
        (below, ["inv"]),
        (below, ["just"]),
        (tmp_path, ["just", "--justfile", str(furnished.root / "justfile")]),
        (below, [sys.executable, "-m", "dbtasks"]),
    ]

    for folder, command in calls:
        away = ProjectFolder(folder)
        assert "(head)" in away.process([*command, "current"]).out


def test_inv_takes_a_verbs_optional_word_only_with_its_flag(furnished: ProjectFolder) -> None:
    bare = furnished.process(["inv", "upgrade", "head"], code=1)
    assert "No idea what 'head' is!" in bare.err

    assert "Nothing to do" in furnished.process(["inv", "upgrade", "--revision=head"]).out


def test_inv_takes_help_for_a_message_which_is_refused(furnished: ProjectFolder) -> None:
    refused = furnished.process(["inv", "migrate", "--help"], code=2).err
    assert "'--help' is an option and no message. Nothing was written." in refused
    shown = refused.splitlines()[-1].removeprefix("See the options: ")
    assert "inv --help migrate" == shown
    assert "Usage: inv[oke] [--core-opts] migrate" in furnished.process(shown.split()).out


def test_no_system_passes_the_character_nul(furnished: ProjectFolder) -> None:
    with pytest.raises(ValueError, match="null"):
        TASKS_PY.run(furnished, "echo", "\0")


def test_the_separator_of_the_hand_over_is_the_one_thing_it_can_not_pass(
    furnished: ProjectFolder,
) -> None:
    result = furnished.process(
        [sys.executable, "-c", READ_HAND_OVER], variables=handed_over(["a\x1fb"])
    )
    assert ["a", "b"] == json.loads(result.out)


def test_typed_words_win_over_words_that_were_left_in_the_shell(furnished: ProjectFolder) -> None:
    result = furnished.process(
        TASKS_PY.command(["echo", "typed"]), variables=handed_over(["echo", "left"])
    )
    assert ["typed"] == json.loads(result.out)


def test_what_can_not_be_passed_stands_in_the_reference() -> None:
    page = (REPOSITORY / "docs" / "reference" / "entry-points.md").read_text(encoding="utf-8")
    _, _, section = page.partition("\n## What can't be passed\n")
    table = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("| ")]

    assert [f"| {entry_point} | {what} |" for entry_point, what in LIMITS] == table[1:]
