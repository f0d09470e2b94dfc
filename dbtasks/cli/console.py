"""Reports on a real terminal: colour, aligned tables, wrapped lines, a bar for what takes long."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table as RichTable
from rich.text import Text

from dbtasks.cli import report
from dbtasks.cli.layout import Block, Line, Piece, Table
from dbtasks.values import AppliedStep, Plan

BAR_DELAY_SECONDS = 1.0


def print_blocks(blocks: Iterable[Block], stream: TextIO) -> None:
    """Print the parts of a report to a terminal, as wide as that is."""
    console = _console(stream)
    for block in blocks:
        _print(console, block)


class Bar:
    """Shows each step of a plan when it is done, and beneath them, after a second, a bar."""

    def __init__(self, stream: TextIO) -> None:
        self._progress = _LateProgress(
            TextColumn("{task.description}", style="dim"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=_console(stream),
            transient=True,
        )
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def begin(self, plan: Plan) -> None:
        """Start the clock for the bar."""
        self._progress.begin(plan.direction, len(plan.steps))

    def done(self, plan: Plan, step: AppliedStep) -> None:
        """Show a step that is done above the bar."""
        if not self._progress.tasks:
            self.begin(plan)
        self._progress.advance(self._progress.task_ids[0])
        _print(self._progress.console, report.step_line(plan, step))


class _LateProgress(Progress):
    """A bar that stays invisible for its first second, so that quick work does not flicker."""

    def __init__(self, *columns: ProgressColumn, console: Console, transient: bool) -> None:
        self._begun = math.inf
        super().__init__(*columns, console=console, transient=transient)

    def begin(self, description: str, total: int) -> None:
        """Start the clock."""
        self._begun = time.monotonic()
        self.add_task(description, total=total)
        self.start()

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return the bar, once it is due."""
        if time.monotonic() - self._begun > BAR_DELAY_SECONDS:
            yield from super().get_renderables()


def _console(stream: TextIO) -> Console:
    """Return rich's view of a terminal; NO_COLOR means no colour and no other emphasis either."""
    plain = bool(os.environ.get("NO_COLOR"))
    return Console(
        file=stream, highlight=False, emoji=False, color_system=None if plain else "auto"
    )


def _print(console: Console, block: Block) -> None:
    if isinstance(block, Table):
        console.print(_grid(block))
    elif block.wraps:
        for row in _rows(console, block):
            console.print(row, crop=False, no_wrap=True, overflow="ignore")
    else:
        console.print(_text(block.pieces), soft_wrap=True)


def _rows(console: Console, block: Line) -> Iterator[Text]:
    """Break a line between words."""
    width = max(console.width - len(block.margin), 1)
    parts = _text(block.pieces).wrap(console, width)
    for number, part in enumerate(parts or [Text()]):
        yield Text(block.hanging if number else block.margin).append_text(part)


def _grid(block: Table) -> Padding:
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    last = len(block.rows[0]) - 1
    for number in range(last + 1):
        grid.add_column(no_wrap=number < last, overflow="fold")
    for row in block.rows:
        grid.add_row(*(Text(cell.text, style=cell.style) for cell in row))
    return Padding(grid, (0, 0, 0, block.indent), expand=False)


def _text(pieces: Iterable[Piece]) -> Text:
    return Text.assemble(*((piece.text, piece.style) for piece in pieces))
