"""The verbs in this process, as if each were a new one: quick, where no process is tested."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbtasks.cli.program import main
from dbtasks.cli.verbs import database_tasks


@dataclass
class Result:
    """How a verb or a process ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything it said."""
        return self.out + self.err

    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


def run_verb(root: Path, words: tuple[str, ...], environment: dict[str, str]) -> Result:
    """Run `python tasks.py` with words, as far as a process that has this environment can tell."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with as_if_new(root, environment), redirect_stdout(out), redirect_stderr(err):
        code = _exit_code(root, words)
    return Result(code, _content(out), _content(err))


@contextmanager
def as_if_new(root: Path, environment: dict[str, str]) -> Iterator[None]:
    """Give what runs meanwhile its own environment, and forget the project's modules after it."""
    kept = dict(os.environ), list(sys.path), Path.cwd(), sys.dont_write_bytecode
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(root)
    # This repository's example is of a name that projects use, too.
    ours = {name: sys.modules.pop(name) for name in [*sys.modules] if _is_example(name)}
    # A module of the same size, written within a second, would be taken for the one before.
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept[0])
        sys.path[:] = kept[1]
        os.chdir(kept[2])
        sys.dont_write_bytecode = kept[3]
        forget(root)
        sys.modules.update(ours)


def _is_example(name: str) -> bool:
    return name.partition(".")[0] == "app"


def forget(root: Path) -> None:
    """Forget the modules below a folder, and which files are there."""
    folders = tuple({f"{root}{os.sep}", f"{root.resolve()}{os.sep}"})
    known = {
        name: [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        for name, module in list(sys.modules.items())
    }
    for name, places in known.items():
        if any(str(place).startswith(folders) for place in places):
            del sys.modules[name]
    for path in list(sys.path_importer_cache):
        if path == "." or f"{path}{os.sep}".startswith(folders):
            del sys.path_importer_cache[path]


def _exit_code(root: Path, words: tuple[str, ...]) -> int:
    try:
        main(database_tasks(root), ["tasks.py", *words])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _content(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
