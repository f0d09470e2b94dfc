"""What only a person knows: which column is an old one renamed, and what fills the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dbtasks.errors import UsageError
from dbtasks.hints import Command, command

Ask = Callable[[str], str]
"""Puts a question to the person at the terminal and returns the answer."""


@dataclass(frozen=True)
class Answers:
    """The answers given beforehand, and a way to ask for more.

    `renames` maps `table.old` or `table` to the new name, `fills` maps `table.column` to SQL.
    Without `ask` there is nobody to ask; `quiet` stands for plain Alembic, which asks nothing:
    then nothing is a rename, and rows that exist get no value. `message` is the revision's, for
    the commands that errors show.

    >>> dbtasks.Answers(renames={"gigs.title": "name"}).renames
    {'gigs.title': 'name'}
    """

    renames: dict[str, str] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)
    no_rename: bool = False
    allow_drops: bool = False
    ask: Ask | None = None
    quiet: bool = False
    message: str = "what changed"

    def command(self, *flags: str) -> Command:
        """Return the command that gives these answers, and more flags."""
        renames = (("--rename", f"{old}={new}") for old, new in self.renames.items())
        fills = (("--fill", f"{name}={sql}") for name, sql in self.fills.items())
        given = [word for pair in (*renames, *fills) for word in pair]
        given += ["--no-rename"] * self.no_rename + ["--allow-drops"] * self.allow_drops
        return command("migrate", self.message, *given, *flags)

    def with_fills(self, questions: Mapping[str, str]) -> Answers:
        """Ask what columns are filled with, by `table.column`, and return all answers."""
        given = {name: self.asked(question) for name, question in questions.items()}
        return replace(self, fills={**self.fills, **given})

    def asked(self, question: str, *choices: str) -> str:
        """Ask until the answer is one of `choices`, or anything at all where there are none."""
        assert self.ask is not None
        while True:
            answer = self.ask(question)
            if answer.lower() in choices or (answer and not choices):
                return answer


def parse_pairs(flag: str, words: Sequence[str], example: str) -> dict[str, str]:
    """Return `name=value` words as a mapping. Raises `UsageError` for one without `=`."""
    pairs = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"{flag} {word!r} is not understood.", f"Write it as {flag} {example}")
        pairs[name.strip()] = value.strip()
    return pairs
