"""What only a person knows: which column is an old one renamed, and what fills the rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dbtasks.errors import DbtasksError, UsageError
from dbtasks.hints import Command, command

Ask = Callable[[str], str]
"""Puts a question to the person at the terminal and returns the answer."""


@dataclass(frozen=True)
class Answers:
    """The answers given beforehand, and a way to ask for more.

    >>> dbtasks.Answers(renames={"gigs.title": "name"}).renames
    {'gigs.title': 'name'}
    """

    renames: dict[str, str] = field(default_factory=dict)
    """New names of columns, tables and enum values, by `table`, `table.column` or
    `enum.value`."""
    fills: dict[str, str] = field(default_factory=dict)
    """The SQL of what rows that exist get, by `table.column`."""
    fill_tables: dict[str, str] = field(default_factory=dict)
    """The query whose rows a table gets, by the table."""
    no_rename: bool = False
    """Whether all that is gone and is not named in `renames` is dropped."""
    no_renames: tuple[str, ...] = ()
    """What was not renamed, each by its old name: what is gone of these is gone."""
    allow_drops: bool = False
    """Whether most of the tables may be dropped."""
    ask: Ask | None = None
    """Asks a person; without it, a missing answer is an error."""
    quiet: bool = False
    """Whether nothing is asked and nothing missed, as by plain Alembic: nothing is a rename then,
    and rows that exist get no value."""
    message: str = "what changed"
    """The revision's message, for the commands that errors show."""

    def command(self, *flags: str) -> Command:
        """Return the command that gives these answers, and more flags."""
        renames = (("--rename", f"{old}={new}") for old, new in self.renames.items())
        fills = (("--fill", f"{name}={sql}") for name, sql in self.fills.items())
        apart = (("--no-rename", name) for name in self.no_renames)
        tables = (("--fill-table", f"{name}={sql}") for name, sql in self.fill_tables.items())
        given = [word for pair in (*renames, *apart, *tables, *fills) for word in pair]
        given += ["--no-rename"] * self.no_rename + ["--allow-drops"] * self.allow_drops
        return command("migrate", self.message, *given, *flags)

    def remind(self, error: DbtasksError, answers: Answers) -> None:
        """Let an error name the command that keeps what a person has typed beyond these answers."""
        if replace(answers, ask=None) != replace(self, ask=None):
            error.next_step += ("\nWhat you have answered is kept by: ", answers.command())

    def with_no_renames(self, names: Iterable[str]) -> Answers:
        """Return the answers with more names that are no old ones of anything."""
        return replace(self, no_renames=tuple(dict.fromkeys((*self.no_renames, *names))))

    def with_fills(self, questions: Mapping[str, str]) -> Answers:
        """Ask what columns are filled with, by `table.column`, and return all answers."""
        given = {name: self.asked(question) for name, question in questions.items()}
        return replace(self, fills={**self.fills, **given})

    def without_fills(self, names: Collection[str]) -> Answers:
        """Return the answers without what fills some columns, which is asked anew."""
        kept = {name: sql for name, sql in self.fills.items() if name not in names}
        return replace(self, fills=kept)

    def asked(self, question: str, *choices: str) -> str:
        """Ask until the answer is one of `choices`, or anything at all where there are none."""
        assert self.ask is not None
        while True:
            answer = self.ask(question)
            if answer.lower() in choices or (answer and not choices):
                return answer


def parse_pairs(flag: str, words: Sequence[str], example: str) -> dict[str, str]:
    """Return `name=value` words as a mapping.

    Raises `UsageError` for one without `=`, and for two answers about the same name.
    """
    pairs: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"{flag} {word!r} is not understood.", f"Write it as {flag} {example}")
        if pairs.setdefault(name.strip(), value.strip()) != value.strip():
            raise UsageError(
                f"{flag} {name.strip()} is given twice: {pairs[name.strip()]} and {value.strip()}.",
                "Leave one of them out.",
            )
    return pairs
