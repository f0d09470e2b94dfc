"""From the words of a command line to tasks with their arguments, as a person types them.

Invoke's own parser has no optional positional words (`upgrade head`), takes `--help` for a value
where it expects one, and joins what follows `--`. This one fills Invoke's own contexts, so tasks
are declared as ever: what `@task(positional=...)` names may be given without its flag.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy

from invoke.parser.argument import Argument
from invoke.parser.context import ParserContext
from invoke.parser.parser import ParseResult

from dbtasks.cli.other_tools import refuse_word
from dbtasks.errors import UsageError
from dbtasks.hints import Command, command

HELP = ("--help", "-h", "-?", "/?")
"""What asks for help: as in sh, as in PowerShell, and as in cmd."""


class HelpRequestedError(Exception):
    """Somebody asked for help instead; `verb` says on what, and is empty for an overview."""

    def __init__(self, verb: str) -> None:
        super().__init__(verb)
        self.verb = verb


def parse(words: list[str], known: Mapping[str, ParserContext]) -> ParseResult:
    """Return one filled context for each task that `words` name.

    Raises `UsageError` for what can't be understood, `HelpRequestedError` for a word of `HELP`.
    """
    contexts = ParseResult()
    rest = list(words)
    while rest:
        contexts.append(_Filler(find(rest.pop(0), known, rest), known).fill(rest))
    return contexts


def last_context(words: Sequence[str], known: Mapping[str, ParserContext]) -> ParserContext | None:
    """Return the context of the last task that `words` name, filled as far as they can be read.

    Raises `UsageError` for an unknown task.
    """
    context = None
    rest = list(words)
    while rest:
        context = find(rest.pop(0), known)
        try:
            _Filler(context, known).fill(rest)
        except (UsageError, HelpRequestedError):
            break
    return context


def find(
    verb: str, known: Mapping[str, ParserContext], following: Sequence[str] = ()
) -> ParserContext:
    """Return an empty context for `verb`.

    Raises `UsageError` that names what does the same as another tool's word, which may consist of
    several of the words `following`, or else the nearest verb.
    """
    if verb in known:
        return deepcopy(known[verb])
    refuse_word([verb, *following], tuple(known))
    raise UsageError(
        f"There is no verb {verb!r}.{meant(verb, known)}",
        "See all: ",
        command("--help"),
    )


def meant(name: str, known: Iterable[str]) -> str:
    """Return a question that names what is nearest to `name`, empty if nothing is near."""
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


class _Filler:
    """Fills the context of one task, word by word."""

    def __init__(self, context: ParserContext, known: Mapping[str, ParserContext]) -> None:
        self.context = context
        self.verb = str(context.name)
        self.known = known
        self.positional = list(context.positional_args)
        self.taken: list[str] = []

    def fill(self, rest: list[str]) -> ParserContext:
        """Take the words of this task from the front of `rest`."""
        only_words = False
        while rest:
            word = rest[0]
            if only_words or not self._is_option(word):
                if not self.positional and not only_words and word in self.known:
                    break
                self._take_word(rest.pop(0))
            elif rest.pop(0) == "--":
                only_words = True
            else:
                self._take_option(word, rest)
        self._refuse_missing()
        return self.context

    def _is_option(self, word: str) -> bool:
        if word in HELP or word in self.context.flags:
            return True
        return word.startswith("-") and word != "-" and not word[1:].isdecimal()

    def _is_known_option(self, word: str) -> bool:
        context = self.context
        return word in {*context.flags, *context.inverse_flags, *HELP}

    def _take_word(self, word: str) -> None:
        self.taken.append(word)
        if not self.positional:
            raise self._too_many()
        takes_all = self.positional[0].kind is list
        _set(self.positional[0] if takes_all else self.positional.pop(0), word, self.verb)

    def _take_option(self, word: str, rest: list[str]) -> None:
        name, equals, value = word.partition("=")
        flags, inverse = self.context.flags, self.context.inverse_flags
        if word in HELP and word not in flags:
            raise HelpRequestedError(self.verb)
        if name in inverse and not equals:
            flags[inverse[name]].set_value(False, cast=False)
        elif name in flags:
            self._give(flags[name], name, value if equals else None, rest)
        elif name[:2] in flags and not name.startswith("--"):
            self._take_cluster(word, rest)
        else:
            raise self._unknown_option(name)

    def _take_cluster(self, word: str, rest: list[str]) -> None:
        """Take `-xvalue`, or `-xyz` for three flags in one."""
        argument = self.context.flags[word[:2]]
        if argument.takes_value:
            self._give(argument, word[:2], word[2:].removeprefix("="), rest)
            return
        self._give(argument, word[:2], None, rest)
        self._take_option(f"-{word[2:]}", rest)

    def _give(self, argument: Argument, name: str, value: str | None, rest: list[str]) -> None:
        if argument in self.positional:
            self.positional.remove(argument)
        if not argument.takes_value:
            if value is not None:
                raise UsageError(f"{name} takes no value.", *self._see_help())
            argument.set_value(True, cast=argument.incrementable)
            return
        if value is None and rest and not self._is_known_option(rest[0]):
            value = None if argument.optional and self._is_none(rest[0]) else rest.pop(0)
        if value is not None:
            _set(argument, value, self.verb)
        elif argument.optional and argument.kind is list:
            argument.set_value("")
        elif argument.optional:
            argument.set_value(True, cast=False)
        else:
            raise UsageError(f"{name} needs a value.", *self._see_help())

    def _is_none(self, word: str) -> bool:
        """Whether a word is no value of an option that needs none: the verb wants it, or begins."""
        is_wanted = any(argument.value is None for argument in self.positional)
        return is_wanted or self._is_option(word) or word in self.known

    def _refuse_missing(self) -> None:
        for argument in self.positional:
            if argument.value is None:
                raise UsageError(
                    f"{self.verb} needs {str(argument.name).upper()}: {argument.help or 'a word'}.",
                    *self._see_help(),
                )

    def _too_many(self) -> UsageError:
        names = " and ".join(
            str(argument.name).upper() for argument in self.context.positional_args
        )
        takes = f"takes {names}" if names else "takes no words"
        step = self._see_help()
        if self.verb in {"migrate", "merge"}:
            step = "Put the message in quotes: ", command(self.verb, " ".join(self.taken)), " ..."
        return UsageError(f"{self.verb} {takes}; {self.taken[-1]!r} is one word too many.", *step)

    def _unknown_option(self, name: str) -> UsageError:
        options = [*self.context.flags, *self.context.inverse_flags]
        return UsageError(
            f"{self.verb} has no option {name}.{meant(name, options)}", *self._see_help()
        )

    def _see_help(self) -> tuple[str | Command, ...]:
        return "See how it is used: ", command(self.verb, "--help")


def _set(argument: Argument, value: str, verb: str) -> None:
    try:
        argument.set_value(value)
    except ValueError:
        kind = argument.kind.__name__.replace("int", "whole number")
        raise UsageError(
            f"{verb}: {argument.name} must be a {kind}, and is {value!r}.",
            "See how it is used: ",
            command(verb, "--help"),
        ) from None
