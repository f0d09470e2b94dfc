"""Several files that are wrong at once, and files that are none of a history's."""

from __future__ import annotations

import pytest

from tests.faults.broken import revision
from tests.faults.harm import refused
from tests.project_folder import ProjectFolder

VERSIONS = "alembic/versions"
VERBS = [
    ["status"],
    ["history"],
    ["heads"],
    ["current"],
    ["check"],
    ["show", "head"],
    ["upgrade", "--plan"],
    ["upgrade", "--sql"],
    ["upgrade"],
    ["downgrade", "--yes"],
    ["migrate", "more"],
]
LOOKS = [["status"], ["history"], ["heads"], ["check"], ["downgrade", "--plan"]]
BROKEN = (
    f"A revision does not load: {VERSIONS}/3_broken.py, line 2: def upgrade(:: "
    "SyntaxError: invalid syntax."
)
LATIN = f"A revision does not load: {VERSIONS}/4_latin.py: UnicodeDecodeError: 'utf-8' codec "
TWICE = f"Revision abc222 is claimed by {VERSIONS}/2_second.py and {VERSIONS}/5_copy.py."


@pytest.fixture
def spoiled(project: ProjectFolder) -> ProjectFolder:
    """A project with a file that is no Python, one in another encoding, and a copy of an id."""
    project.write(f"{VERSIONS}/3_broken.py", "revision = 'b3'\ndef upgrade(:\n")
    latin = revision("b4", "abc222", "pass  # Größe")
    (project.root / VERSIONS / "4_latin.py").write_bytes(latin.encode("latin-1"))
    project.write(f"{VERSIONS}/5_copy.py", revision("abc222", "abc111"))
    return project


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_names_all_that_is_wrong_at_once(
    spoiled: ProjectFolder, words: list[str]
) -> None:
    broken, latin, twice, mend = refused(spoiled, *words, code=1).splitlines()
    assert BROKEN == broken
    assert latin.startswith(LATIN)
    assert TWICE == twice
    assert "Mend the file and try again." == mend


def test_a_file_in_another_encoding_that_says_so_is_a_revision(project: ProjectFolder) -> None:
    source = (
        f"# -*- coding: latin-1 -*-\n{revision('b4', 'abc222').replace('revision b4', 'Größe')}"
    )
    (project.root / VERSIONS / "4_latin.py").write_bytes(source.encode("latin-1"))
    assert "Größe" in project.run("status").out
    project.run("upgrade")
    assert ["b4"] == project.run("current", "--json").json()["current"]


@pytest.mark.parametrize("content", ["", "def x(:\n", "revision = 'abc222'\n"])
def test_an_init_file_is_taken_for_no_revision(project: ProjectFolder, content: str) -> None:
    before = {" ".join(words): project.run(*words).out for words in LOOKS}
    project.write(f"{VERSIONS}/__init__.py", content)
    assert before == {" ".join(words): project.run(*words).out for words in LOOKS}
    project.run("migrate", "more", "--empty")
    project.run("upgrade")
    project.run("status", "--check")
