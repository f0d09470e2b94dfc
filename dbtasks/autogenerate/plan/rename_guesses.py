"""What may be an old thing under a new name: what a person is asked about, the likeliest first."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dbtasks.errors import UsageError

Thing = TypeVar("Thing")
Pair = tuple[str, str]
Guess = tuple[Pair, ...]
"""Old names with the new ones that belong together: more than one where names are taken over."""


@dataclass
class Names(Generic[Thing]):
    """The names of one kind of things, in one place: those before, those after, the renames known.

    `before` and `after` stand in front of the names when people are told of them.
    """

    old: Mapping[str, Thing]
    new: Mapping[str, Thing]
    renamed: dict[str, str]
    before: str = ""
    after: str = ""

    @property
    def gone(self) -> list[str]:
        """The old names that nothing has any more, or that something else has taken over."""
        taken = self.renamed.values()
        return [x for x in self.old if x not in self.renamed and (x not in self.new or x in taken)]

    @property
    def come(self) -> list[str]:
        """The new names of what is not known to have been there."""
        taken = self.renamed.values()
        return [x for x in self.new if x not in taken and (x not in self.old or x in self.renamed)]

    @property
    def staying(self) -> list[str]:
        """The names that are there on both sides, and may stand for the same thing."""
        gone = self.gone
        return [x for x in self.old if x in self.new and x not in self.renamed and x not in gone]

    def give(self, old: str, new: str) -> None:
        """Note a rename that a person has said. Raises `UsageError` for one that can't be."""
        said = f"--rename {self.before}{old}={self.after}{new}"
        twin = next((name for name, given in self.renamed.items() if given == new), None)
        if old == new:
            raise UsageError(f"{said} fits nothing: it has that name. {NOTHING}", LEAVE_OUT)
        if twin is not None:
            raise UsageError(
                f"{self.before}{twin} and {self.before}{old} can't both become {self.after}{new}. "
                f"{NOTHING}",
                "Give one of them another name, or leave it out.",
            )
        self.renamed[old] = new

    def taken(self) -> list[tuple[str, str]]:
        """Return the renames to a name that something else has, of which nobody says anything."""
        pairs = self.renamed.items()
        return [(old, new) for old, new in pairs if new in self.old and new not in self.renamed]

    def put_aside(self, going: Collection[str]) -> dict[str, str]:
        """Give what goes another name first, where a rename takes its name over; return those."""
        aside: dict[str, str] = {}
        for _, name in self.taken():
            if name in going:
                taken = {*self.old, *self.new, *aside.values()}
                names = (f"{name[:_ROOM]}_dropped{number or ''}" for number in range(1_000))
                aside[name] = next(item for item in names if item not in taken)
        self.renamed |= aside
        return aside

    def refuse_taken(self) -> None:
        """Raise for a name that something is to get, and that something else still has."""
        for old, new in self.taken():
            raise UsageError(
                f"--rename {self.before}{old}={new} can't be done: the database has "
                f"{self.before}{new} as well, and nobody says what becomes of it. {NOTHING}",
                f"Say that too: with --rename {self.before}{new}=NAME, or with --no-rename "
                f"{self.before}{new} if it goes.",
            )

    def text(self, guess: Guess) -> str:
        """Return a guess in words."""
        return " and ".join(f"{self.before}{old} to {self.after}{new}" for old, new in guess)

    def flags(self, guess: Guess) -> list[str]:
        """Return the words of a command that say that a guess is right."""
        pairs = (("--rename", f"{self.before}{old}={new}") for old, new in guess)
        return [word for pair in pairs for word in pair]


_ROOM = 50
"""How much of a name is kept where more is put behind it: PostgreSQL cuts after 63 bytes."""

NOTHING = "Nothing was written."
LEAVE_OUT = "Check the names, or leave it out."

Alike = Callable[[Thing, Thing], bool]


def guesses(
    names: Names[Thing], alike: Alike[Thing], equal: Alike[Thing], *, ordered: bool = False
) -> list[Guess]:
    """Return what may have been renamed: those first in which names have been passed on.

    `alike` things may be the same. Something whose name stays is asked about only where what has
    its name now is not like it, and something new is `equal` to it. Where things are `ordered`,
    their places tell too.
    """
    old, new = names.old, names.new
    gone, come = names.gone, names.come
    pairs = [((a, b),) for a in gone for b in come if alike(old[a], new[b])]
    changed = [x for x in names.staying if not alike(old[x], new[x])]
    left = [((x, b),) for x in changed for b in come if equal(old[x], new[b])]
    passed = list(_passed_on(names, alike, changed))
    passed += _passed_along(names, alike) if ordered else []
    by_likeness = sorted((*pairs, *left), key=lambda guess: -likeness(*guess[0]))
    return [*dict.fromkeys(passed), *by_likeness]


def _passed_on(names: Names[Thing], alike: Alike[Thing], changed: Sequence[str]) -> Iterator[Guess]:
    """Yield chains over a name that stays, and stands for something else than before."""
    old, new = names.old, names.new
    for a in names.gone:
        for b in names.come:
            for name in changed:
                if alike(old[a], new[name]) and alike(old[name], new[b]):
                    yield ((a, name), (name, b))


def _passed_along(names: Names[Thing], alike: Alike[Thing]) -> Iterator[Guess]:
    """Yield chains in which each thing would have kept its place in the order."""
    if len(names.old) != len(names.new):
        return
    at_its_place = dict(zip(names.old, names.new, strict=True))
    for first in names.gone:
        chain: list[Pair] = []
        last = first
        while last in at_its_place and alike(names.old[last], names.new[at_its_place[last]]):
            chain.append((last, at_its_place.pop(last)))
            last = chain[-1][1]
        if len(chain) > 1 and last in names.come:
            yield tuple(chain)


def likeness(name: str, other: str) -> float:
    """Return how much of two names is the same, from 0 to 1."""
    return difflib.SequenceMatcher(None, name, other).ratio()
