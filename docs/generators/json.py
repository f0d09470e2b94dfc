"""json.md: what each verb prints for a program, by the values that the verbs return."""

from __future__ import annotations

import re
from pathlib import Path

from docs.generators.documented import fields, public

HEAD = """# `--json`: what each verb prints for a program

Every verb takes `--json`. Then stdout holds one JSON object and nothing else: what your models,
migrations or seeds print meanwhile goes to stderr, and so do the steps of an `upgrade`. The text is
plain ASCII (other characters are escaped), so no pipe and no code page can change it.

When a verb fails, stdout is empty, the message is on stderr, and the
[exit code](exit-codes.md) says what kind of failure it was. `status --check` and `check` print
their object and end with 3 or 4.

Keys are never renamed or removed without a new major version. New keys may come.

## Which verb prints what

| verb | prints |
|---|---|
| `status` | [status](#status) |
| `current` | [current](#current) |
| `history` | [history](#history) |
| `heads` | [history](#history), with the heads alone in `revisions` |
| `show` | [revision](#revision) |
| `check` | [check](#check) |
| `wait` | [answered](#answered) |
| `upgrade` | [outcome](#outcome) |
| `downgrade` | [outcome](#outcome) |
| `upgrade --plan` | [plan](#plan) |
| `downgrade --plan` | [plan](#plan) |
| `upgrade --sql` | [sql](#sql) |
| `downgrade --sql` | [sql](#sql) |
| `stamp` | [current](#current) |
| `migrate` | [written](#written) |
| `merge` | [written](#written) |
| `init` | [prepared](#prepared) |
| `reset` | [outcome](#outcome) |

A database is named by its address, password hidden. Paths are from the project's root, with
forward slashes. Times are in seconds.

"""
VALUES = [
    "Status",
    "Current",
    "History",
    "Revision",
    "Check",
    "Change",
    "Plan",
    "Step",
    "Outcome",
    "AppliedStep",
    "Sql",
    "Written",
    "Prepared",
    "Answered",
]
_SCALARS = {"str": "string", "bool": "boolean", "float": "number"}


def page(root: Path) -> str:
    """Return the page."""
    del root
    return "\n".join([HEAD, *(_section(name) for name in VALUES)])


def section_name(name: str) -> str:
    """Return how the page calls a value: `applied step`."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _section(name: str) -> str:
    rows = [
        f"| `{key}` | {_kind(kind)} | {_said(text)} |" for key, kind, text in fields(public(name))
    ]
    table = ["| key | type | meaning |", "|---|---|---|", *rows]
    return "\n".join([f"## {section_name(name)}", "", *table, ""])


def _kind(annotation: str) -> str:
    """Return a type in JSON's words."""
    kinds = annotation.split(" | ")
    items = re.fullmatch(r"tuple\[(\w+), \.\.\.\]", kinds[0])
    kind = items[1] if items else kinds[0]
    told = _SCALARS.get(kind) or section_name(kind)
    return "list of " * bool(items) + told + " or null" * ("None" in kinds)


def _said(text: str) -> str:
    return re.sub(r"\bNone\b", "null", text)
