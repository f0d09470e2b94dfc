"""The drawing of the history, read back: it shows the revisions and the edges that there are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from dbtasks.cli.graph import Row, draw
from dbtasks.values import Revision

Edge = tuple[str, str]


def revision(id_: str, *down: str, is_applied: bool = False) -> Revision:
    return Revision(id_, down, id_, f"{id_}.py", is_head=False, is_applied=is_applied)


@st.composite
def histories(draw_: st.DrawFn) -> list[Revision]:
    """Any history, children before parents: branches, merges, several heads and several bases."""
    ids = [f"r{number}" for number in range(draw_(st.integers(0, 12)))]
    found = []
    for place, id_ in enumerate(ids):
        older = ids[place + 1 :]
        parents = draw_(st.lists(st.sampled_from(older), max_size=3, unique=True)) if older else []
        found.append(revision(id_, *parents, is_applied=draw_(st.booleans())))
    return found


def edges_drawn(rows: Sequence[Row]) -> set[Edge]:
    """Follow the lines of a drawing downwards, as an eye does, from each child to its parents."""
    edges: set[Edge] = set()
    above: dict[int, set[str]] = {}
    for row in rows:
        cells = dict(enumerate(row.text))
        if row.revision is None:
            above = _through_joint(row.text, above)
            continue
        place = next(column for column, mark in cells.items() if mark in "*o")
        edges |= {(child, row.revision.id) for child in above.get(place, ())}
        kept = {column: ids for column, ids in above.items() if cells.get(column) == "|"}
        above = {**kept, place: {row.revision.id}}
    return edges


def _through_joint(text: str, above: dict[int, set[str]]) -> dict[int, set[str]]:
    start = text.index("-") - 1
    below = {column: set(above[column]) for column, mark in enumerate(text) if mark == "|"}
    for column, mark in enumerate(text):
        if mark == "'":
            below[start] |= above[column]
        elif mark == ".":
            below[column] = set(above[start])
    return below


@given(histories())
@settings(deadline=None)
def test_every_revision_is_drawn_once_and_in_order(history: list[Revision]) -> None:
    drawn = [row.revision for row in draw(history) if row.revision]
    assert history == drawn


@given(histories())
@settings(deadline=None)
def test_the_edges_drawn_are_the_edges_of_the_history(history: list[Revision]) -> None:
    expected = {(item.id, parent) for item in history for parent in item.down}
    assert expected == edges_drawn(list(draw(history)))


@given(histories())
@settings(deadline=None)
def test_a_drawing_is_ascii_and_marks_what_is_applied(history: list[Revision]) -> None:
    for row in draw(history):
        assert set(row.text + row.below) <= set("*o|-.' ")
        marks = "".join(mark for mark in row.text if mark in "*o")
        if row.revision:
            assert ("*" if row.revision.is_applied else "o") == marks
        else:
            assert marks == ""


@given(histories())
@settings(deadline=None)
def test_what_goes_on_below_a_row_is_what_the_next_row_starts_from(
    history: list[Revision],
) -> None:
    rows = list(draw(history))
    for row, following in pairwise(rows):
        for column, mark in enumerate(row.below):
            if mark == "|":
                assert following.text[column] in "|*o'"


def test_a_single_line_of_revisions_is_drawn_without_rows_in_between() -> None:
    assert ["o", "*", "*"] == drawing(
        revision("c", "b"), revision("b", "a", is_applied=True), revision("a", is_applied=True)
    )


def test_a_branch_and_its_merge_are_drawn_as_a_loop() -> None:
    assert [
        "o",
        "|-.",
        "| o",
        "o |",
        "|-'",
        "o",
    ] == drawing(
        revision("m", "a", "b"), revision("b", "base"), revision("a", "base"), revision("base")
    )


def test_an_edge_passes_over_the_lanes_in_between() -> None:
    assert [
        "o",
        "| o",
        "| | o",
        "|-|-'",
        "o |",
        "|-'",
        "o",
    ] == drawing(
        revision("h3", "b"),
        revision("h2", "a"),
        revision("h1", "b"),
        revision("b", "a"),
        revision("a"),
    )


def test_an_unrelated_history_starts_beside_the_one_that_ended() -> None:
    assert ["o", "  o", "o"] == drawing(revision("a"), revision("b"), revision("c"))


def test_a_parent_that_is_not_shown_is_not_drawn() -> None:
    assert ["o", "  o"] == drawing(revision("a", "gone"), revision("b", "gone"))


def drawing(*revisions: Revision) -> list[str]:
    return [row.text for row in draw(revisions)]
