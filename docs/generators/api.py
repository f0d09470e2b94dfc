"""api.md: what a program of one's own may import, by its docstrings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import griffe

import dbtasks
from docs.generators.documented import (
    fields,
    first_line,
    formatted,
    in_markdown,
    one_line,
    public,
    text_of,
)
from docs.generators.json import section_name, shown_values

HEAD = """\
# The library

Written by `python tasks.py docs`, from the docstrings of `dbtasks.__all__`; the examples are run by
tests, in a project as `init` leaves it. How the functions go together, the
[guide](../guides/library.md) says.

## What is promised

- **These names stay.** No function, parameter, field, error or exit code that stands here goes or
  changes its meaning without a new major version; before 1.0, without a new minor one. The
  [changelog](../../CHANGELOG.md) says what did.
- **More may come** in any version: parameters that need not be given, fields, errors below those
  that there are.
- **A revision that was written once runs.** [Operations](operations.md) keep their names and their
  arguments: a history is kept for years.
- **Not promised** are the words of messages, the layout of what is printed without `--json`, and
  what stands in modules whose names are not here.
"""
PROJECT = ("Project", "load_settings", "database_url")
OWN_FILES = ("main", "database_tasks", "run_migrations", "ListOf")
HANDED_IN = ("Watch", "Approve", "ApproveAdditions", "Ask")
PLAIN = ("Path", "None")
LONGEST = 100


def page(root: Path) -> str:
    """Return the page."""
    del root
    return "\n".join([HEAD, *_functions(), *_handed_in(), *_results(), *_errors()])


def _functions() -> Iterator[str]:
    others = {*PROJECT, *OWN_FILES}
    functions = [name for name in dbtasks.__all__ if isinstance(public(name), griffe.Function)]
    sections = {
        "The project": PROJECT,
        "The verbs": [*(name for name in functions if name not in others), "Answers"],
        "In a project's own files": OWN_FILES,
    }
    for title, names in sections.items():
        yield f"## {title}\n"
        yield from map(_described, names)
        if names is PROJECT:
            yield from _settings()


def _described(name: str) -> str:
    item = public(name)
    code = f"```python\n{_signature(item)}\n```"
    table = _table(item) if isinstance(item, griffe.Class) else ""
    return (
        "\n\n".join(filter(None, [f"### {name}", code, in_markdown(text_of(item)), table])) + "\n"
    )


def _signature(item: griffe.Object) -> str:
    """Return how something is called, as a formatter lays it out."""
    function, name = item, item.name
    if isinstance(item, griffe.Class):
        is_loaded = "load" in item.members
        function = item.members["load" if is_loaded else "__init__"]
        name = "Project.load" if is_loaded else name
    assert isinstance(function, griffe.Function)
    line = function.signature().replace("(self, ", "(").removeprefix(function.name)
    code = f"def {'_' * len(name)}{line}: ..."
    laid_out = formatted(code).removesuffix(": ...").removesuffix(" -> None")
    return name + laid_out[len(f"def {name}") :]


def _table(class_: griffe.Class) -> str:
    """Return a table of a class's attributes, of those whose types are public too."""
    rows = [
        f"| `{name}` | `{one_line(kind)}` | {text} |"
        for name, kind, text in fields(class_)
        if text and set(re.findall(r"[A-Z]\w+", kind)) <= {*dbtasks.__all__, *PLAIN}
    ]
    return "\n".join(["| attribute | type | meaning |", "|---|---|---|", *rows]) if rows else ""


def _handed_in() -> Iterator[str]:
    yield "## What is handed in\n"
    yield "| name | is | meaning |"
    yield "|---|---|---|"
    for name in HANDED_IN:
        item = public(name)
        assert isinstance(item, griffe.Attribute)
        yield f"| `{name}` | `{item.value}` | {one_line(text_of(item))} |"
    yield ""


def _settings() -> Iterator[str]:
    settings, environment = public("Settings"), public("Environment")
    assert isinstance(settings, griffe.Class)
    names = ", ".join(f"`{name}`" for name in environment.members if name.isupper())
    yield f"### Settings\n\n{text_of(settings)}\n\n{_table(settings)}\n"
    yield f"### Environment\n\n{text_of(environment)} One of {names}.\n"


def _results() -> Iterator[str]:
    yield "## Results\n"
    yield "Frozen dataclasses; their fields are the keys of [`--json`](json.md).\n"
    yield "| name | holds |"
    yield "|---|---|"
    for name in shown_values():
        anchor = section_name(name).replace(" ", "-")
        yield f"| [`{name}`](json.md#{anchor}) | {one_line(text_of(public(name)))} |"
    yield ""


def _errors() -> Iterator[str]:
    yield "## Errors\n"
    yield f"{text_of(public('DbtasksError'))}\n"
    yield f"### Command\n\n{text_of(public('Command'))}\n"
    yield "### All of them\n"
    yield "| error | is a | exit code | means |"
    yield "|---|---|---|---|"
    for name in filter(_is_error, dbtasks.__all__):
        class_ = getattr(dbtasks, name)
        base = class_.__base__.__name__
        yield f"| `{name}` | `{base}` | {class_.exit_code:d} | {first_line(class_)} |"
    yield ""
    yield "`ExitCode` names the [exit codes](exit-codes.md)."


def _is_error(name: str) -> bool:
    item = getattr(dbtasks, name)
    return isinstance(item, type) and issubclass(item, Exception)
