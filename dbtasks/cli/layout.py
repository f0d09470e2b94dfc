"""What a report is made of: lines and tables. A pipe and a terminal each show them their way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

GOOD, BAD, WARNING, STRONG, FAINT = "green", "red", "yellow", "bold", "dim"


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing it, all but tabs and ends of lines."""


def harmless(text: str) -> str:
    r"""Return a text with its control characters written out, as `\x1b`.

    Names and messages come from files and databases, and could else act on the terminal of whoever
    looks at them, or show another text than the one that is there.
    """
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


@dataclass(frozen=True)
class Piece:
    """A stretch of text and its style, a word of rich's; empty for plain. The text is harmless."""

    text: str
    style: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", harmless(self.text))


@dataclass(frozen=True)
class Line:
    """One line. Where a terminal is too narrow for it, it goes on below in further rows.

    `margin` stands before the first row and `hanging` before the others. A line that `wraps` is
    broken between words; one that does not is left to the terminal, so that it can be copied.
    """

    pieces: tuple[Piece, ...]
    margin: str = ""
    hanging: str = ""
    wraps: bool = True

    def plain(self) -> str:
        """Return the line as bare text."""
        return self.margin + "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Table:
    """Rows of cells, in aligned columns without rules; only the last column is ever broken."""

    rows: tuple[tuple[Piece, ...], ...]
    indent: int = 0

    def plain(self) -> str:
        """Return the table as bare text."""
        widths = [max(len(cell.text) for cell in column) for column in zip(*self.rows, strict=True)]
        return "\n".join(
            " " * self.indent
            + "  ".join(
                cell.text.ljust(width) for cell, width in zip(row, widths, strict=True)
            ).rstrip()
            for row in self.rows
        )


Block = Line | Table


def line(text: str, style: str = "", indent: int = 0) -> Line:
    """Return a line in one style."""
    return Line((Piece(text, style),), " " * indent, " " * indent)


def copyable(text: str, *, label: str = "") -> Line:
    """Return a line that can be copied from the terminal as it was meant: a command, a file."""
    return Line((Piece(label, FAINT), Piece(text, STRONG)), wraps=False)


def table(rows: Iterable[Iterable[Piece]], indent: int = 0) -> list[Table]:
    """Return a table, or nothing for no rows."""
    settled = tuple(tuple(row) for row in rows)
    return [Table(settled, indent)] if settled else []
