"""What is said where an answer about a rename is missing, or fits nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.plan.rename_guesses import LEAVE_OUT, NOTHING, Guess, Names
from dbtasks.errors import MissingAnswerError, UsageError
from dbtasks.hints import Command
from dbtasks.schema.facts import Schema

_SHOWN = 12
"""How many names a message lists."""


@dataclass
class Open:
    """A question that nobody was there to answer, and what else may have happened instead."""

    names: Names[Any]
    guess: Guess
    others: list[Guess] = field(default_factory=list)

    @property
    def olds(self) -> set[str]:
        """The old names that it is about."""
        return {old for old, _ in self.guess}

    @property
    def news(self) -> set[str]:
        """The new names that it is about."""
        return {new for _, new in self.guess}

    def has_ends_of(self, guess: Guess) -> bool:
        """Whether a guess begins and ends with the same names, by another way."""
        return (guess[0][0], guess[-1][1]) == (self.guess[0][0], self.guess[-1][1])


def no_new_name(names: Names[Any], word: str, said: str) -> UsageError:
    """Return the error for a rename to what the models do not have."""
    place = names.after.removesuffix(".")
    where = f"{place} has no {said}" if place else f"there is no {said}"
    return UsageError(
        f"--rename {word}={said} fits nothing: in the models {where}. {NOTHING}",
        f"New there: {_listed(f'{names.after}{name}' for name in names.come)}. {LEAVE_OUT}",
    )


def no_enum_elsewhere(word: str, said: str) -> UsageError:
    """Return the error for a type that is to stand in another schema."""
    return UsageError(
        f"--rename {word}={said} can't be done: a type stays in its schema. {NOTHING}",
        "Leave it out: the new type is made, the columns keep their values, the old one goes.",
    )


def no_candidate(word: str, candidates: Sequence[str]) -> UsageError:
    """Return the error for a --no-rename of what nobody takes to be renamed."""
    return UsageError(
        f"--no-rename {word} fits nothing: the models still have it, or the database never had. "
        f"{NOTHING}",
        f"Gone from the models: {_listed(candidates)}. {LEAVE_OUT}",
    )


def refuse_words(words: Mapping[str, str], old: Schema) -> None:
    """Raise for a --rename of what the database does not have, or the models still have."""
    for word, new in words.items():
        raise UsageError(
            f"--rename {word}={new} fits nothing: {_missing(word.removeprefix('public.'), old)}. "
            f"{NOTHING}",
            LEAVE_OUT,
        )


def _missing(word: str, old: Schema) -> str:
    place, _, name = word.rpartition(".")
    if place in old.tables:
        columns = old.tables[place].columns
        if old.tables[place].column(name):
            return f"{place} is gone from the models, and so is all that it has"
        return f"in the database {place} has no {name}, but {_listed(c.name for c in columns)}"
    if place in old.enums:
        return f"the enum {place} has no {name}, but {_listed(old.enums[place].values)}"
    return f"the database has no {place or word}, but {_listed(old.tables)}"


def refuse_open(open_: Sequence[Open], answers: Answers) -> None:
    """Raise if there was nobody to ask. The commands hold what was answered already."""
    if not open_:
        return
    flags = [item.names.flags(item.guess) for item in open_]
    steps: list[str | Command] = [
        "If so: ",
        answers.command(*(word for words in flags for word in words)),
    ]
    for place, item in enumerate(open_):
        for other in item.others:
            others = [*flags[:place], item.names.flags(other), *flags[place + 1 :]]
            words = [word for flag in others for word in flag]
            steps += [f"\nIf rather {item.names.text(other)}: ", answers.command(*words)]
    steps += ["\nIf not: ", answers.command("--no-rename")]
    if len(open_) > 1:
        names = [f"{item.names.before}{item.guess[0][0]}" for item in open_[1:]]
        apart = [word for name in names for word in ("--no-rename", name)]
        steps += ["\nIf only the first: ", answers.command(*flags[0], *apart)]
    said = " and ".join(item.names.text(item.guess) for item in open_)
    raise MissingAnswerError(
        f"Did you rename {said}? There is no terminal to ask on. {NOTHING}", *steps
    )


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{', '.join(found[:_SHOWN])}{more}" if found else "nothing"
