"""The text of --help: all verbs by group, or one verb with its options, at any width."""

from __future__ import annotations

import inspect
import shutil
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from invoke.collection import Collection
from invoke.parser.argument import Argument
from invoke.parser.context import ParserContext
from invoke.tasks import Task

from dbtasks.cli.verbs import GROUPS

_NARROWEST_TEXT = 30
"""Columns. A text with less room beside its name stands below it."""


def overview(collection: Collection, binary: str) -> str:
    """Return what there is to type: the verbs by group, then the project's own tasks."""
    lines = [*_wrapped(f"Usage: {binary} VERB [WORD] [--option ...]", hanging=7), ""]
    shown: set[str] = set()
    for title, module in GROUPS.items():
        tasks = {task.name: task for task in module.VERBS if task.name in collection.task_names}
        lines += [f"{title}:", *columns(_summaries(tasks)), ""]
        shown |= set(tasks)
    own = {name: collection[name] for name in sorted(collection.task_names) if name not in shown}
    if own:
        lines += ["This project's own:", *columns(_summaries(own)), ""]
    lines += _wrapped(f"More on a verb: {binary} VERB --help")
    return "\n".join(lines)


def verb_help(context: ParserContext, task: Task[Any], binary: str) -> str:
    """Return how one task is used."""
    words = "".join(_usage(argument) for argument in context.positional_args)
    options = [item for item in context.args.values() if item not in context.positional_args]
    usage = f"Usage: {binary} {context.name}{words}" + (" [--option ...]" if options else "")
    lines = [*_wrapped(usage, hanging=7), "", *_paragraphs(inspect.getdoc(task) or ""), ""]
    if context.positional_args:
        pairs = [(str(item.name).upper(), item.help or "") for item in context.positional_args]
        lines += ["Words:", *columns(pairs), ""]
    if options:
        lines += ["Options:", *columns((_flag(item), item.help or "") for item in options), ""]
    return "\n".join(lines).rstrip()


def _summaries(tasks: dict[str, Task[Any]]) -> list[tuple[str, str]]:
    return [(name, (inspect.getdoc(task) or "").partition("\n")[0]) for name, task in tasks.items()]


def _usage(argument: Argument) -> str:
    name = str(argument.name).upper()
    return f" {name}" if argument.value is None else f" [{name}]"


def _flag(argument: Argument) -> str:
    names = [f"--{name}" if len(name) > 1 else f"-{name}" for name in argument.names]
    return ", ".join(names) + (" VALUE" if argument.takes_value else "")


def columns(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield names with their texts beside them, or below them where that is too narrow."""
    pairs = list(pairs)
    width = max(len(name) for name, _ in pairs)
    if _room() - width - 4 >= _NARROWEST_TEXT:
        for name, text in pairs:
            first, *more = _wrapped(text, taken=width + 4) or [""]
            yield f"  {name:<{width}}  {first}".rstrip()
            yield from (" " * (width + 4) + line for line in more)
        return
    for name, text in pairs:
        yield from (f"  {line}" for line in _wrapped(name, taken=2, hanging=2))
        yield from (f"      {line}" for line in _wrapped(text, taken=6))


def _paragraphs(text: str) -> Iterator[str]:
    """Yield a docstring's lines as wide as there is room; what is indented stays as it is."""
    for paragraph in text.split("\n\n"):
        is_prose = not any(line.startswith(" ") for line in paragraph.splitlines())
        yield from _wrapped(paragraph) if is_prose else paragraph.splitlines()
        yield ""


def _wrapped(text: str, *, taken: int = 0, hanging: int = 0) -> list[str]:
    room = max(_room() - taken, 10)
    return textwrap.wrap(text, room, subsequent_indent=" " * hanging, break_on_hyphens=False)


def _room() -> int:
    """Return the columns of the terminal, or what COLUMNS says; 80 where neither is known."""
    return shutil.get_terminal_size().columns
