"""PowerShell as tests use it: one process for many questions, since each start takes a second."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.entry_points.entry_points import PS1_PREFIX, EntryPoint
from tests.project_folder import ProjectFolder, Result

PROGRAMS = ("pwsh", "powershell")
OPTIONS = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass"]

DRIVER = """
$questions = Get-Content -Raw -Encoding UTF8 -LiteralPath questions.json | ConvertFrom-Json
$answers = foreach ($question in $questions) {
    $text = "& {`n$($question.text)`n}"
    $out = try { Invoke-Expression $text | Out-String -Width 200 } catch { "$_" }
    [pscustomobject]@{ name = $question.name; out = $out; code = $LASTEXITCODE }
}
[IO.File]::WriteAllText("$PSScriptRoot/answers.json", (ConvertTo-Json @($answers)))
"""
"""Answers each of questions.json; what one sets, or an error in it, does no harm to another."""


@dataclass
class Answer:
    """What a line at the prompt shows, and the exit code of the last program that ran."""

    out: str
    code: int | None

    @property
    def lines(self) -> list[str]:
        """What it shows, without empty lines."""
        return [line.strip() for line in self.out.splitlines() if line.strip()]


@dataclass(frozen=True)
class PowerShell(EntryPoint):
    """migrate.ps1 in a PowerShell: as a file, in scripts, and at a prompt."""

    program: str = ""

    def call(self, folder: ProjectFolder, *words: str) -> Result:
        """Run the program itself in the project's folder."""
        return folder.process([self.program, *OPTIONS, *words])

    def run_script(self, folder: ProjectFolder, script: str, passing: str = "") -> Result:
        """Run a script in the project's folder; `passing` is how it passes words to programs."""
        path = folder.root / "script.ps1"
        path.write_text(script, encoding="utf-8-sig")
        command = [self.program, *OPTIONS, "-File", path.name]
        return folder.process(command, variables={"PASSING": passing})

    def ask(self, folder: ProjectFolder, questions: dict[str, str]) -> dict[str, Answer]:
        """Type each question at a prompt, in one session; return the answers by name."""
        asked = [{"name": name, "text": text} for name, text in questions.items()]
        folder.write("questions.json", json.dumps(asked))
        self.run_script(folder, DRIVER)
        given = json.loads((folder.root / "answers.json").read_text(encoding="utf-8"))
        return {item["name"]: Answer(item["out"], item["code"]) for item in given}


def powershell(program: str) -> PowerShell:
    """Return migrate.ps1 in the PowerShell that is called `program`."""
    return PowerShell(
        f"migrate.ps1 ({program})",
        PS1_PREFIX,
        lambda words: [program, *OPTIONS, "-File", "migrate.ps1", *words],
        program=program,
    )
