"""What `init` adds, and what it leaves to be added by hand, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbtasks.additions import Additions, Advice
from dbtasks.cli.layout import FAINT, GOOD, STRONG, WARNING, Block, Line, Piece, line

_INDENT = 2


def additions_blocks(value: Additions) -> Iterator[Block]:
    """Yield what would be added, a line each, and what is left to be done by hand."""
    revision = ["a first revision of the models"] if value.writes_revision else []
    ignored = [f"lines of .gitignore: {', '.join(value.ignored)}"] if value.ignored else []
    database = [f"the database {value.database}"] if value.creates_database else []
    added = (*value.files, *ignored, *revision, *database)
    yield line("To be added:" if added else "Nothing to add.", STRONG if added else GOOD)
    yield from (line(item, indent=_INDENT) for item in added)
    if value.kept:
        yield line(f"to stay as it is: {', '.join(value.kept)}", FAINT)
    yield from advice_blocks(value.advice)


def advice_blocks(advice: Iterable[Advice]) -> Iterator[Block]:
    """Yield each advice, with its lines as they are to stand in the file."""
    for item in advice:
        yield line(item.text, WARNING)
        yield from (Line((Piece(row),), " " * _INDENT, wraps=False) for row in item.lines)
