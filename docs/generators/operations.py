"""operations.md: what a revision may call beside Alembic's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks import operations
from docs.generators.documented import first_line, formatted

HEAD = """\
# The operations

What a revision may call beside [Alembic's own](https://alembic.sqlalchemy.org/en/latest/ops.html).
`migrate` writes them where they are needed; in a revision of your own they work the same, on both
databases. Written by `python tasks.py docs`, from the operations themselves; see [migrating
data](../guides/data.md) for how they are used.

A revision with `from dbtasks import op` is carried out as the verbs do, whoever runs it: plain
`alembic` too, by any env.py, where nothing but the package dbtasks is there. `migrate` writes that
line where Alembic alone would fail or do something else: for operations of ours, for other types
and names of columns, for enums and domains, for what has no name, and for comments on tables. All
other revisions have `from alembic import op`, and need nothing of ours.

Alembic's own operations are what they are for everybody else in the process. In the runs that the
verbs and `run_migrations` begin, and by our `op`, they do some things more safely: a batch on
SQLite rebuilds the table without losing anything of it, and `create_table` on PostgreSQL makes no
enumerated type again.

## op.batch_alter_table on SQLite

Takes all of Alembic's arguments, and leaves the table that plain Alembic leaves; one that fails
raises what Alembic raises (`ValueError`, `KeyError`, SQLAlchemy's `NoSuchTableError` and
`OperationalError`), for a revision to catch. Beside that:

- Triggers, views, indexes with expressions, collations, `AUTOINCREMENT` and checks without a name
  stay. With `copy_from`, `reflect_args`, `reflect_kwargs`, `schema`, `recreate="never"`, a column
  in `table_args` or an option of SQLite other than `sqlite_autoincrement` in `table_kwargs`, the
  revision itself says what the table is: then the batch is Alembic's own, and the last three are
  what the revision says. A check in `table_args` takes the place of those without a name.
- Rows are counted and references checked before and after. A key that others refer to may go in one
  batch and come back in the next.
- An index goes with its column, a column that is renamed is found by both names, and a constraint
  may have no name.
- A batch that makes its table anew and fails leaves nothing of itself, if the revision catches it.

`op.get_bind().engine` lends whoever asks it for a second connection the one of the revision, which
sees what the revision has done so far. What is committed there is committed with the revision.

## Operations of our own
"""


def page(root: Path) -> str:
    """Return the page."""
    del root
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    yield "| operation | what it does |"
    yield "|---|---|"
    for name in registered():
        # Alembic moves the docstring to its own class.
        yield f"| [`op.{name}`](#op{name}) | {first_line(getattr(Operations, name))} |"
    yield ""
    for name, parameters in registered().items():
        text = inspect.getdoc(getattr(Operations, name))
        yield f"## op.{name}\n\n```python\n{_call(name, parameters)}\n```\n\n{text}\n"


def _call(name: str, parameters: list[str]) -> str:
    return formatted(f"op.{name}({', '.join(parameters)})")


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
