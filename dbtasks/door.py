"""The door through which the user came in, so that a hint can be typed as it stands.

The shims say who they are in DBTASKS_DOOR; PowerShell hands its words over in DBTASKS_WORDS,
because no version of it passes every word to a program unharmed. Both variables are deleted once
they are read, so that no process started from here inherits them.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

WORD_END = "\x1f"
"""Follows each word in DBTASKS_WORDS (ASCII's unit separator, which nobody types)."""

_SHIMS = {
    "just": "just",
    "migrate.cmd": r".\migrate.cmd",
    "migrate.ps1": r".\migrate.ps1" if os.name == "nt" else "./migrate.ps1",
}

_INVOKE_FLAGS = {"upgrade": "--revision", "downgrade": "--revision"}
"""The one optional word of a verb, by the flag that plain Invoke needs for it."""

_PLAIN = re.compile(r"[\w+./:=-]+")
_NOT_IN_DOUBLE_QUOTES = re.compile(r'["$`!]|\\$')


class Door:
    """The name of a door and the way it writes a command."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def command(self, *words: str) -> str:
        """Return the command line that gives `words` to this door."""
        if self.prefix == "inv" and words[:1] == ("help",):
            words = ("--help", *words[1:])
        if self.prefix == "inv" and len(words) > 1 and not words[1].startswith("--"):
            flag = _INVOKE_FLAGS.get(words[0])
            words = (words[0], f"{flag}={words[1]}", *words[2:]) if flag else words
        return " ".join((self.prefix, *(_quoted(word, self.prefix) for word in words)))


def enter(prefix: str = "") -> Door:
    """Notice the door and forget its variable. `prefix` is what to say without a shim."""
    name = os.environ.pop("DBTASKS_DOOR", "")
    _current.prefix = _SHIMS.get(name) or prefix or _guess(python=name)
    return _current


def words(argv: list[str]) -> list[str]:
    """Return the words that the user typed: `argv`'s, or else those handed over by PowerShell."""
    handed_over = os.environ.pop("DBTASKS_WORDS", "")
    return argv[1:] or handed_over.split(WORD_END)[:-1]


def command(*verb_and_words: str) -> str:
    """Return a command that works through the door in use, such as `just upgrade +1`."""
    return _current.command(*verb_and_words)


def _quoted(word: str, prefix: str = "") -> str:
    """Return a word as it is typed: in double quotes, which every shell has, if they do."""
    if _PLAIN.fullmatch(word):
        return word
    if not _NOT_IN_DOUBLE_QUOTES.search(word):
        return f'"{word}"'
    if prefix == _SHIMS["migrate.cmd"]:
        return '"' + word.replace('"', '""') + '"'
    if prefix == _SHIMS["migrate.ps1"]:
        return "'" + word.replace("'", "''") + "'"
    return shlex.quote(word)


def _guess(python: str = "") -> str:
    """Return how this program was called. `python` is what another Python was that led here."""
    called = Path(sys.argv[0])
    python = python or Path(sys.orig_argv[0]).name.removesuffix(".exe")
    if called.stem in {"inv", "invoke"} or called.parent.name == "invoke":
        return "inv"
    if called.stem == "dbtasks":
        return "dbtasks"
    if called.parent.name == "dbtasks":
        return f"{python} -m dbtasks"
    return f"{python} {_quoted(sys.argv[0])}" if called.name == "tasks.py" else "python tasks.py"


_current = Door(_guess())
