"""How changes are shown: one below the other, by the side where each is, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbtasks.cli.layout import BAD, FAINT, GOOD, WARNING, Line, Piece, line
from dbtasks.values import Change

INDENT = 2
_SIGN_STYLES = {"+": GOOD, "-": BAD, "~": WARNING, "?": WARNING}


def changes(found: Iterable[Change], indent: int = 0) -> Iterator[Line]:
    """Yield a line for each change."""
    margin = " " * indent
    for change in found:
        style = _SIGN_STYLES.get(change.sign, "")
        yield Line((Piece(str(change), style),), margin, margin + " " * INDENT)


def sides(differences: Iterable[Change], other: str) -> Iterator[Line]:
    """Yield the differences between the models and another side, by the side where each is."""
    places = {"+": "only in the models", "-": f"only in the {other}", "?": "found by other tools"}
    both = f"in both, and different ({other} -> models)"
    found = [(places.get(change.sign, both), change) for change in differences]
    for side in (*places.values(), both):
        here = [change for place, change in found if place == side]
        if here:
            yield line(f"{side}:", FAINT)
            yield from changes(here, INDENT)


def effect(
    direction: str,
    found: tuple[Change, ...] | None,
    losses: tuple[str, ...],
    locks: tuple[str, ...],
) -> Iterator[Line]:
    """Yield what a revision does in a direction; nothing where nobody has looked."""
    if found is None:
        return
    yield line(f"{direction}:" if found else f"{direction}: nothing", FAINT)
    said_once = [item for item in found if item.what not in losses]
    yield from changes(said_once, INDENT)
    yield from (line(f"loses: {loss}", BAD, indent=INDENT) for loss in losses)
    yield from (line(f"locks: {lock}", WARNING, indent=INDENT) for lock in locks)
