"""How verbs come into the tasks.py, justfile or Makefile that a project has of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from dbtasks.additions import Advice
from dbtasks.commands.project_files import has_own_tasks, justfile

_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_NAMESPACE = re.compile(r"^(ns|namespace)\s*(?::[^=]+)?=", re.MULTILINE)
_INVOKE = re.compile(r"^\s*(?:from|import)\s+invoke\b", re.MULTILINE)
_ADD = '{}.add_collection(database_tasks(Path(__file__).parent, "db"))'


def task_file_advice(root: Path) -> Iterator[Advice]:
    """Yield the lines for each such file that has none of the verbs yet."""
    typed = "dbtasks" if has_own_tasks(root) else _python_tasks()
    own_tasks = _text(root / "tasks.py")
    if own_tasks and "dbtasks" not in own_tasks:
        yield _for_tasks(own_tasks)
    own_justfile = justfile(root)
    if own_justfile and not _has_verbs(_text(own_justfile)):
        yield Advice(
            f"{own_justfile.name} is yours, and stays as it is. To have the verbs in it, as in "
            "just db status, add:",
            (
                "# The database verbs",
                "[positional-arguments]",
                "db *words:",
                f'    @{typed} "$@"',
            ),
        )
    makefile = next((name for name in _MAKEFILES if (root / name).is_file()), "")
    if makefile and not _has_verbs(_text(root / makefile)):
        yield Advice(
            f"To have the verbs in {makefile}, as in make db-status or make db-upgrade words=+1, "
            "add:",
            (f"db-%: ; @{typed} $* $(words)",),
        )


def _for_tasks(text: str) -> Advice:
    if not _INVOKE.search(text):
        return Advice("tasks.py is yours, and stays as it is. The verbs are to be had by: dbtasks")
    named = _NAMESPACE.search(text)
    add = _ADD.format(named[1] if named else "namespace")
    imports = ["from pathlib import Path", "from dbtasks import database_tasks"]
    if named:
        lines = [*imports, add]
    else:
        lines = [
            "import sys",
            imports[0],
            "from invoke import Collection",
            imports[1],
            "namespace = Collection.from_module(sys.modules[__name__])",
            add,
        ]
    return Advice(
        "tasks.py is yours, and stays as it is. To have the verbs in it, as in inv db.status, add "
        "at its end:",
        tuple(lines),
    )


def _has_verbs(text: str) -> bool:
    return "dbtasks" in text or "tasks.py" in text


def _python_tasks() -> str:
    return "python tasks.py" if os.name == "nt" else "python3 tasks.py"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
