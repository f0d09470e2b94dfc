"""The text of --help: all verbs by group, or one verb with its options."""

from __future__ import annotations

import inspect
import shutil
import textwrap
from collections.abc import Iterable
from typing import Any

from invoke.collection import Collection
from invoke.parser.argument import Argument
from invoke.parser.context import ParserContext
from invoke.tasks import Task

from dbtasks.cli.verbs import GROUPS


def overview(collection: Collection, binary: str) -> str:
    """Return what there is to type: the verbs by group, then the project's own tasks."""
    lines = [f"Usage: {binary} VERB [WORD] [--option ...]", ""]
    shown: set[str] = set()
    for title, module in GROUPS.items():
        tasks = {task.name: task for task in module.VERBS if task.name in collection.task_names}
        lines += [f"{title}:", *_columns(_summaries(tasks)), ""]
        shown |= set(tasks)
    own = {name: collection[name] for name in sorted(collection.task_names) if name not in shown}
    if own:
        lines += ["This project's own:", *_columns(_summaries(own)), ""]
    lines.append(f"More on a verb: {binary} VERB --help")
    return "\n".join(lines)


def verb_help(context: ParserContext, task: Task[Any], binary: str) -> str:
    """Return how one task is used."""
    words = "".join(_usage(argument) for argument in context.positional_args)
    options = [item for item in context.args.values() if item not in context.positional_args]
    usage = f"Usage: {binary} {context.name}{words}" + (" [--option ...]" if options else "")
    lines = [usage, "", inspect.getdoc(task) or "", ""]
    if context.positional_args:
        pairs = [(str(item.name).upper(), item.help or "") for item in context.positional_args]
        lines += ["Words:", *_columns(pairs), ""]
    if options:
        lines += ["Options:", *_columns((_flag(item), item.help or "") for item in options), ""]
    return "\n".join(lines).rstrip()


def _summaries(tasks: dict[str, Task[Any]]) -> list[tuple[str, str]]:
    return [(name, (inspect.getdoc(task) or "").partition("\n")[0]) for name, task in tasks.items()]


def _usage(argument: Argument) -> str:
    name = str(argument.name).upper()
    return f" {name}" if argument.value is None else f" [{name}]"


def _flag(argument: Argument) -> str:
    names = [f"--{name}" if len(name) > 1 else f"-{name}" for name in argument.names]
    return ", ".join(names) + (" VALUE" if argument.takes_value else "")


def _columns(pairs: Iterable[tuple[str, str]]) -> list[str]:
    pairs = list(pairs)
    width = max(len(name) for name, _ in pairs)
    room = max(24, shutil.get_terminal_size().columns - width - 5)
    lines = []
    for name, text in pairs:
        first, *more = textwrap.wrap(text, room) or [""]
        lines.append(f"  {name:<{width}}  {first}".rstrip())
        lines += [" " * (width + 4) + line for line in more]
    return lines
