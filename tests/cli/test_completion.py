"""What Tab offers, for every shell: verbs, and the options of the one that is being typed."""

from __future__ import annotations

import os

import pytest

from dbtasks.cli.completion import BEFORE_A_VERB, SHELLS
from dbtasks.cli.verbs import GROUPS
from tests.project_folder import ProjectFolder

VERBS = sorted({*(task.name for module in GROUPS.values() for task in module.VERBS), "help"})
OF_STATUS = ["--check", "--database", "--database-url", "--env", "--json", "--traceback", "--help"]
BASH = """
eval "$(dbtasks --print-completion-script bash)"
COMP_WORDS=(dbtasks {words})
_complete_dbtasks dbtasks '{last}'
echo "${{COMPREPLY[*]}}"
"""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ([], VERBS),
        ([""], VERBS),
        (["upg"], VERBS),
        (["help", ""], VERBS),
        (["--help", "upg"], VERBS),
        (["-"], list(BEFORE_A_VERB)),
        (["status", ""], OF_STATUS),
        (["status", "--js"], OF_STATUS),
        (["upgrade", "head", "status", "--"], OF_STATUS),
        (["status", "--nosuch", "upgrade", "--"], OF_STATUS),
        (["migrate", 'an open "quote', "status", "-"], OF_STATUS),
        (["status", "--env", ""], []),
        (["status", "--", ""], []),
        (["nosuch", ""], []),
        (["nosuch", "--"], []),
    ],
)
def test_what_may_stand_there_is_offered(
    words: list[str], offered: list[str], ready: ProjectFolder
) -> None:
    assert offered == ready.run("--complete", "--", "dbtasks", *words).out.splitlines()


def test_nothing_is_done_by_what_is_completed(ready: ProjectFolder) -> None:
    ready.run("--complete", "--", "dbtasks", "downgrade", "base", "--yes", "")
    assert "(head)" in ready.run("current").out


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_a_script_for_our_program(shell: str, ready: ProjectFolder) -> None:
    script = ready.run("--print-completion-script", shell).out
    assert "dbtasks" in script
    assert "--complete" in script
    assert "tasks.py" not in script


def test_another_shell_is_told_which_there_are(ready: ProjectFolder) -> None:
    said = ready.run("--print-completion-script", "tcsh", code=2).err.splitlines()
    assert [
        "There is no completion for 'tcsh', only for bash, fish, powershell and zsh.",
        "For example: python tasks.py --print-completion-script zsh",
    ] == said


@pytest.mark.skipif(os.name == "nt", reason="bash is Unix's")
@pytest.mark.slow
def test_tab_in_a_real_bash_completes(ready: ProjectFolder) -> None:
    for words, last, offered in (
        ("upg", "upg", "upgrade"),
        ("migrate '\"add' --em", "--em", "--empty"),
        ("upgrade head --pl", "--pl", "--plan"),
    ):
        script = BASH.format(words=words, last=last)
        assert f"{offered}\n" == ready.process(["bash", "-c", script]).out
