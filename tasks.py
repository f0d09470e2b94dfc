"""The tasks of this project: the database verbs, and below them your own.

`python tasks.py --list` shows them all, from a fresh clone too; `python tasks.py upgrade` is how
most days begin. migrate.ps1, migrate.cmd and the justfile lead here.
"""

import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "alembic"))
    import bootstrap

    bootstrap.enter()
    del sys.path[0]

from pathlib import Path

from dbtasks import database_tasks

ROOT = Path(__file__).resolve().parent

namespace = database_tasks(ROOT)

# Your own tasks: write them with Invoke's @task and add them, namespace.add_task(...).

import secrets
import subprocess

from invoke import Exit, task

LINTERS = (
    ("-m", "ruff", "check", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "mypy"),
    ("-c", "from importlinter.cli import lint_imports_command as main; main()"),
)


def python(*words):
    """Run this Python in the project's root; return the exit code."""
    return subprocess.run([sys.executable, *words], cwd=ROOT, check=False).returncode


def end_with(code):
    """End with an exit code, if it is one of failure."""
    if code:
        raise Exit(code=code)


@task(pre=[namespace["init"]])
def setup(context):
    """Make the environment and the development database ready."""


@task(
    positional=["words"],
    iterable=["words"],
    help={
        "quick": "leave out what is slow: under a minute, before each commit",
        "long": "what takes minutes and nothing else, with draws made anew",
        "histories": "the histories in public packages and nothing else; it installs these",
        "words": "more for pytest; options after --",
    },
)
def test(context, words, quick=False, long=False, histories=False):
    """Run the tests, all but the long ones, on all processors."""
    chosen = []
    if quick:
        chosen = ["-m", "not slow and not long and not histories"]
    if histories:
        chosen = ["-m", "histories", "--dist", "loadscope"]
    if long:
        chosen = ["-m", "long", f"--seed={secrets.randbelow(10**6)}"]
    end_with(python("-m", "pytest", "-n", "auto", "--dist", "worksteal", *chosen, *words))


@task
def lint(context):
    """Check style, types and the arrows between modules."""
    end_with(max([python(*words) for words in LINTERS]))


@task
def bench(context):
    """Time the verbs beside Alembic's own commands."""
    end_with(max([python("-m", f"benchmarks.{name}") for name in ("verbs", "migrate")]))


@task
def docs(context):
    """Write what is generated: pages of docs/reference/, and the verbs of the shims."""
    end_with(python("-m", "docs.generate"))


for own in (setup, test, lint, bench, docs):
    namespace.add_task(own)

if __name__ == "__main__":
    from dbtasks import main

    main(namespace)
