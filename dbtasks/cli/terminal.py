"""Where text meets the outside: pipes, terminals, code pages, questions.

What a real terminal gets beside bare text (colour, a progress bar) is in `console`, which is
imported only for one: it needs rich, and a pipe shall not wait for that.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from dbtasks.errors import RefusedError, UsageError
from dbtasks.hints import Command, WriteCommand

if TYPE_CHECKING:
    from dbtasks.cli.layout import Block
    from dbtasks.values import AppliedStep, Plan


class Steps(Protocol):
    """What shows the steps of a plan while it is carried out."""

    def begin(self, plan: Plan) -> None:
        """Notice that the plan is carried out from now on."""

    def done(self, plan: Plan, step: AppliedStep) -> None:
        """Show a step that is done."""


def prepare() -> None:
    """Make both streams fit to print on.

    A character that the terminal's code page lacks shows as `?` instead of failing. A stream that
    was closed, as by `>&-` or by a service manager, leads nowhere.
    """
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def show(value: object, write: WriteCommand, *, as_json: bool = False) -> None:
    """Print a value to stdout; nothing for None. `write` writes down what to type next."""
    if value is None:
        return
    from dbtasks.cli import report
    from dbtasks.cli.as_json import to_json
    from dbtasks.values import Sql

    if as_json:
        print(to_json(value))  # noqa: T201
    elif isinstance(value, Sql):
        _print_exactly(value.sql or "-- Nothing to do.", sys.stdout)
    else:
        show_blocks(report.to_blocks(value, write), sys.stdout)


def show_blocks(blocks: Iterable[Block], stream: TextIO) -> None:
    """Print the parts of a report: bare in a pipe, as people like it on a terminal."""
    if stream.isatty():
        from dbtasks.cli.console import print_blocks

        print_blocks(blocks, stream)
    else:
        for block in blocks:
            print(block.plain(), file=stream, flush=True)


def show_notes(notes: Iterable[str]) -> None:
    """Print what is to be known beside the answer, to stderr."""
    from dbtasks.cli.layout import WARNING, line

    show_blocks((line(note, WARNING) for note in notes), sys.stderr)


@contextmanager
def clean_stdout() -> Iterator[None]:
    """Send to stderr what anybody prints meanwhile, programs that are started included."""
    with redirect_stdout(sys.stderr):
        try:
            kept = os.dup(1)
        except OSError:  # there is no stdout at all
            yield
            return
        os.dup2(2, 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


@contextmanager
def steps() -> Iterator[Steps]:
    """Show each step of a plan with its time; on a terminal with a bar, if it takes long."""
    if sys.stdout.isatty():
        from dbtasks.cli.console import Bar

        with Bar(sys.stdout) as bar:
            yield bar
    else:
        yield _StepLines()


def confirm(question: str, expected: str, unasked: Command) -> None:
    """Return if the user types `expected`; raise `RefusedError` for anything else.

    Without a terminal there is nobody to ask, which is a `UsageError` that names `unasked`, the
    command that asks nothing.
    """
    ask = questioner()
    end = "\n" if "\n" in question else " "
    if ask is None:
        raise UsageError(
            f"{question}{end}There is no terminal to ask on. Nothing was done.",
            "To go on without a question: ",
            unasked,
        )
    if ask(f"{question}{end}Type {expected} to go on:") != expected:
        raise RefusedError("Not confirmed. Nothing was done.")


def questioner() -> Callable[[str], str] | None:
    """Return what puts a question to the person at the terminal; None where there is none.

    It raises `RefusedError` where the person ends the input instead of answering.
    """
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(question: str) -> str:
        from dbtasks.cli.layout import harmless

        print(harmless(question), end=" ", file=sys.stderr, flush=True)  # noqa: T201
        line = sys.stdin.readline()
        if not line:
            raise RefusedError("No answer was given. Nothing was done.")
        return line.strip()

    return ask


class _StepLines:
    """Shows each step as a line of bare text."""

    def begin(self, plan: Plan) -> None:
        """Do nothing: there is no step to tell of yet."""

    def done(self, plan: Plan, step: AppliedStep) -> None:
        """Show a step that is done."""
        from dbtasks.cli import report

        show_blocks([report.step_line(plan, step)], sys.stdout)


def _print_exactly(text: str, stream: TextIO) -> None:
    """Print text for a program: in a pipe it is UTF-8, because a `?` would change what it does."""
    if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
        stream.reconfigure(encoding="utf-8", errors="strict")
    if stream.isatty():
        from dbtasks.cli.layout import harmless

        text = harmless(text)
    print(text.rstrip(), file=stream)
