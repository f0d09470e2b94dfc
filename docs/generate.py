"""Writes the pages of docs/reference/ that the code itself knows best: verbs and operations."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks import operations
from dbtasks.cli.help import verb_help
from dbtasks.cli.verbs import GROUPS, database_tasks

ROOT = Path(__file__).resolve().parent.parent
BINARY = "python tasks.py"
COLUMNS = "100"
LONGEST = 100

VERBS = f"""\
# The verbs

Written by `{BINARY} docs`, from the tasks themselves: each block is what `help VERB` prints. The
words are the same through every [entry point](entry-points.md). See also:
[settings](settings.md), [exit codes](exit-codes.md), [`--json`](json.md).
"""

OPERATIONS = f"""\
# The operations

What a revision may call beside [Alembic's own](https://alembic.sqlalchemy.org/en/latest/ops.html).
`migrate` writes them where they are needed; in a revision of your own they work the same, on both
databases. Plain `alembic` knows them too. Written by `{BINARY} docs`, from the operations
themselves; see [migrating data](../guides/data.md) for how they are used.

Alembic's own operations are what they are for everybody else in the process. In the runs that
`run_migrations` begins, they do some things more safely: a batch on SQLite rebuilds the table
without losing anything of it, and `create_table` on PostgreSQL makes no enumerated type again. In
such a batch, `copy_from`, `reflect_args`, `reflect_kwargs`, `naming_convention` and
`partial_reordering` have no effect: the table is taken as SQLite keeps it.
"""


def pages() -> dict[Path, str]:
    """Return each generated page as it should be."""
    os.environ["COLUMNS"] = COLUMNS  # the help is as wide as the terminal
    reference = ROOT / "docs" / "reference"
    return {
        reference / "verbs.md": "\n".join([VERBS, *_table_of_verbs(), "", *_verbs()]),
        reference / "operations.md": "\n".join([OPERATIONS, *_operations()]),
    }


def _table_of_verbs() -> Iterator[str]:
    yield "| verb | what it does |"
    yield "|---|---|"
    for module in GROUPS.values():
        for task in module.VERBS:
            yield f"| [`{task.name}`](#{task.name}) | {_first_line(task)} |"


def _verbs() -> Iterator[str]:
    collection = database_tasks(ROOT)
    contexts = {context.name: context for context in collection.to_contexts()}
    for module in GROUPS.values():
        for task in module.VERBS:
            text = verb_help(contexts[task.name], task, BINARY)
            yield f"## {task.name}\n\n```text\n{text}\n```\n"


def _operations() -> Iterator[str]:
    yield "| operation | what it does |"
    yield "|---|---|"
    for name in registered():
        # Alembic moves the docstring to its own class.
        yield f"| [`op.{name}`](#op{name}) | {_first_line(getattr(Operations, name))} |"
    yield ""
    for name, parameters in registered().items():
        text = inspect.getdoc(getattr(Operations, name))
        yield f"## op.{name}\n\n```python\n{_call(name, parameters)}\n```\n\n{text}\n"


def _call(name: str, parameters: list[str]) -> str:
    line = f"op.{name}({', '.join(parameters)})"
    if len(line) <= LONGEST:
        return line
    return "\n".join([f"op.{name}(", *(f"    {item}," for item in parameters), ")"])


def registered() -> dict[str, list[str]]:
    """Return the operations that the library registers with Alembic, with their parameters."""
    found = {}
    for name in operations.__all__:
        module = getattr(operations, name)
        for _, class_ in inspect.getmembers(module, inspect.isclass):
            if issubclass(class_, MigrateOperation) and class_.__module__ == module.__name__:
                for key, method in inspect.getmembers(class_, inspect.ismethod):
                    if hasattr(Operations, key):
                        found[key] = _parameters(method)
    return dict(sorted(found.items()))


def _parameters(function: Callable[..., Any]) -> list[str]:
    _, *parameters = inspect.signature(function).parameters.values()
    bare = (str(item.replace(annotation=inspect.Parameter.empty)) for item in parameters)
    return [text.replace("'", '"') for text in bare]


def _first_line(documented: object) -> str:
    return (inspect.getdoc(documented) or "").partition("\n")[0]


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
