"""A `migrate` that fails takes away its own file, and none that somebody else saved meanwhile."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.broken import revision
from tests.models_project import TITLE, ModelsProject, model

UNIQUE = TITLE.replace("80)", "80), unique=True")
OTHER = "alembic/versions/9_other.py"
SAVES = f"""
from pathlib import Path
Path({OTHER!r}).write_text({revision("other", None)!r})
"""
# env.py's own hook is called while the file is written.
BY_ENV = f"""
from dbtasks import run_migrations
from models import Base
def save(*_):{SAVES.replace(chr(10), chr(10) + "    ").rstrip()}
run_migrations(Base, process_revision_directives=save)
"""


@pytest.fixture
def project(project: ModelsProject) -> ModelsProject:
    """A project whose two equal rows are in the way of a unique constraint."""
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('walk'), ('walk')")
    return project


def add_hooks(project: ModelsProject, names: str) -> None:
    """Let Alembic run a program that saves a file, and one that is not installed."""
    project.write("hook.py", SAVES)
    ini = project.root / "alembic.ini"
    text = ini.read_text(encoding="utf-8").replace("hooks = dbtasks", f"hooks = {names}")
    executable = Path(sys.executable).as_posix()
    hooks = f"""
saves.type = exec
saves.executable = {executable}
saves.options = hook.py REVISION_SCRIPT_FILENAME
gone.type = console_scripts
gone.entrypoint = nowhere
missing.type = exec
missing.executable = nowhere
"""
    ini.write_text(text + hooks, encoding="utf-8")


def failed(project: ModelsProject, *words: str) -> str:
    """Let a verb fail, and return what it says; but for the other's file, nothing has come."""
    before = [path.name for path in project.revisions()]
    done = project.run(*words, code=1)
    assert "Traceback" not in done.text
    assert [*before, "9_other.py"] == [path.name for path in project.revisions()]
    assert revision("other", None) == (project.root / OTHER).read_text(encoding="utf-8")
    return done.err


def test_what_env_py_saves_while_the_trial_fails_stays(project: ModelsProject) -> None:
    project.write("alembic/env.py", BY_ENV)
    project.models(model("gigs", UNIQUE))
    said = failed(project, "migrate", "change")
    assert said.startswith("A revision was written, tried on a copy and taken away again: ")


@pytest.mark.slow
def test_what_another_program_saves_while_the_trial_fails_stays(project: ModelsProject) -> None:
    add_hooks(project, "dbtasks, saves")
    project.models(model("gigs", UNIQUE))
    said = failed(project, "migrate", "change")
    assert said.startswith("A revision was written, tried on a copy and taken away again: ")


HOOKS_THAT_FAIL = {
    "gone": "Alembic can't write the revision: Could not find entrypoint console_scripts.nowhere.",
    "missing": "The hook nowhere is not installed.",
}


@pytest.mark.slow
@pytest.mark.parametrize("hook", HOOKS_THAT_FAIL)
@pytest.mark.parametrize("words", [["migrate", "change"], ["migrate", "change", "--empty"]])
def test_a_hook_that_fails_takes_away_the_file_that_it_was_to_format(
    project: ModelsProject, words: list[str], hook: str
) -> None:
    add_hooks(project, f"saves, {hook}, dbtasks")
    project.models(model("gigs", TITLE, "venue: Mapped[str | None]"))
    assert (
        f"{HOOKS_THAT_FAIL[hook]}\n"
        "Look at script.py.mako, and at the hooks that alembic.ini names.\n"
    ) == failed(project, *words)
