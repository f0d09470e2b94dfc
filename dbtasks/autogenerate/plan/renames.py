"""Which table, column or type is an old one under a new name: what was answered, and asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.plan.rename_guesses import Guess, Names, guesses, likeness
from dbtasks.autogenerate.plan.rename_refusals import (
    Open,
    no_candidate,
    no_enum_elsewhere,
    no_new_name,
    refuse_open,
    refuse_words,
)
from dbtasks.autogenerate.plan.similarity import (
    alike_columns,
    alike_tables,
    equal_columns,
    equal_tables,
)
from dbtasks.schema.difference import (
    ColumnRenamed,
    Difference,
    EnumChanged,
    EnumValueRenamed,
    TableRenamed,
)
from dbtasks.schema.facts import Enum, Schema, Table, key_of


@dataclass(frozen=True)
class Renames:
    """Tables by their old key with the new table; columns by new table key, old and new name.

    `enums` are types before and after; `values` are those of enums: the old type, the old and the
    new value. `answers` are those given, and those that a person has just given.
    """

    answers: Answers
    tables: dict[str, Table] = field(default_factory=dict)
    columns: tuple[tuple[str, str, str], ...] = ()
    enums: tuple[tuple[Enum, Enum], ...] = ()
    values: tuple[tuple[Enum, str, str], ...] = ()
    going: frozenset[str] = frozenset()
    """The tables that go, and leave their name to another one before."""

    def differences(self, new: Schema) -> tuple[Difference, ...]:
        """Return the renames as differences."""
        tables = (TableRenamed(old, table) for old, table in self.tables.items())
        columns = (ColumnRenamed(new.tables[key], old, name) for key, old, name in self.columns)
        enums = (EnumChanged(old, replace(old, name=enum.name)) for old, enum in self.enums)
        values = (EnumValueRenamed(enum, old, name) for enum, old, name in self.values)
        return (*tables, *columns, *enums, *values)


def decide_renames(old: Schema, new: Schema, answers: Answers) -> Renames:
    """Return what was renamed, by the answers given and those asked for.

    Raises `MissingAnswerError` where an answer is missing, `UsageError` for an answer that fits
    nothing.
    """
    deciding = _Deciding(old, new, answers)
    tables = {key: new.tables[name] for key, name in deciding.tables().items()}
    columns = tuple(deciding.columns(tables))
    enums = {key: new.enums[name] for key, name in deciding.enums().items()}
    values = tuple(deciding.values(enums))
    deciding.refuse()
    types = tuple((old.enums[key], enum) for key, enum in enums.items())
    tables |= deciding.going
    return Renames(deciding.answers, tables, columns, types, values, frozenset(deciding.going))


class _Deciding:
    """Goes through what is gone and what is new, and notes which answers are used or missing."""

    def __init__(self, old: Schema, new: Schema, answers: Answers) -> None:
        self.old = old
        self.new = new
        self.answers = answers
        self.unused = dict(answers.renames)
        self.apart = list(answers.no_renames)
        self.candidates: list[str] = []
        self.open: list[Open] = []
        self.names: list[Names[Any]] = []
        self.going: dict[str, Table] = {}

    def tables(self) -> dict[str, str]:
        """Return the renamed tables: their old keys, and their new ones."""
        names = Names(self.old.tables, self.new.tables, {})
        for word, said in self._words(self.old.tables):
            table = self.old.tables[_plain(word)]
            spellings = (key_of(said, table.schema), _plain(said))
            self._give(names, word, table.key, spellings)
        self._ask(names, guesses(names, alike_tables, equal_tables))
        for key, aside in names.put_aside(self._said_gone(names)).items():
            table = self.old.tables[key]
            self.going[key] = replace(table, name=aside.removeprefix(f"{table.schema}."))
        return {key: new for key, new in names.renamed.items() if key not in self.going}

    def columns(self, tables: dict[str, Table]) -> Iterator[tuple[str, str, str]]:
        """Yield each renamed column: the new key of its table, its old name, its new name."""
        taken = {table.key for table in tables.values()}
        for key, table in self.old.tables.items():
            new = tables.get(key) or (None if key in taken else self.new.tables.get(key))
            if new:
                pairs = self._columns_of(table, new).items()
                yield from ((new.key, old_name, new_name) for old_name, new_name in pairs)

    def _columns_of(self, old: Table, new: Table) -> dict[str, str]:
        before = {item.name: item for item in old.columns}
        after = {item.name: item for item in new.columns}
        names = Names(before, after, {}, f"{old.key}.", f"{new.key}.")
        is_free = new.key not in self.old.tables
        prefixes = [names.before, names.after] if is_free else [names.before]
        for prefix in prefixes:
            for word, said in self._words([f"{prefix}{name}" for name in before]):
                in_full = next((p for p in prefixes if _plain(said).startswith(p)), "")
                spellings = (said, _plain(said).removeprefix(in_full))
                self._give(names, word, _plain(word).removeprefix(prefix), spellings)
        self._ask(names, guesses(names, alike_columns, equal_columns, ordered=True))
        names.put_aside(self._said_gone(names))
        return names.renamed

    def enums(self) -> dict[str, str]:
        """Return the renamed types: their old keys, and their new ones. Nobody is asked."""
        names = Names(self.old.enums, self.new.enums, {})
        for word, said in self._words(self.old.enums):
            enum = self.old.enums[_plain(word)]
            self._give(names, word, enum.key, (key_of(said, enum.schema), _plain(said)))
            if self.new.enums[names.renamed[enum.key]].schema != enum.schema:
                raise no_enum_elsewhere(word, said)
        self._ask(names, [])
        return names.renamed

    def values(self, enums: dict[str, Enum]) -> Iterator[tuple[Enum, str, str]]:
        """Yield each renamed value of an enum: the old type, the old and the new value."""
        for key, enum in self.old.enums.items():
            after = enums.get(key) or self.new.enums.get(key, enum)
            before = dict.fromkeys(enum.values)
            names = Names(before, dict.fromkeys(after.values), {}, f"{key}.", f"{after.key}.")
            places = [key, *(f"{table}.{column}" for table, column in enum.uses)]
            for place in places:
                for word, said in self._words([f"{place}.{value}" for value in before]):
                    value = _plain(word).removeprefix(f"{place}.")
                    in_full = (said, _plain(said).removeprefix(f"{place}."))
                    self._give(names, word, value, in_full)
            gone, come = names.gone, names.come
            nearest = [(value, max(come, key=partial(likeness, value))) for value in gone if come]
            ordered = sorted(nearest, key=lambda pair: -likeness(*pair))
            self._ask(names, [(pair,) for pair in ordered], [f"{place}." for place in places])
            yield from ((enum, *pair) for pair in names.renamed.items())

    def _words(self, known: Iterable[str]) -> list[tuple[str, str]]:
        """Take out the answers about what is known; return each with the new name."""
        names = set(known)
        found = [(word, new) for word, new in self.unused.items() if _plain(word) in names]
        for word, _ in found:
            del self.unused[word]
        return found

    def _give(self, names: Names[Any], word: str, old: str, spellings: Iterable[str]) -> None:
        """Note an answer. People write the new name alone, or in full."""
        new = next((name for name in spellings if name in names.new), None)
        if new is None:
            raise no_new_name(names, word, self.answers.renames[word])
        names.give(old, new)

    def _ask(self, names: Names[Any], found: list[Guess], places: Iterable[str] = ()) -> None:
        """Note the guesses that are right, as the person says.

        The likeliest are asked about first, each name until it has found its other.
        """
        self.names.append(names)
        apart = self._apart(names, found, [names.before, names.after, *places])
        is_silent = self.answers.no_rename or self.answers.quiet
        asked = [] if is_silent else [g for g in found if not apart & {old for old, _ in g}]
        declined: dict[str, None] = {}
        for guess in asked:
            if any(old in names.renamed or new in names.renamed.values() for old, new in guess):
                continue
            if self.answers.ask is None:
                self._leave_open(names, guess)
            elif self._is_renamed(names.text(guess)):
                names.renamed |= dict(guess)
                said = {f"{names.before}{old}": new for old, new in guess}
                self.answers = replace(self.answers, renames={**self.answers.renames, **said})
            else:
                declined[guess[0][0]] = None
        said_no = [f"{names.before}{old}" for old in declined if old not in names.renamed]
        self.answers = self.answers.with_no_renames(said_no)

    def _apart(self, names: Names[Any], found: list[Guess], places: Iterable[str]) -> set[str]:
        """Return the names that are gone for good, as the answers say."""
        asked = {old: None for guess in found for old, _ in guess}
        candidates = dict.fromkeys([*names.gone, *asked])
        self.candidates += [f"{names.before}{name}" for name in candidates]
        spelled = {f"{place}{name}": name for place in places for name in candidates}
        used = {word: spelled[_plain(word)] for word in self.apart if _plain(word) in spelled}
        self.apart = [word for word in self.apart if word not in used]
        return set(used.values())

    def _said_gone(self, names: Names[Any]) -> set[str]:
        """Return the old names of what a person says is no old name of anything."""
        said = {_plain(word) for word in self.answers.no_renames}
        return {x for x in names.old if self.answers.no_rename or f"{names.before}{x}" in said}

    def _leave_open(self, names: Names[Any], guess: Guess) -> None:
        """Note a question for which there is nobody, beside the one that excludes it."""
        olds, news = {old for old, _ in guess}, {new for _, new in guess}
        for item in self.open:
            if item.names is names and (olds & item.olds or news & item.news):
                if item.has_ends_of(guess):
                    item.others.append(guess)
                return
        self.open.append(Open(names, guess))

    def _is_renamed(self, what: str) -> bool:
        answer = self.answers.asked(f"Did you rename {what}? [y/n]", "y", "yes", "n", "no")
        return answer.lower().startswith("y")

    def refuse(self) -> None:
        """Raise for what is left: answers that fit nothing, questions without an answer."""
        if not self.open:
            for names in self.names:
                names.refuse_taken()
        waiting = tuple(f"{item.names.before}{old}." for item in self.open for old in item.olds)
        refuse_words(
            {w: new for w, new in self.unused.items() if not _plain(w).startswith(waiting)},
            self.old,
        )
        if self.apart:
            raise no_candidate(self.apart[0], self.candidates)
        refuse_open(self.open, self.answers)


def _plain(word: str) -> str:
    return word.removeprefix("public.")
