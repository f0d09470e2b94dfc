"""json.md: what each verb prints for a program, by the values that the verbs return."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from invoke import Task

from dbtasks import additions, failure, values
from dbtasks.cli.verbs import GROUPS
from docs.generators.documented import fields, public

HEAD = """# `--json`: what each verb prints for a program

Every verb takes `--json`. Then stdout holds one JSON object and nothing else: what your models,
migrations or seeds print meanwhile goes to stderr, and so do the steps of an `upgrade`. The text is
plain ASCII (other characters are escaped), so no pipe and no code page can change it.

When a verb fails, stdout holds a [failed](#failed) object instead, and the
[exit code](exit-codes.md) says what kind of failure it was. That is so for words that are not
understood and for Ctrl+C too. (Plain `inv` reads the words itself, and answers those that it does
not understand in its own text.) `status --check` and `check` print their object and end with 3 or
4.

Keys are never renamed or removed without a new major version. New keys may come.

A database is named by its address, password hidden. Paths are from the project's root, with
forward slashes. Times are in seconds.
"""
TABLE = """## Which verb prints what

| verb | prints |
|---|---|"""
_FLAGS = {"Additions": "plan"}
"""The flags that ask for a value which is not called as they are."""
_SCALARS = {"str": "string", "bool": "boolean", "float": "number", "int": "number"}


def page(root: Path) -> str:
    """Return the page."""
    del root
    return "\n".join([HEAD, TABLE, *_rows(), "", *(_section(name) for name in shown_values())])


def section_name(name: str) -> str:
    """Return how the page calls a value: `applied step`."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _rows() -> Iterator[str]:
    for task in (task for module in GROUPS.values() for task in module.VERBS):
        kinds = task.body.__annotations__
        for name in _returned(task):
            flag = _FLAGS.get(name, name.lower())
            line = f"{task.name} --{flag}" if kinds.get(flag) == "bool" else task.name
            title = section_name(name)
            yield f"| `{line}` | [{title}](#{title.replace(' ', '-')}) |"


def _returned(task: Task[Any]) -> list[str]:
    """Return the values that a verb returns; one called as a flag of the verb is that flag's."""
    names = re.findall(r"\w+", task.body.__annotations__["return"])
    return list(
        dict.fromkeys(
            name for name in names if any(hasattr(module, name) for module in (values, additions))
        )
    )


def shown_values() -> Iterator[str]:
    """Yield the values that verbs print, and those that stand in them, in the modules' order."""
    for module in (values, additions, failure):
        for name, value in vars(module).items():
            if is_dataclass(value) and value.__module__ == module.__name__ and name != "NotKnown":
                yield name


def _section(name: str) -> str:
    rows = [
        f"| `{key}` | {_kind(kind)} | {_said(text)} |" for key, kind, text in fields(public(name))
    ]
    table = ["| key | type | meaning |", "|---|---|---|", *rows]
    return "\n".join([f"## {section_name(name)}", "", *table, ""])


def _kind(annotation: str) -> str:
    """Return a type in JSON's words."""
    if by_name := re.fullmatch(r"Mapping\[str, (\w+)\]", annotation):
        return f"{section_name(by_name[1])} by name"
    kinds = annotation.split(" | ")
    items = re.fullmatch(r"tuple\[(\w+), \.\.\.\]", kinds[0])
    kind = items[1] if items else kinds[0]
    told = _SCALARS.get(kind) or section_name(kind)
    return "list of " * bool(items) + told + " or null" * ("None" in kinds)


def _said(text: str) -> str:
    return re.sub(r"\bNone\b", "null", text)
