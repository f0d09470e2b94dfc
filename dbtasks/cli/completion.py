"""What Tab offers: verbs, and the options of the one that is being typed.

A shell's script calls `--complete -- PROGRAM WORD ...` on each Tab, where the last word is the one
that is being typed, and shows those of the candidates that begin with it. Invoke brings the scripts
for bash, fish and zsh, and this folder the one for PowerShell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import dropwhile

from invoke.parser.context import ParserContext

from dbtasks.cli.command_line import last_context
from dbtasks.errors import UsageError
from dbtasks.hints import command

POWERSHELL = "powershell"
SHELLS = ("bash", "fish", POWERSHELL, "zsh")

BEFORE_A_VERB = ("--help", "--list", "--print-completion-script", "--version")
"""Those of Invoke's own options that are of use to people."""


def candidates(words: Sequence[str], known: Mapping[str, ParserContext]) -> list[str]:
    """Return what may stand in place of the last of `words`; `known` has a context for each verb.

    Whether a candidate begins with the last word is for the shell to see: Invoke's script for bash
    passes no empty word, so the last one may be complete.
    """
    *before, word = words or [""]
    before = list(dropwhile(lambda typed: typed.startswith("-") or typed == "help", before))
    try:
        context = last_context(before, known)
    except UsageError:
        return []
    if context is None:
        return [*BEFORE_A_VERB] if word.startswith("-") else sorted({*known, "help"})
    return [] if _is_free(before, context) else [*context.flag_names(), "--help"]


def _is_free(before: Sequence[str], context: ParserContext) -> bool:
    """Whether any word may follow: one behind `--`, or the value of an option."""
    flag = context.flags.get(before[-1])
    return "--" in before or (flag is not None and flag.takes_value)


def checked_shell(name: str) -> str:
    """Return the name of a shell that has a script. Raises `UsageError` for any other."""
    if name in SHELLS:
        return name
    *all_but_last, last = SHELLS
    raise UsageError(
        f"There is no completion for {name!r}, only for {', '.join(all_but_last)} and {last}.",
        "For example: ",
        command("--print-completion-script", last),
    )


def powershell_script() -> str:
    """Return what makes PowerShell ask us for candidates, from version 5.1 on."""
    return files("dbtasks.cli").joinpath("completion.ps1").read_text(encoding="ascii")
