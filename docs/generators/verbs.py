"""verbs.md: what `help` prints of each verb."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from dbtasks.cli.help import verb_help
from dbtasks.cli.verbs import GROUPS, database_tasks
from docs.generators.documented import first_line

BINARY = "python tasks.py"
COLUMNS = "100"
HEAD = """\
# The verbs

Written by `python tasks.py docs`, from the tasks themselves: each block is what `help VERB` prints.
The words are the same through every [entry point](entry-points.md). See also:
[settings](settings.md), [exit codes](exit-codes.md), [`--json`](json.md).
"""


def page(root: Path) -> str:
    """Return the page."""
    with patch.dict(os.environ, COLUMNS=COLUMNS):  # the help is as wide as the terminal
        return "\n".join([HEAD, *_table(), "", *_sections(root)])


def _table() -> Iterator[str]:
    yield "| verb | what it does |"
    yield "|---|---|"
    for module in GROUPS.values():
        for task in module.VERBS:
            yield f"| [`{task.name}`](#{task.name}) | {first_line(task)} |"


def _sections(root: Path) -> Iterator[str]:
    collection = database_tasks(root)
    contexts = {context.name: context for context in collection.to_contexts()}
    for module in GROUPS.values():
        for task in module.VERBS:
            text = verb_help(contexts[task.name], task, BINARY)
            yield f"## {task.name}\n\n```text\n{text}\n```\n"
