"""Ways of doing harm to a project, and of making sure that a verb does none."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

from tests.project_folder import ProjectFolder, Result
from tests.states import state_of

PYTHON = "python tasks.py"
"""How a hint begins in the projects of the tests."""


def settled(expected: str, project: ProjectFolder) -> str:
    """Return an expected message with the entry point and the paths of this machine in it."""
    expected = expected.replace("{python}", PYTHON)
    return re.sub(
        r"\{root\}/([\w./]*\w)", lambda path: str(project.root / path[1]), expected
    ).replace("{root}", str(project.root))


def refused(folder: ProjectFolder, *words: str, code: int, **variables: str) -> str:
    """Return the message of a verb that fails, and make sure that it is all that happened."""
    before = state_of(folder)
    result = folder.run(*words, code=code, **variables)
    assert "" == result.out
    assert "Traceback" not in result.err
    assert before == state_of(folder)
    return result.err


def remove(name: str) -> Callable[[ProjectFolder], object]:
    def work(project: ProjectFolder) -> None:
        path = project.root / name
        if path.is_dir():
            for child in sorted(path.rglob("*"), reverse=True):
                child.rmdir() if child.is_dir() else child.unlink()
            path.rmdir()
        else:
            path.unlink()

    return work


def write(name: str, text: str) -> Callable[[ProjectFolder], object]:
    return lambda project: project.write(name, text)


def append(name: str, line: str) -> Callable[[ProjectFolder], object]:
    return lambda project: project.write(name, (project.root / name).read_text() + f"{line}\n")


def unprivileged(folder: ProjectFolder, *words: str) -> Result:
    """Run a verb as somebody who has to obey permissions, which root has not."""
    command = obeying([sys.executable, "tasks.py", *words])
    return folder.process(command, None, {"DBTASKS_ENTRY_POINT": "python"})


def obeying(command: list[str]) -> list[str]:
    """Return a command that obeys permissions, whoever runs it."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return command
    drop = "-dac_override,-dac_read_search"
    return ["setpriv", f"--inh-caps={drop}", f"--bounding-set={drop}", *command]
