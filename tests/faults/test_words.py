"""Words that mean nothing: one message, exit code 2, and nothing changed."""

from __future__ import annotations

import pytest

from tests.faults.harm import PYTHON, refused
from tests.project_folder import ProjectFolder

WORDS = [
    (
        ["upgrad"],
        2,
        f"There is no verb 'upgrad'. Did you mean upgrade?\nSee all: {PYTHON} --help",
    ),
    (["upgrade", "nope"], 2, f"There is no revision 'nope'.\nSee them all: {PYTHON} history"),
    (
        ["downgrade", "abc223"],
        2,
        f"There is no revision 'abc223'. Did you mean abc222?\nSee them all: {PYTHON} history",
    ),
    (
        ["show", "Head"],
        2,
        f"There is no revision 'Head'. Did you mean head?\nSee them all: {PYTHON} history",
    ),
    (["stamp", "nope"], 2, f"There is no revision 'nope'.\nSee them all: {PYTHON} history"),
    (
        ["upgrade", "abc"],
        2,
        (
            "'abc' is the beginning of 2 revisions: abc111, abc222.\n"
            f"Give more of the one that you mean. See them all: {PYTHON} history"
        ),
    ),
    (["upgrade", "+1"], 2, f"There is no revision that way.\nSee them all: {PYTHON} history"),
    (
        ["downgrade", "-3"],
        2,
        f"There are fewer than 3 revisions that way.\nSee them all: {PYTHON} history",
    ),
    (
        ["upgrade", "-1"],
        2,
        (
            "upgrade goes up, and -1 goes the other way. Nothing was changed.\n"
            f"For that: {PYTHON} downgrade -1"
        ),
    ),
    (
        ["downgrade", "+1"],
        2,
        (
            "downgrade goes down, and +1 goes the other way. Nothing was changed.\n"
            f"For that: {PYTHON} upgrade +1"
        ),
    ),
    (
        ["migrate", " \n "],
        2,
        (
            "A revision needs a message that says what it does.\n"
            f'For example: {PYTHON} migrate "add venue to gigs"'
        ),
    ),
    (
        ["status", "--env", "prod"],
        2,
        (
            "--env is 'prod', which is no environment.\n"
            "Use one of: development, test, staging, production."
        ),
    ),
    (
        ["status", "--env", "production"],
        2,
        (
            "The environment is production, and DATABASE_URL is not set. Nothing was done: only "
            "development and test have a default database.\n"
            "Set DATABASE_URL to the database's address, in the environment or in .env."
        ),
    ),
    (
        ["upgrade", "--database-url", "postgresql//u:secret@h/d"],
        2,
        (
            "--database-url is not the address of a database.\n"
            "Write it as postgresql://user:password@host:5432/name or sqlite:///file.db."
        ),
    ),
    (
        ["upgrade", "postgresql://u:secret@h/d"],
        2,
        f"There is no revision 'postgresql://u:***@h/d'.\nSee them all: {PYTHON} history",
    ),
    (
        ["reset", "--seed", "--yes"],
        2,
        (
            "No seed function is set. Nothing was done.\n"
            'Set it in pyproject.toml: [tool.dbtasks] seed = "app.seeds:seed"'
        ),
    ),
]


@pytest.mark.parametrize(("words", "code", "expected"), WORDS, ids=lambda value: str(value)[:40])
def test_words_that_mean_nothing(
    project: ProjectFolder, words: list[str], code: int, expected: str
) -> None:
    assert f"{expected}\n" == refused(project, *words, code=code)


@pytest.mark.parametrize("words", [["migrate"], ["migrate", ""], ["merge"], ["stamp"], ["show"]])
def test_a_word_that_is_missing(project: ProjectFolder, words: list[str]) -> None:
    said = refused(project, *words, code=2)
    assert 2 == len(said.splitlines())
    assert f": {PYTHON} {words[0]} " in said.splitlines()[-1]
