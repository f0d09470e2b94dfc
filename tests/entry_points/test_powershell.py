"""What is typed arrives through migrate.ps1 in a real PowerShell, wherever there is one."""

from __future__ import annotations

import json

import pytest

from dbtasks.cli.entry_point import EntryPoint
from dbtasks.hints import command
from tests.entry_points.entry_points import PS1_PREFIX
from tests.entry_points.powershell import PowerShell
from tests.entry_points.table import LISTS, TAKEN_BY_FILE, TAKEN_BY_POWERSHELL
from tests.entry_points.test_six_verbs import VENUE
from tests.entry_points.test_words import CODES
from tests.project_folder import REPOSITORY, ProjectFolder
from tests.selection import rarely

SPLATTING = """
if ($env:PASSING) { $PSNativeCommandArgumentPassing = $env:PASSING }
$cases = Get-Content -Raw -Encoding UTF8 -LiteralPath cases.json | ConvertFrom-Json
foreach ($case in $cases) {
    $words = [string[]]@($case.words)
    & "$PSScriptRoot/migrate.ps1" @words
    "$LASTEXITCODE"
}
"$env:DBTASKS_ENTRY_POINT$env:DBTASKS_WORDS"
"""
"""Sends each list of cases.json through migrate.ps1, as a developer's own script would."""

CURRENT = "./migrate.ps1 current; "
OF_THE_SESSION: dict[str, tuple[str, int, list[str]]] = {
    "strict": (f"Set-StrictMode -Version Latest; {CURRENT}", 0, []),
    "below": ("Push-Location alembic; ../migrate.ps1 current; Pop-Location", 0, []),
    "drive": ("$null = New-PSDrive gigs FileSystem .; gigs:/migrate.ps1 current", 0, []),
    "variables": (
        (
            f"$python = $folder = $path = $names = $found = 'mine'; {CURRENT}"
            '"$python $folder $path $names $found"; "$(1, 2)"'
        ),
        0,
        ["mine mine mine mine mine", "1 2"],
    ),
    "stops at errors": (
        (
            "$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true; "
            f"{CURRENT}./migrate.ps1 show nosuch; 'went on'"
        ),
        2,
        ["went on"],
    ),
}
"""What a session may have set, and where it may be: what is typed, and what it says after the head.

An exit code is no error of the session, and no variable of the script's is left in it.
"""

A_DAY = [
    ("init", 0, "is at"),
    ("check", 4, "gigs.venue"),
    ("migrate 'add venue'", 0, "+ gigs.venue VARCHAR(40) NULL"),
    ("status --check", 3, "add venue"),
    ("upgrade +1", 0, "add venue"),
    ("upgrade nosuch", 2, ""),
    ("downgrade -1 --yes", 0, "is at"),
    ("reset --yes", 0, "is at"),
    ("current", 0, "(head)"),
]
"""Each of the six first verbs: what is typed, its exit code, and some of what is shown."""

PASSINGS = rarely(["", "Legacy"], "")
SHORT = [name for name in LISTS if name != "a very long word"]
"""The lists that fit into one command of Windows."""


def batches(names: list[str]) -> list[tuple[int, list[str]]]:
    """Return the words of many lists as few, each with an exit code; what is empty stays alone."""
    lists = [
        (code, [word for name in names[index :: len(CODES)] for word in LISTS[name]])
        for index, code in enumerate(CODES)
    ]
    return [(0, []), (0, [""]), *lists]


def echo(code: int, words: list[str]) -> list[str]:
    """Return what to type so that the words are answered, and the exit code with them."""
    return ["echo", f"--code={code}", "--", *words]


def arrived(said: list[str]) -> list[tuple[int, list[str]]]:
    """Return what was answered on lines of words and exit codes by turns."""
    return [
        (int(code), json.loads(words)) for words, code in zip(said[::2], said[1::2], strict=True)
    ]


@pytest.mark.parametrize("passing", PASSINGS)
def test_every_list_of_words_arrives_from_a_script(
    shell: PowerShell, passing: str, furnished: ProjectFolder
) -> None:
    sent = batches(list(LISTS))
    furnished.write("cases.json", json.dumps([{"words": echo(*batch)} for batch in sent]))

    result = shell.run_script(furnished, SPLATTING, passing)

    *said, left = result.out.splitlines()
    assert (sent, "") == (arrived(said), left)
    assert [f"{len(words)} words" for _, words in sent] == result.err.splitlines()


@pytest.mark.parametrize("passing", PASSINGS)
def test_every_list_of_words_arrives_as_a_hint_would_have_it_typed(
    shell: PowerShell, passing: str, furnished: ProjectFolder
) -> None:
    sent = batches(SHORT)
    hint = EntryPoint(PS1_PREFIX).write
    lines = [f'{hint(command(*echo(*batch)))}; "$LASTEXITCODE"' for batch in sent]
    setting = f"$PSNativeCommandArgumentPassing = '{passing}'" if passing else ""

    said = shell.call(furnished, "-Command", "\n".join([setting, *lines])).out.splitlines()

    assert sent == arrived(said)


def test_every_word_arrives_when_the_script_is_run_as_a_file(
    shell: PowerShell, furnished: ProjectFolder
) -> None:
    taken = {*TAKEN_BY_FILE, "-?"}
    words = [word for name in SHORT for word in LISTS[name] if word not in taken]
    assert words == json.loads(shell.run(furnished, "echo", "--", *words).out)


def test_what_powershell_takes_for_itself_arrives_as_the_reference_says(
    shell: PowerShell, furnished: ProjectFolder
) -> None:
    typed = {line: f"./migrate.ps1 echo '--' {line}" for line, _ in TAKEN_BY_POWERSHELL}
    answers = shell.ask(furnished, typed)
    assert TAKEN_BY_POWERSHELL == [(line, json.loads(answers[line].out)) for line in typed]

    left_by_file = json.loads(shell.run(furnished, "echo", "--", *TAKEN_BY_FILE).out)
    assert [word for words in TAKEN_BY_FILE.values() for word in words] == left_by_file


def test_what_powershell_takes_for_itself_stands_in_the_reference() -> None:
    page = (REPOSITORY / "docs" / "reference" / "entry-points.md").read_text(encoding="utf-8")
    table = page.partition("| typed in PowerShell | arrives as |\n|---|---|\n")[2]
    rows = table.partition("\n\n")[0].splitlines()
    shown = [
        f"| `{line}` | {', '.join(f'`{word}`' if word else 'an empty word' for word in words)} |"
        for line, words in TAKEN_BY_POWERSHELL
    ]
    assert [row.replace("|  |", "| nothing |") for row in shown] == rows


@pytest.mark.long
def test_it_works_in_a_session_of_any_kind(shell: PowerShell, furnished: ProjectFolder) -> None:
    head = furnished.run("current").out.strip()
    answers = shell.ask(furnished, {name: text for name, (text, _, _) in OF_THE_SESSION.items()})
    shown = {name: (answer.code, answer.lines) for name, answer in answers.items()}
    expected = {name: (code, [head, *more]) for name, (_, code, more) in OF_THE_SESSION.items()}
    assert expected == shown


@pytest.mark.long
def test_a_developers_day(shell: PowerShell, ready: ProjectFolder) -> None:
    ready.add_column(VENUE)
    for half in (A_DAY[:5], A_DAY[5:]):
        answers = shell.ask(ready, {line: f"./migrate.ps1 {line}" for line, _, _ in half})
        for line, code, said in half:
            assert (code, True) == (answers[line].code, said in answers[line].out), line
