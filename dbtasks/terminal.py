"""Where text meets the terminal: colour, progress, questions, code pages.

rich is imported only when output goes to a terminal; a pipe gets the bare text.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from dbtasks.errors import UsageError

if TYPE_CHECKING:
    from dbtasks.values import AppliedStep, Plan


def prepare() -> None:
    """Let a character that the terminal's code page lacks show as `?` instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def stderr() -> TextIO:
    """Return the error stream, for what must not mix with the answer."""
    return sys.stderr


def show(value: object, *, as_json: bool = False) -> None:
    """Print a value to stdout; nothing for None."""
    if value is None:
        return
    from dbtasks import report

    if as_json:
        print(report.to_json(value))  # noqa: T201
        return
    lines = report.to_lines(value)
    if not sys.stdout.isatty():
        print("\n".join(line.text for line in lines))  # noqa: T201
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        console.print(Text(line.text, style=line.style), soft_wrap=True)


def is_interactive() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str:
    """Return the answer to a question, asked on stderr. The caller makes sure of a terminal."""
    print(question, end=" ", file=sys.stderr, flush=True)  # noqa: T201
    return sys.stdin.readline().strip()


def confirm(question: str, expected: str, without_terminal: str) -> None:
    """Return if the user types `expected`, else raise `UsageError`.

    Without a terminal there is nobody to ask: `without_terminal` says which flag answers.
    """
    if not is_interactive():
        raise UsageError(
            f"{question} There is no terminal to ask on. Nothing was done.", without_terminal
        )
    if ask(f"{question} Type {expected} to go on:") != expected:
        raise UsageError("Not confirmed. Nothing was done.")


def step_watcher() -> Callable[[Plan, AppliedStep], None]:
    """Return what shows each finished step: a line, on a terminal with its place in the plan."""

    def watch(plan: Plan, step: AppliedStep) -> None:
        del plan
        show(step)

    return watch
