"""migrate.ps1 in a real PowerShell, wherever there is one."""

from __future__ import annotations

import json
import shutil

import pytest

from dbtasks.cli import entry_point as ways_in
from dbtasks.hints import command
from tests.entry_points.entry_points import POWERSHELL_RUNS_ON, PS1_PREFIX, EntryPoint, powershell
from tests.entry_points.table import LISTS
from tests.entry_points.test_six_verbs import spend_a_day
from tests.entry_points.test_words import echo_words, expected
from tests.project_folder import REPOSITORY, ProjectFolder, Result

DRIVER = """
if ($env:PASSING) { $PSNativeCommandArgumentPassing = $env:PASSING }
$cases = Get-Content -Raw -Encoding UTF8 -LiteralPath cases.json | ConvertFrom-Json
$answers = foreach ($case in $cases) {
    $words = [string[]]@($case.words)
    $out = & "$PSScriptRoot/migrate.ps1" @words
    [pscustomobject]@{ name = $case.name; code = $LASTEXITCODE; out = "$out" }
}
[IO.File]::WriteAllText("$PSScriptRoot/answers.json", (ConvertTo-Json @($answers)))
"$env:DBTASKS_ENTRY_POINT$env:DBTASKS_WORDS"
"""
"""Sends each list of cases.json through migrate.ps1, as a developer's own script would."""

PLAIN = ["no words", "a sentence", "one back", "umlauts", "a star", "ids like numbers", "commas"]


@pytest.fixture(params=POWERSHELL_RUNS_ON)
def entry_point(request: pytest.FixtureRequest) -> EntryPoint:
    """migrate.ps1, run by a PowerShell that is there."""
    program: str = request.param
    if not shutil.which(program):
        pytest.skip(f"{program.upper()} IS NOT ON PATH: migrate.ps1 WAS NOT RUN WITH IT")
    return powershell(program)


def run_script(
    entry_point: EntryPoint, folder: ProjectFolder, script: str, passing: str = ""
) -> Result:
    """Run a PowerShell script in the project's folder."""
    path = folder.root / "script.ps1"
    path.write_text(script, encoding="utf-8-sig")
    command = [*entry_point.command([])[:-1], path.name]
    return folder.process(command, variables={"PASSING": passing})


@pytest.mark.parametrize("passing", ["", "Legacy"])
def test_every_list_of_words_arrives(
    entry_point: EntryPoint, passing: str, furnished: ProjectFolder
) -> None:
    cases = [{"name": name, "words": echo_words(name)} for name in LISTS]
    furnished.write("cases.json", json.dumps(cases))

    left = run_script(entry_point, furnished, DRIVER, passing)

    answers = json.loads((furnished.root / "answers.json").read_text(encoding="utf-8"))
    arrived = [(item["name"], item["code"], json.loads(item["out"])) for item in answers]
    assert [(name, *expected(name)[:2]) for name in LISTS] == arrived
    assert [expected(name)[2] for name in LISTS] == left.err.splitlines(keepends=True)
    assert "" == left.out.strip(), "the session keeps what the script set"


@pytest.mark.parametrize("name", PLAIN)
def test_words_arrive_when_the_script_is_run_as_a_file(
    entry_point: EntryPoint, name: str, furnished: ProjectFolder
) -> None:
    code, words, _ = expected(name)
    result = entry_point.run(furnished, *echo_words(name), code=code)
    assert words == json.loads(result.out)


def test_a_hint_can_be_typed_as_it_stands(
    entry_point: EntryPoint, furnished: ProjectFolder
) -> None:
    words = ["add venue", "it's $5", 'say "hi"', "100%", "wow!", "`tick`", "back\\"]
    hint = ways_in.EntryPoint(PS1_PREFIX).write(command("echo", *words))

    assert words == json.loads(run_script(entry_point, furnished, hint).out)


def test_a_developers_day(entry_point: EntryPoint, ready: ProjectFolder) -> None:
    spend_a_day(entry_point, ready)


def test_a_hint_names_the_script(entry_point: EntryPoint, furnished: ProjectFolder) -> None:
    assert (
        f": {entry_point.prefix} history"
        in entry_point.run(furnished, "show", "nosuch", code=2).err
    )


def test_the_script_works_from_any_folder(
    entry_point: EntryPoint, furnished: ProjectFolder
) -> None:
    script = "Set-Location alembic; & ../migrate.ps1 current; exit $LASTEXITCODE"
    assert "(head)" in run_script(entry_point, furnished, script).out


def test_the_completion_of_the_reference_offers_options(
    entry_point: EntryPoint, furnished: ProjectFolder
) -> None:
    page = (REPOSITORY / "docs" / "reference" / "entry_points.md").read_text(encoding="utf-8")
    script = page.partition("```powershell\n")[2].partition("```")[0]
    script += "$line = './migrate.ps1 upgrade --pl'\n"
    script += "(TabExpansion2 $line $line.Length).CompletionMatches.CompletionText\n"

    assert ["--plan"] == run_script(entry_point, furnished, script).out.split()
