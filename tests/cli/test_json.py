"""`--json`: every verb prints what docs/reference/json.md says, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dbtasks.cli.verbs import GROUPS
from tests.by_hand import run_script
from tests.project_folder import REPOSITORY, ProjectFolder
from tests.selection import rarely

DOCUMENT = (REPOSITORY / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"
_SCALARS = {"string": (str,), "number": (int, float), "boolean": (bool,)}


def documented_verbs() -> dict[str, str]:
    """Return the documented object of each command line."""
    table = DOCUMENT.partition("## Which verb prints what")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| \[([^\]]+)\]", table, re.MULTILINE))


def documented_objects() -> dict[str, dict[str, str]]:
    """Return the documented keys of each object, with their types."""
    sections = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)[2:]
    row = re.compile(r"^\| `(\w+)` \| ([\w ]+) \| \S.* \|$", re.MULTILINE)
    return {section.partition("\n")[0]: dict(row.findall(section)) for section in sections}


VERBS, OBJECTS = documented_verbs(), documented_objects()


def assert_is(value: Any, kind: str, where: str) -> None:
    """Fail unless `value` is as documented, down to its last key."""
    kinds = kind.split(" or ")
    if value is None:
        assert "null" in kinds, f"{where} is null"
    elif kind.startswith("list of "):
        assert isinstance(value, list), where
        for item in value:
            assert_is(item, kinds[0].removeprefix("list of "), f"{where}[]")
    elif kinds[0] in _SCALARS:
        assert type(value) in _SCALARS[kinds[0]], where
    elif kind.endswith(" by name"):
        for name, item in value.items():
            assert_is(item, kind.removesuffix(" by name"), f"{where}.{name}")
    else:
        keys = OBJECTS[kinds[0]]
        assert list(keys) == list(value), where
        for key, item in value.items():
            assert_is(item, keys[key], f"{where}.{key}")


@pytest.fixture
def project(ready: ProjectFolder, database_url: str) -> ProjectFolder:
    """A project with a pending revision, on either database."""
    ready.variables["DATABASE_URL"] = database_url
    ready.run("upgrade")
    ready.add_column(VENUE)
    ready.run("migrate", "add venue")
    return ready


WORDS = {
    "show": ["show", "head"],
    "stamp": ["stamp", "head", "--unchecked"],
    "migrate": ["migrate", "a message"],
    "merge": ["merge", "join heads"],
    "reset": ["reset", "--yes"],
}
"""The words for each documented line that needs more than stands in it."""


def test_every_verb_is_documented() -> None:
    names = {task.name for module in GROUPS.values() for task in module.VERBS}
    assert names == {line.split()[0] for line in VERBS}


def test_every_documented_object_is_printed_by_a_verb_or_held_by_another() -> None:
    held = {
        kind.removeprefix("list of ").removesuffix(" by name").split(" or ")[0]
        for name, keys in OBJECTS.items()
        for kind in keys.values()
        if name != "by database"  # which holds what any verb prints
    }
    of_several = {"by database"}  # any verb prints it, in a project of several databases
    printed = set(VERBS.values()) | of_several | {"failed"}
    assert set(OBJECTS) == (held - set(_SCALARS)) | printed


@pytest.mark.parametrize("line", VERBS)
def test_a_verb_prints_the_documented_keys(project: ProjectFolder, line: str) -> None:
    prepare(project, line)
    code = 4 if line == "check" else 0
    printed = project.run(*WORDS.get(line, line.split()), "--json", code=code).json()
    assert_is(printed, VERBS[line], line)


def test_the_lists_that_are_documented_hold_something(project: ProjectFolder) -> None:
    assert_is(project.run("status", "--json").json()["pending"], "list of revision", "pending")
    assert 1 == len(project.run("status", "--json").json()["pending"])
    assert 1 == len(project.run("check", "--json", code=4).json()["changes"])
    assert 1 == len(project.run("upgrade", "--plan", "--json").json()["steps"])
    assert 1 == len(project.run("upgrade", "--json").json()["steps"])
    assert 2 == len(project.run("history", "--json").json()["revisions"])


def test_status_says_why_it_can_not_compare(project: ProjectFolder) -> None:
    assert [] == project.run("status", "--json").json()["changes"]
    run_script(project.variables["DATABASE_URL"], "UPDATE alembic_version SET version_num = 'abc'")
    status = project.run("status", "--json").json()
    assert_is(status, "status", "status")
    assert status["changes"] is None
    assert "the database is at an unknown revision" == status["changes_note"]


@pytest.mark.parametrize(
    ("words", "kind", "commands"),
    [
        (["show", "zzz"], "unknown_revision", ["python tasks.py history"]),
        (["show"], "usage", ["python tasks.py show --help"]),
        (["show", "--nosuch"], "usage", ["python tasks.py show --help"]),
        (["nosuch"], "usage", ["python tasks.py --help"]),
        (["rollback"], "usage", ["python tasks.py downgrade"]),
        (["--nosuch", "status"], "usage", ["python tasks.py help VERB"]),
        (["reset"], "usage", ["python tasks.py reset --yes"]),
        (["status", "--env", "nosuch"], "settings", []),
    ],
)
def test_an_error_is_one_object(
    ready: ProjectFolder, words: list[str], kind: str, commands: list[str]
) -> None:
    done = ready.run(*words, "--json", code=2)
    assert_is(done.json(), "failed", "failed")
    error = done.json()["error"]
    assert [kind, 2, commands] == [error["code"], error["exit_code"], error["commands"]]
    assert "" == done.err


def test_an_error_that_is_not_asked_for_as_json_leaves_stdout_empty(ready: ProjectFolder) -> None:
    done = ready.run("show", "zzz", code=2)
    assert "" == done.out
    assert "There is no revision 'zzz'." in done.err


def test_an_interrupt_is_one_object(ready: ProjectFolder) -> None:
    ready.write("models.py", "raise KeyboardInterrupt\n")
    error = ready.run("status", "--json", code=130).json()["error"]
    assert ["interrupted_by_user", ["python tasks.py status"]] == [error["code"], error["commands"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", rarely(["status", "history", "upgrade --plan", "upgrade", "wait"], "upgrade")
)
def test_what_the_project_prints_goes_to_stderr(ready: ProjectFolder, line: str) -> None:
    """Print in every way there is: Python's, the system's, and that of a program started.

    Models start none.
    """
    ready.run("migrate", "loud", "--empty")
    (path,) = (ready.root / "alembic" / "versions").glob("*_loud.py")
    loud = 'print("loud")\nimport os, subprocess, sys\nos.write(1, b"louder ")\n'
    program = 'subprocess.run([sys.executable, "-c", "print(\'loudest\')"])\n'
    for file in (path, ready.root / "models.py", ready.root / "alembic" / "env.py"):
        more = loud + program * (file == path)
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    done = ready.run_process(*line.split(), "--json")
    assert isinstance(json.loads(done.out), dict)
    if line != "wait":
        expected = {"loud", "louder", "loudest"} if line == "upgrade" else {"loud", "louder"}
        assert expected <= set(re.findall("loud[a-z]*", done.err))


@pytest.mark.slow
def test_json_is_ascii_whatever_the_message(ready: ProjectFolder) -> None:
    ready.run("migrate", "Größe ✓ 漢字", "--empty")
    out = ready.run_process("history", "--json", PYTHONIOENCODING="cp437", PYTHONUTF8="0").out
    assert out.isascii()
    assert "Größe ✓ 漢字" == json.loads(out)["revisions"][0]["message"]


def prepare(project: ProjectFolder, line: str) -> None:
    """Bring the project into a state in which the command line has something to do."""
    if line == "migrate":
        project.run("upgrade")
        project.add_column("seats: Mapped[int | None]")
    if line == "merge":
        (path,) = (project.root / "alembic" / "versions").glob("*add_venue.py")
        aside = path.rename(path.with_suffix(".aside"))
        project.run("migrate", "another", "--empty")
        aside.rename(path)
