"""The entry point through which a person came in, so that a hint can be typed as it stands.

The shims say who they are in DBTASKS_ENTRY_POINT; PowerShell hands its words over in
DBTASKS_WORDS, because no version of it passes every word to a program unharmed. Both variables are
deleted once they are read, so that no process started from here inherits them.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dbtasks.hints import Command

WORD_END = "\x1f"
"""Follows each word in DBTASKS_WORDS (ASCII's unit separator, which nobody types)."""

ENTRY_POINT, WORDS = "DBTASKS_ENTRY_POINT", "DBTASKS_WORDS"

_SHIMS = {
    "just": "just",
    "migrate.cmd": r".\migrate.cmd",
    "migrate.ps1": r".\migrate.ps1" if os.name == "nt" else "./migrate.ps1",
}

_INVOKE_FLAGS = {"upgrade": "--revision", "downgrade": "--revision"}
"""The one optional word of a verb, by the flag that plain Invoke needs for it."""

_PLAIN = re.compile(r"(--)?[\w+./:=][\w+./:=-]*|-\w+")
"""What no shell changes. PowerShell keeps a `--` for itself, and takes `-a:b` and `-a.b` apart."""

_NOT_IN_DOUBLE_QUOTES = re.compile(r'["\u201c-\u201e$`!]|\\$|\\[\\\n]')
"""sh takes a second backslash for one, and a line that ends in one for half a line."""
_SINGLE_QUOTES_OF_POWERSHELL = re.compile("['\u2018-\u201b]")
"""PowerShell takes the quotes of a word processor for quotes too."""


@dataclass(frozen=True)
class KeptOption:
    """An option that was typed and says which project or database is meant.

    A command to type next has it too: one of `verb`, or any where that is empty. `value` is None
    for a flag.
    """

    name: str
    value: str | None
    verb: str = ""

    def words(self, command: Command) -> tuple[str, ...]:
        """Return the words to add to a command, none where it has the option or takes it not."""
        if self.name in command.words or self.verb not in {"", command.words[0]}:
            return ()
        return (self.name,) if self.value is None else (self.name, self.value)


@dataclass(frozen=True)
class EntryPoint:
    """An entry point, by what a command line for it begins with: `just`, `python tasks.py`.

    `kept` are the options that go on into each command that is written. `collection` is the name
    that the verbs have within the project's own tasks, if they have one.
    """

    prefix: str
    kept: tuple[KeptOption, ...] = ()
    collection: str = ""

    @classmethod
    def of_process(cls, argv: Sequence[str], variables: MutableMapping[str, str]) -> EntryPoint:
        """Return the entry point of a process by its words and environment; forget the variable."""
        name = variables.pop(ENTRY_POINT, "")
        return cls(_SHIMS.get(name) or _called(argv[0], python=name))

    def write(self, command: Command) -> str:
        """Return a command as it is typed here."""
        words = command.words
        if self.prefix == "inv" and words[:1] == ("help",):
            words = ("--help", *words[1:])
        if self.prefix == "inv" and len(words) > 1 and not words[1].startswith("--"):
            flag = _INVOKE_FLAGS.get(words[0])
            words = (words[0], f"{flag}={words[1]}", *words[2:]) if flag else words
        words = (*words, *self._kept(command))
        if self.collection:
            place = 1 if words[0] == "--help" else 0
            within = (f"{self.collection}.{word}" for word in words[place : place + 1])
            words = (*words[:place], *within, *words[place + 1 :])
        return " ".join((self.prefix, *(_quoted(word, self.prefix) for word in words)))

    def _kept(self, command: Command) -> tuple[str, ...]:
        """Return the options that a command to type next keeps; one that shows help needs none."""
        if command.words[0].startswith("-") or {"help", "--help"} & set(command.words):
            return ()
        return tuple(word for option in self.kept for word in option.words(command))


def words_typed(argv: Sequence[str], variables: MutableMapping[str, str]) -> list[str]:
    """Return the words that a person typed: `argv`'s, or else those handed over by PowerShell."""
    handed_over = variables.pop(WORDS, "")
    return list(argv[1:]) or handed_over.split(WORD_END)[:-1]


def _quoted(word: str, prefix: str = "") -> str:
    """Return a word as it is typed: in double quotes, which every shell has, if they do."""
    if _PLAIN.fullmatch(word):
        return word
    if not _NOT_IN_DOUBLE_QUOTES.search(word):
        return f'"{word}"'
    if prefix == _SHIMS["migrate.cmd"]:
        return '"' + word.replace('"', '""') + '"'
    if prefix == _SHIMS["migrate.ps1"]:
        return "'" + _SINGLE_QUOTES_OF_POWERSHELL.sub(r"\g<0>\g<0>", word) + "'"
    return shlex.quote(word)


def _called(program: str, python: str = "") -> str:
    """Return how a program was called. `python` is what another Python was that led here."""
    called = Path(program)
    python = python or Path(sys.orig_argv[0]).name.removesuffix(".exe")
    if called.stem in {"inv", "invoke"} or called.parent.name == "invoke":
        return "inv"
    if called.stem == "dbtasks":
        return "dbtasks"
    if called.parent.name == "dbtasks":
        return f"{python} -m dbtasks"
    return f"{python} {_quoted(program)}" if called.name == "tasks.py" else "python tasks.py"
