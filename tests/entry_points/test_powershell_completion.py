"""Tab in a real PowerShell: what it offers, and what it leaves alone."""

from __future__ import annotations

import pytest

from dbtasks.cli.verbs import GROUPS
from tests.entry_points.powershell import PowerShell
from tests.project_folder import REPOSITORY, ProjectFolder

pytestmark = pytest.mark.long
VERBS = {task.name for module in GROUPS.values() for task in module.VERBS}
OF_UPGRADE = [
    "--database",
    "--database-url",
    "--env",
    "--json",
    "--plan",
    "--revision",
    "--sql",
    "--traceback",
]

INSTALL = "./migrate.ps1 --print-completion-script powershell | Out-String | Invoke-Expression"
INSTALL_FOR_EVER = r".\migrate.ps1 --print-completion-script powershell | Add-Content $PROFILE"

OFFERED = {
    "./migrate.ps1 upg": ["upgrade"],
    r".\migrate.ps1 upg": ["upgrade"],
    "./migrate upg": ["upgrade"],
    "& './migrate.ps1' upg": ["upgrade"],
    "alembic/../migrate.ps1 upg": ["upgrade"],
    "dbtasks upg": ["upgrade"],
    "./migrate.ps1 upgrade ": [*OF_UPGRADE, "--help"],
    "./migrate.ps1 upgrade -": [*OF_UPGRADE, "--help"],
    "./migrate.ps1 upgrade head --pl": ["--plan"],
    "$x = ./migrate.ps1 upgrade --pl": ["--plan"],
    "./migrate.ps1 status; ./migrate.ps1 upgrade --pl": ["--plan"],
    "./migrate.ps1 status check --js": ["--json"],
    "./migrate.ps1 migrate 'it''s \"$5\"' --em": ["--empty"],
    "./migrate.ps1 migrate '' --em": ["--empty"],
    "./migrate.ps1 help sta": ["stamp", "status"],
    "./migrate.ps1 --l": ["--list"],
    "./migrate.ps1 ": sorted({*VERBS, "help", "echo", "leak"}),
}
"""Lines, and what Tab at their end offers; `echo` and `leak` are tasks of the project's own."""

TAB = "$line = '{}'; (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText"


def tab(line: str) -> str:
    """Return what asks for the candidates at the end of a line."""
    typed = line.replace("'", "''")
    return f"$line = '{typed}'; (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText"


def test_tab_offers_what_may_stand_there(shell: PowerShell, furnished: ProjectFolder) -> None:
    answers = shell.ask(furnished, {"": INSTALL} | {line: tab(line) for line in OFFERED})
    assert OFFERED == {line: answers[line].lines for line in OFFERED}


def test_tab_offers_the_same_in_other_places(shell: PowerShell, furnished: ProjectFolder) -> None:
    in_the_middle = "(TabExpansion2 './migrate.ps1 upg head' 17).CompletionMatches.CompletionText"
    on_path = '$env:PATH = "$PWD$([IO.Path]::PathSeparator)$env:PATH"; '
    questions = {
        "install": INSTALL,
        "in the middle": in_the_middle,
        "strict": f"Set-StrictMode -Version Latest; {tab('./migrate.ps1 upg')}",
        "on PATH": on_path + tab("migrate.ps1 upg"),
    }
    answers = shell.ask(furnished, questions)
    _, *offered = (answer.lines for answer in answers.values())
    assert [["upgrade"]] * 3 == offered


def test_tab_changes_nothing(shell: PowerShell, furnished: ProjectFolder) -> None:
    furnished.write("other/migrate.ps1", "Set-Content ran.txt yes; 'upgrade'\n")
    left = '; $Error.Count; "$env:DBTASKS_ENTRY_POINT$env:DBTASKS_WORDS"'
    questions = {
        "install": INSTALL,
        "verb": f"{tab('./migrate.ps1 downgrade base --yes --pl')}; ./migrate.ps1 current",
        "other": tab("./other/migrate.ps1 upg"),
        "session": "./migrate.ps1 echo --code=3; $Error.Clear(); "
        f"{tab('./migrate.ps1 upgrade --pl')}{left}",
    }

    answers = shell.ask(furnished, questions)

    offered, current = answers["verb"].lines
    assert ("--plan", True) == (offered, current.endswith("(head)"))
    assert "upgrade" not in answers["other"].lines
    assert not (furnished.root / "ran.txt").exists(), "a script that only has our name was run"
    assert (3, ["[]", "--plan", "0"]) == (answers["session"].code, answers["session"].lines)


def test_one_line_installs_it_behind_what_the_profile_has(
    shell: PowerShell, furnished: ProjectFolder
) -> None:
    profile = "$PROFILE = Join-Path $PWD profile.ps1; '# mine' | Set-Content $PROFILE; "
    answers = shell.ask(
        furnished,
        {
            "install": f"{profile}{INSTALL_FOR_EVER}; Get-Content $PROFILE",
            "next session": f"./profile.ps1; {tab('./migrate.ps1 upg')}",
        },
    )

    mine, *script = answers["install"].lines
    source = (REPOSITORY / "dbtasks" / "cli" / "completion.ps1").read_text(encoding="ascii")
    assert ("# mine", source.split()) == (mine, " ".join(script).split())
    assert ["upgrade"] == answers["next session"].lines


def test_the_reference_says_how_it_is_installed() -> None:
    page = (REPOSITORY / "docs" / "reference" / "entry-points.md").read_text(encoding="utf-8")
    block = page.partition("```powershell\n")[2].partition("```")[0]
    assert [INSTALL.replace("./", ".\\"), INSTALL_FOR_EVER] == block.splitlines()
