"""Writes docs/reference/verbs.md from the tasks themselves."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from pathlib import Path

from dbtasks.overview import verb_help
from dbtasks.tasks import GROUPS, database_tasks

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "verbs.md"
BINARY = "python tasks.py"
COLUMNS = "100"

INTRODUCTION = f"""\
# The verbs

Written by `{BINARY} docs`, from the tasks themselves: each block is what `help VERB` prints. The
words are the same through every [door](doors.md). See also: [settings](settings.md),
[exit codes](exit-codes.md), [`--json`](json.md).
"""


def page() -> str:
    """Return the page as it should be."""
    os.environ["COLUMNS"] = COLUMNS  # the help is as wide as the terminal
    return "\n".join([INTRODUCTION, *_table(), "", *_sections()])


def _table() -> Iterator[str]:
    yield "| verb | what it does |"
    yield "|---|---|"
    for module in GROUPS.values():
        for task in module.VERBS:
            summary = (inspect.getdoc(task) or "").partition("\n")[0]
            yield f"| [`{task.name}`](#{task.name}) | {summary} |"


def _sections() -> Iterator[str]:
    collection = database_tasks(ROOT)
    contexts = {context.name: context for context in collection.to_contexts()}
    for module in GROUPS.values():
        for task in module.VERBS:
            text = verb_help(contexts[task.name], task, BINARY)
            yield f"## {task.name}\n\n```text\n{text}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
