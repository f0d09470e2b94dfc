"""The words of messages: how many there are, and the verb to go on with.

A verb is a value until somebody reads it. A shell's user is told what to type, in the way of the
entry point in use; a library's user is told which function to call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_FUNCTIONS = {
    "check": "check_models",
    "current": "read_current",
    "heads": "read_heads",
    "history": "read_history",
    "init": "initialize",
    "migrate --empty": "write_empty",
    "show": "read_revision",
    "status": "read_status",
}
"""The functions that do what verbs of another name do; the others are called as their verb is."""

_ONLY_TYPED = {"help"}

_SETTINGS = ("--env", "--database-url")
"""The options that every verb has, and a library's user gives to `Project.load`."""

_PARAMETERS = {"seed": "with_seeds"}
"""Parameters that are not called as the verb's option is."""


@dataclass(frozen=True)
class Command:
    """A verb with its words, as a message names it; `as_call()` writes it as a function's call."""

    words: tuple[str, ...]

    def with_words(self, *words: str) -> Command:
        """Return the same command with more words."""
        return Command((*self.words, *words))

    def as_call(self) -> str:
        """Return the call of the library's function that does the same; the words without one."""
        verb, *words = self.words
        project = _project(words)
        if "--empty" in words:
            words.remove("--empty")
            verb = f"{verb} --empty"
        if verb in _ONLY_TYPED:
            return f"dbtasks {' '.join(self.words)}"
        function = _FUNCTIONS.get(verb, verb)
        return f"dbtasks.{function}({', '.join([project, *_arguments(words)])})"


WriteCommand = Callable[[Command], str]
"""Writes a command down."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return how many there are of something: `1 row`, `2,000 rows`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def command(verb: str, *words: str) -> Command:
    """Return a verb with its words, to be part of a message."""
    return Command((verb, *words))


def _project(words: list[str]) -> str:
    """Take the flags that choose a project and its settings from words; return the project."""
    given = {flag: _taken(words, flag) for flag in (*_SETTINGS, "--database") if flag in words}
    name = given.pop("--database", "")
    flags = [f'"{flag.removeprefix("--")}": "{value}"' for flag, value in given.items()]
    project = f'dbtasks.Project.load(".", {{{", ".join(flags)}}})' if flags else "project"
    return f'{project}.for_database("{name}")' if name else project


def _taken(words: list[str], flag: str) -> str:
    """Take a flag and its value from words; return the value."""
    place = words.index(flag)
    _, value = words[place : place + 2]
    del words[place : place + 2]
    return value


def _arguments(words: Iterable[str]) -> Iterator[str]:
    """Yield words as Python's arguments; what answers a question goes into `Answers`."""
    rest = list(words)
    answers: dict[str, list[str]] = {}
    apart: list[str] = []
    while rest:
        word = rest.pop(0)
        name = word.removeprefix("--").replace("-", "_")
        if not word.startswith("--"):
            yield repr(word)
        elif name in {"rename", "fill", "fill_table"}:
            key, _, value = rest.pop(0).partition("=")
            answers.setdefault(f"{name}s", []).append(f"{key!r}: {value!r}")
        elif name == "no_rename" and rest and not rest[0].startswith("--"):
            apart.append(rest.pop(0))
        elif name in {"no_rename", "allow_drops"}:
            answers[name] = []
        else:
            value = rest.pop(0) if rest else "True"
            is_plain = value == "True" or value.isdecimal()
            yield f"{_PARAMETERS.get(name, name)}={value if is_plain else repr(value)}"
    if answers or apart:
        given = [
            f"{name}={{{', '.join(pairs)}}}" if pairs else f"{name}=True"
            for name, pairs in answers.items()
        ]
        given += [f"no_renames={tuple(apart)!r}"] * bool(apart)
        yield f"dbtasks.Answers({', '.join(given)})"
