"""`migrate --keep` leaves a revision that fails its trial, and nothing takes it for finished."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.models_project import TITLE, ModelsProject, model
from tests.states import state_of

UNIQUE = model("gigs", TITLE, args='sa.UniqueConstraint("title")')
WORDS = ("migrate", "one title each", "--keep")


def keep(project: ModelsProject) -> Path:
    """Let a revision fail its trial and stay; return its file."""
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('a'), ('a'), ('b')")
    project.models(UNIQUE)
    had = set(project.revisions())
    said = project.run(*WORDS, code=1)
    (path,) = set(project.revisions()) - had
    shown = path.relative_to(project.root).as_posix()
    assert f"It is kept as {shown}, marked as unfinished" in said.err
    assert "one title each" in said.err.splitlines()[-1]
    assert "--keep" in said.err.splitlines()[-1]
    assert "_dbtasks_new" not in said.err
    assert "op.batch_alter_table" not in said.err
    assert "Traceback" not in said.text
    return path


def mend(path: Path) -> None:
    """Let the revision do first what its rows need."""
    text = path.read_text(encoding="utf-8")
    mended = '    op.execute("UPDATE gigs SET title = title || id")\n'
    begin = "def upgrade() -> None:\n"
    head, found, rest = text.partition(begin)
    assert found
    docstring, line, body = rest.partition('"""\n')
    middle = docstring + line if line and docstring.strip().startswith('"""') else ""
    body = body if middle else rest
    path.write_text(head + found + middle + mended + body, encoding="utf-8")


def test_no_verb_takes_a_kept_revision_for_finished(project: ModelsProject) -> None:
    path = keep(project)
    before = state_of(project)
    for words in (
        ["upgrade"],
        ["upgrade", "--plan"],
        ["upgrade", "--sql"],
        ["stamp", "head", "--unchecked"],
        ["migrate", "another"],
        ["migrate", "another", "--empty"],
        ["reset", "--yes"],
    ):
        if project.is_sqlite and "--sql" in words:
            continue  # which SQLite has not
        said = project.run(*words, code=1).err
        assert "is unfinished: it failed its trial" in said, words
        assert "Nothing was changed." in said, words
    assert "is unfinished" in project.run("status").out
    assert 0 != project.run("check", code=None).code
    assert "is unfinished" in project.run("check", code=None).text
    assert "unfinished" in project.run("history").out
    head = project.run("heads", "--json").json()["revisions"][0]
    assert head["is_unfinished"]
    assert "unfinished" in project.run("show", head["id"]).out
    assert before == state_of(project)
    assert path.is_file()


def test_a_kept_revision_that_is_mended_is_tried_again_and_applied(
    project: ModelsProject,
) -> None:
    path = keep(project)
    again = project.run(*WORDS, code=1)
    assert "marked as unfinished" in again.err
    assert 1 == path.read_text(encoding="utf-8").count("# UNFINISHED: ")
    mend(path)
    done = project.run(*WORDS)
    assert path.name in done.out
    assert "nfinished" not in path.read_text(encoding="utf-8")
    project.run("upgrade")
    project.run("check")
    assert [("a1",), ("a2",), ("b3",)] == project.rows("SELECT title FROM gigs ORDER BY id")


@pytest.mark.slow
def test_plain_alembic_does_not_apply_a_kept_revision(on_sqlite: ModelsProject) -> None:
    keep(on_sqlite)
    before = state_of(on_sqlite)
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    done = subprocess.run(
        command,
        cwd=on_sqlite.root,
        env=on_sqlite.environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert 0 != done.returncode
    assert "unfinished: this revision failed its trial" in done.stderr
    assert before == state_of(on_sqlite)


def test_without_keep_nothing_is_left_and_the_rows_are_told(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('a'), ('a'), ('b')")
    said = project.refused(UNIQUE, code=1)
    rule = "gigs can't get the unique constraint uq_gigs_title (title)"
    assert f"{rule}: 2 rows have the values of another, one with title 'a'" in said
    assert "--keep" in said
    assert "--empty" not in said
