"""The entry points, as commands that a test can run."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from dbtasks.cli.entry_point import WORD_END
from tests.project_folder import ProjectFolder, Result

IS_WINDOWS = os.name == "nt"

OWN_TASKS = '''
import json
import os
import subprocess

from invoke import Exit, task


@task(positional=["words"], iterable=["words"])
def echo(context, words, code=0):
    """Print the words that arrived, and end with a code."""
    print(json.dumps(words))
    print(f"{len(words)} words", file=sys.stderr)
    raise Exit(code=code)


@task
def leak(context):
    """Print what a process that is started from here knows of the entry point."""
    names = [name for name in os.environ if name.startswith("DBTASKS_")]
    child = "import os; print([name for name in os.environ if name.startswith('DBTASKS_')])"
    print(names, subprocess.check_output([sys.executable, "-c", child], text=True).strip())


namespace.add_task(echo)
namespace.add_task(leak)
'''
"""Tasks of a project's own, as its developer writes them below the verbs."""

OWN_RECIPES = """
# Print the words that arrived
echo *words:
    @{{tasks}} echo "$@"

# Print what leaks
leak:
    @{{tasks}} leak
"""
MARK = "# Your own tasks"


@dataclass(frozen=True)
class EntryPoint:
    """How words become a process, and what a hint for this entry point begins with."""

    name: str
    prefix: str
    command: Callable[[list[str]], list[str]]
    variables: Callable[[list[str]], dict[str, str]] = lambda _: {}

    def run(self, folder: ProjectFolder, *words: str, code: int | None = 0) -> Result:
        """Go through the entry point; the test fails unless it ends with `code`."""
        typed = list(words)
        return folder.process(self.command(typed), code, variables=self.variables(typed))


class Batch(EntryPoint):
    """An entry point of cmd.exe: words are typed into a batch file, quoted as that needs it."""

    def run(self, folder: ProjectFolder, *words: str, code: int | None = 0) -> Result:
        """Go through the entry point; the test fails unless it ends with `code`."""
        line = " ".join([self.prefix, *map(quoted_for_cmd, words)])
        folder.write("typed.cmd", f"@chcp 65001 >nul\n@{line}\n")
        return super().run(folder, *words, code=code)


def quoted_for_cmd(word: str) -> str:
    """Return a word as it stands in a batch file: `"` and `%` doubled, and `\\` before `"`."""
    escaped = re.sub(r'(\\*)("|$)', lambda found: found[1] * 2 + found[2] * 2, word)
    return '"' + escaped.replace("%", "%%") + '"'


def _invoke(words: list[str]) -> list[str]:
    """Return the words with the flags that plain Invoke needs for them."""
    verb, *rest = words
    flag = {"upgrade": "--revision", "downgrade": "--revision"}.get(verb)
    if flag and rest and not rest[0].startswith("--"):
        rest[0] = f"{flag}={rest[0]}"
    return ["inv", verb, *rest]


def handed_over(words: list[str]) -> dict[str, str]:
    """Return what migrate.ps1 sets, for the Python side of its hand-over."""
    return {
        "DBTASKS_ENTRY_POINT": "migrate.ps1",
        "DBTASKS_WORDS": "".join(word + WORD_END for word in words),
    }


PS1_PREFIX = r".\migrate.ps1" if IS_WINDOWS else "./migrate.ps1"
PYTHON_NAME = os.path.basename(sys.executable).removesuffix(".exe")  # noqa: PTH119
TASKS_PY = EntryPoint(
    "python tasks.py",
    f"{PYTHON_NAME} tasks.py",
    lambda words: [sys.executable, "tasks.py", *words],
)
INVOKE = EntryPoint("inv", "inv", _invoke)
JUST = EntryPoint("just", "just", lambda words: ["just", *words])
JUST_WITHOUT_SH = EntryPoint(
    "just without sh", "just", lambda words: ["just", "-f", "nosh.just", *words]
)
HAND_OVER = EntryPoint(
    "the hand-over of migrate.ps1",
    PS1_PREFIX,
    lambda _: [sys.executable, "tasks.py"],
    handed_over,
)
MIGRATE_CMD = Batch("migrate.cmd", r".\migrate.cmd", lambda _: ["cmd", "/d", "/c", "typed.cmd"])

HERE = [TASKS_PY, JUST, HAND_OVER, MIGRATE_CMD if IS_WINDOWS else JUST_WITHOUT_SH]
"""The entry points of this platform, other than plain Invoke and PowerShell.

Under Unix the program that stands in for a shell on Windows is tried in place of sh.
"""


def furnish(folder: ProjectFolder) -> None:
    """Give a project tasks and recipes of its own, and a justfile that uses no sh."""
    text = (folder.root / "tasks.py").read_text(encoding="utf-8")
    before, mark, after = text.partition(MARK)
    rest_of_line, _, end = after.partition("\n")
    folder.write("tasks.py", f"{before}{mark}{rest_of_line}\n{OWN_TASKS}{end}")
    justfile = (folder.root / "justfile").read_text(encoding="utf-8") + OWN_RECIPES
    folder.write("justfile", justfile)
    folder.write("nosh.just", justfile.replace("set windows-shell", "set shell"))
