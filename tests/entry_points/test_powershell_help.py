"""Help as PowerShell's people ask for it: Get-Help, -? and /?."""

from __future__ import annotations

import pytest

from dbtasks.cli.verbs import GROUPS
from tests.entry_points.entry_points import HERE, PS1_PREFIX, EntryPoint
from tests.entry_points.powershell import PowerShell
from tests.project_folder import ProjectFolder

ALL_VERBS = {", ".join(task.name for task in module.VERBS) for module in GROUPS.values()}
SIX = {"init", "status", "migrate", "upgrade", "downgrade", "reset"}
OWN_HELP = {
    "Get-Help": r"Get-Help .\migrate.ps1",
    "examples": r"Get-Help .\migrate.ps1 -Examples",
    "full": r"Get-Help .\migrate.ps1 -Full",
    "-?": r".\migrate.ps1 -?",
    "upgrade -?": r".\migrate.ps1 upgrade -?",
}
"""What PowerShell answers itself, from the comment at the top of the script."""

OUR_HELP = {
    "/?": f"Usage: {PS1_PREFIX} VERB [WORD] [--option ...]",
    "upgrade /?": f"Usage: {PS1_PREFIX} upgrade [REVISION] [--option ...]",
    "upgrade '-?'": f"Usage: {PS1_PREFIX} upgrade [REVISION] [--option ...]",
}
"""What reaches us, and the first line of what we answer."""


def test_powershells_own_help_names_all_verbs_and_has_examples(
    shell: PowerShell, furnished: ProjectFolder
) -> None:
    answers = shell.ask(furnished, OWN_HELP)

    for name in OWN_HELP:
        lines = answers[name].lines
        assert "The database verbs of this project." == lines[lines.index("SYNOPSIS") + 1]
        if name != "examples":
            assert ALL_VERBS <= {line.partition(":")[2].strip() for line in lines}, name
        typed = [line.partition("> .\\migrate.ps1 ")[2] for line in lines]
        examples = {example.split()[0] for example in typed if example}
        assert (SIX if name in {"examples", "full"} else set()) == examples, name


def test_help_as_cmd_has_it_is_help(shell: PowerShell, furnished: ProjectFolder) -> None:
    answers = shell.ask(furnished, {words: rf".\migrate.ps1 {words}" for words in OUR_HELP})
    shown = {words: (answers[words].lines[0], answers[words].code) for words in OUR_HELP}
    assert {words: (usage, 0) for words, usage in OUR_HELP.items()} == shown


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        (["upgrade", "-?"], "upgrade [REVISION]"),
        (["upgrade", "/?"], "upgrade [REVISION]"),
        (["-?"], "VERB [WORD]"),
        (["/?"], "VERB [WORD]"),
    ],
)
@pytest.mark.parametrize("entry_point", HERE, ids=lambda entry_point: entry_point.name)
def test_help_as_powershell_and_cmd_have_it_is_help_through_every_entry_point(
    entry_point: EntryPoint, words: list[str], usage: str, furnished: ProjectFolder
) -> None:
    if entry_point.prefix == "just" and len(words) == 1:
        # What stands before a recipe is for `just` itself to read, and it names its own --help.
        assert "" == entry_point.run(furnished, *words, code=None).out
        return
    shown = entry_point.run(furnished, *words).out
    assert f"Usage: {entry_point.prefix} {usage} [--option ...]" == shown.splitlines()[0]
