"""Names of revisions as people type them, and files that form no history."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from dbtasks import DbtasksError, Project, downgrade, stamp, upgrade
from dbtasks.commands.history import read_revision
from dbtasks.commands.plan import plan
from dbtasks.commands.sql import sql
from dbtasks.project.diagnosis import Claim, diagnose
from dbtasks.revisions.header import plain_header
from dbtasks.revisions.reader import Module
from tests.faults.broken import revision
from tests.in_process import as_if_new
from tests.project_folder import ProjectFolder

ODD_NAMES = [
    *("", "+", "-", "+0", "-0", "+1", "-1", "+9", "-9", "--", "0", "1e5", ":", "a:b", "head:base"),
    *("head", "heads", "base", "HEAD", "None", "current", "current+1", "head-1", "heads-1"),
    *("head+1", "base+1", "base-1", "bbb2", "bb", "b", "bbb2+1", "bbb2-1", "bbb2@head"),
    *("bbb2@heads", "nope@head", "heads@head", "branch@base", "bbb2@base", "bbb3@-1", "bbb2@+1"),
    *("@", "a@", "@a", "@head", "*", "%", "%s", "'", "x y", "\n", "\x00", "💥", "bbb2,bbb3"),
]
QUESTIONS: dict[str, Callable[[Project, str], object]] = {
    "plan upgrade": lambda project, name: plan(project, "upgrade", name),
    "plan downgrade": lambda project, name: plan(project, "downgrade", name),
    "sql upgrade": lambda project, name: sql(project, "upgrade", name),
    "sql downgrade": lambda project, name: sql(project, "downgrade", name),
    "upgrade": upgrade,
    "downgrade": downgrade,
    "stamp": partial(stamp, unchecked=True),
    "show": read_revision,
}

MOVING = {"upgrade", "downgrade", "stamp"}


def table(name: str) -> tuple[str, str]:
    return f'op.create_table("{name}", sa.Column("id", sa.Integer))', f'op.drop_table("{name}")'


@pytest.fixture
def forked(ready: ProjectFolder) -> ProjectFolder:
    """A project whose history has one revision, and two that follow it."""
    (first,) = ready.revisions()
    id_ = first.name.split("_")[2]
    for name in ("bbb2", "bbb3"):
        ready.write(f"alembic/versions/{name}.py", revision(name, id_, *table(name)))
    return ready


@pytest.fixture(params=["base", "bbb2", "heads"])
def database(request: pytest.FixtureRequest, forked: ProjectFolder) -> bytes:
    """The content of the project's database at one of several places."""
    with as_if_new(forked.root, forked.environment()):
        downgrade(Project.load(forked.root), "base")
        if request.param != "base":
            upgrade(Project.load(forked.root), request.param)
    return (forked.root / "development.db").read_bytes()


@pytest.mark.parametrize("question", QUESTIONS)
def test_any_name_is_understood_or_explained(
    forked: ProjectFolder, question: str, database: bytes
) -> None:
    with as_if_new(forked.root, forked.environment()), warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ODD_NAMES:
            if name == ODD_NAMES[0] or question in MOVING:
                (forked.root / "development.db").write_bytes(database)
                project = Project.load(forked.root)
            try:
                QUESTIONS[question](project, name)
            except DbtasksError as error:
                assert 2 == len(str(error).splitlines()), name
                assert error.next_step


def test_what_a_plan_foresees_is_what_happens(forked: ProjectFolder) -> None:
    moves = [
        ("upgrade", "bbb2"),
        ("upgrade", "heads"),
        ("downgrade", "bbb3@-1"),
        ("downgrade", "base"),
    ]
    with as_if_new(forked.root, forked.environment()):
        for direction, target in moves:
            foreseen = plan(Project.load(forked.root), direction, target)
            outcome = QUESTIONS[direction](Project.load(forked.root), target)
            assert foreseen.target == outcome.current  # type: ignore[attr-defined]


def test_a_plan_that_was_approved_is_the_one_that_is_carried_out(forked: ProjectFolder) -> None:
    """Somebody else moves the database while the question stands."""
    with as_if_new(forked.root, forked.environment()):
        upgrade(Project.load(forked.root), "bbb2")

        def approve(_: object) -> None:
            downgrade(Project.load(forked.root), "-1")

        with pytest.raises(DbtasksError, match="somebody else has changed it meanwhile"):
            downgrade(Project.load(forked.root), "-1", approve=approve)
        assert 1 == len(plan(Project.load(forked.root), "downgrade", "base").steps)


def test_a_question_holds_no_lock(forked: ProjectFolder) -> None:
    with as_if_new(forked.root, forked.environment()):

        def approve(_: object) -> None:
            upgrade(Project.load(forked.root), "bbb3")

        with pytest.raises(DbtasksError, match="somebody else has changed it meanwhile"):
            upgrade(Project.load(forked.root), "bbb2", approve=approve)


def test_revisions_are_shown_by_their_place_in_the_project(ready: ProjectFolder) -> None:
    (first,) = ready.revisions()
    shown = ready.run("show", "head", "--json").json()
    assert first.relative_to(ready.root).as_posix() == shown["path"]


def claims_of(folder: Path) -> Iterator[Claim]:
    for path in sorted(folder.iterdir()):
        header = plain_header(Module(path.read_text(), path), path)
        assert header is not None
        yield Claim(path.name, header)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a": "revision = 'a'\ndown_revision = None\n"}, None),
        ({"a": "revision: str = 'a'\ndown_revision: str | None = None\n"}, None),
        (
            {"a": "revision = 'a'\n", "m": "revision = 'm'\ndown_revision = ('a', 'z')\n"},
            "m.py follows revision z,",
        ),
        ({"x": "x = 1\n"}, "x.py names no revision."),
        (
            {"a": "revision = 'a'\n", "b": "revision = 'a'\n"},
            "Revision a is claimed by a.py and b.py.",
        ),
        ({"a": "revision = 'a'\ndown_revision = 'a'\n"}, "in a circle: a.py."),
        (
            {
                "a": "revision = 'a'\ndown_revision = None\n",
                "b": "revision = 'b'\ndown_revision = 'a'\ndepends_on = 'c'\n",
                "c": "revision = 'c'\ndown_revision = 'b'\n",
                "d": "revision = 'd'\ndown_revision = 'c'\n",
            },
            "in a circle: b.py, c.py.",
        ),
    ],
)
def test_what_is_wrong_with_revision_files(
    tmp_path: Path, files: dict[str, str], expected: str | None
) -> None:
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    found = diagnose(claims_of(tmp_path))
    assert (expected is None) == (found is None)
    if found:
        assert str(expected) in found.what
