"""The history as a graph of text, newest revision first, with ASCII alone.

Every edge, from a child down to one of its parents, has a lane to itself: a column of `|` from
the one to the other. A revision takes the leftmost lane that leads to it. `|-.` opens lanes for
a merge's further parents, and `|-'` ends those of a parent's further children; the line across
starts at the revision that it belongs to, and passes over the lanes in between. `*` is a revision
that the database holds, `o` one that it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dbtasks.values import Revision

APPLIED, PENDING = "*", "o"
_EDGE, _ACROSS, _OPENS, _ENDS = "|", "-", ".", "'"


@dataclass(frozen=True)
class Row:
    """One row of the drawing.

    `text` is its graph and `below` what goes on beneath it, where more rows of text are needed.
    `revision` stands in it; None for a row that only joins lanes.
    """

    text: str
    below: str
    revision: Revision | None = None


def draw(revisions: Sequence[Revision]) -> Iterator[Row]:
    """Yield the rows of the graph of `revisions`, which come children before parents."""
    known = {revision.id for revision in revisions}
    lanes = _Lanes()
    for revision in revisions:
        yield from lanes.end_at(revision.id)
        parents = [parent for parent in dict.fromkeys(revision.down) if parent in known]
        yield lanes.node(revision, parents)
        yield from lanes.open_for(parents[1:])


class _Lanes:
    """The lanes from left to right: the id that each leads down to, None for a free one."""

    def __init__(self) -> None:
        self.targets: list[str | None] = []
        self.place = 0
        self.ended: int | None = None

    def end_at(self, id_: str) -> Iterator[Row]:
        """Find the revision's place, and end all other lanes that lead to it."""
        leading = [lane for lane, target in enumerate(self.targets) if target == id_]
        self.place, *others = leading or [self._free(-1)]
        if others:
            text = self._across(others, _ENDS)
            for lane in others:
                self.targets[lane] = None
            yield Row(text, self._edges())
        self.targets[self.place] = id_

    def node(self, revision: Revision, parents: Sequence[str]) -> Row:
        """Return the row of the revision; its lane goes on to its first parent."""
        marks = [_EDGE if target else " " for target in self.targets]
        marks[self.place] = APPLIED if revision.is_applied else PENDING
        self.targets[self.place] = parents[0] if parents else None
        # A lane that ended in this row stays empty in the next, which else would look connected.
        self.ended = None if parents else self.place
        return Row(" ".join(marks).rstrip(), self._edges(), revision)

    def open_for(self, parents: Sequence[str]) -> Iterator[Row]:
        """Open a lane for each of a merge's further parents."""
        if parents:
            opened = []
            for parent in parents:
                opened.append(self._free(self.place))
                self.targets[opened[-1]] = parent
            yield Row(self._across(opened, _OPENS), self._edges())

    def _free(self, beyond: int) -> int:
        """Return the first free lane to the right of `beyond`, a new one if need be."""
        for lane in range(beyond + 1, len(self.targets)):
            if self.targets[lane] is None and lane != self.ended:
                return lane
        self.targets.append(None)
        return len(self.targets) - 1

    def _across(self, ends: Sequence[int], mark: str) -> str:
        cells = [_EDGE if target else " " for target in self.targets]
        for lane in range(self.place + 1, max(ends)):
            cells[lane] = cells[lane].replace(" ", _ACROSS)
        for lane in ends:
            cells[lane] = mark
        start, end = 2 * self.place, 2 * max(ends)
        text = " ".join(cells)
        return (text[:start] + text[start:end].replace(" ", _ACROSS) + text[end:]).rstrip()

    def _edges(self) -> str:
        return " ".join(_EDGE if target else " " for target in self.targets).rstrip()
