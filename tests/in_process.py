"""The verbs in this process: quick, where no process is what is tested."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dbtasks.cli.program import main
from dbtasks.cli.verbs import database_tasks
from tests.project_folder import ProjectFolder, Result


@dataclass
class InProcessProject(ProjectFolder):
    """A folder whose `run` starts no process."""

    capture: pytest.CaptureFixture[str] | None = None

    def run(self, *words: str, code: int | None = 0, stdin: str = "", **variables: str) -> Result:
        """Run `dbtasks` with words; the test fails unless it ends with `code`."""
        assert self.capture is not None
        assert not stdin, "a question needs a terminal"
        self.capture.readouterr()
        # As `alembic/bootstrap.py` says of the Python that was typed.
        variables = {"DBTASKS_ENTRY_POINT": "python", **variables}
        with as_if_new(self.root, self.environment(**variables)):
            ended = _exit_code(self.root, words)
        result = Result(ended, *self.capture.readouterr())
        if code is not None and result.code != code:
            raise AssertionError(f"{words} ended with {result.code}:\n{result.text}")
        return result


def _exit_code(root: Path, words: tuple[str, ...]) -> int:
    try:
        main(database_tasks(root), ["tasks.py", *words])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@contextmanager
def as_if_new(root: Path, environment: dict[str, str]) -> Iterator[None]:
    """Give what runs meanwhile its own environment, and forget the project's modules after it."""
    kept = dict(os.environ), list(sys.path), Path.cwd(), sys.dont_write_bytecode
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(root)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept[0])
        sys.path[:] = kept[1]
        os.chdir(kept[2])
        sys.dont_write_bytecode = kept[3]
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file and Path(file).is_relative_to(root):
                del sys.modules[name]
