"""The history as a graph of text, in the manner of `git log --graph`, with ASCII alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbtasks.values import Revision


def draw(revisions: Sequence[Revision]) -> Iterator[tuple[str, Revision | None]]:
    """Yield each line of the graph: its drawing, and the revision that stands in it, if any.

    `revisions` come children before parents. Each column of the drawing is an edge on its way
    down to a parent; `columns` holds the ids that the open edges lead to.
    """
    columns: list[str] = []
    for revision in revisions:
        if revision.id not in columns:
            columns.append(revision.id)
        place = columns.index(revision.id)
        yield from _joined(columns, revision.id)
        marks = ["*" if index == place else "|" for index in range(len(columns))]
        yield " ".join(marks), revision
        parents = [parent for parent in revision.down if parent not in columns]
        columns[place : place + 1] = parents
        if len(parents) > 1:
            yield (
                " ".join(["|"] * place) + " " * bool(place) + "|\\" + " \\" * (len(parents) - 2),
                None,
            )
        elif not parents and place < len(columns):
            yield " ".join(["|"] * place) + " " * bool(place) + " /" * (len(columns) - place), None


def _joined(columns: list[str], id_: str) -> Iterator[tuple[str, None]]:
    """Close all edges but the first that lead to `id_`."""
    while columns.count(id_) > 1:
        last = len(columns) - 1 - columns[::-1].index(id_)
        yield " ".join(["|"] * last) + "/", None
        del columns[last]
