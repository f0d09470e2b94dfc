"""The program behind every entry point: what stands before a verb, help, and what it loads."""

from __future__ import annotations

import shlex
import subprocess
import sys
from importlib.metadata import version

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dbtasks.cli.entry_point import EntryPoint
from dbtasks.cli.verbs import GROUPS
from dbtasks.errors import ExitCode
from dbtasks.hints import command
from tests.project_folder import REPOSITORY, ProjectFolder

LOADED = """
import runpy, sys
sys.argv = {argv!r}
try:
    runpy.{run}
except SystemExit:
    pass
heavy = {{"alembic", "sqlalchemy", "rich", "mako", "dotenv"}} & set(sys.modules)
print(sorted(heavy), file=sys.stderr)
"""

BAND = """
from invoke import task

@task
def band(context):
    print(context.band)

namespace.add_task(band)
"""


@pytest.fixture
def quick(ready: ProjectFolder) -> ProjectFolder:
    """A project at its head; `run` starts no process."""
    return ready


def test_an_option_in_front_of_the_verb_is_refused_and_not_passed_over(
    quick: ProjectFolder,
) -> None:
    for words in (["--env=production", "status"], ["--env", "production", "status"]):
        result = quick.run(*words, code=2)
        assert "There is no option --env before the verb." == result.err.splitlines()[0]
        assert "" == result.out
    assert "There is no option -? before the verb." in quick.run("-?x", "upgrade", code=2).err


def test_a_misspelt_option_in_front_of_the_verb_is_answered_with_the_nearest(
    quick: ProjectFolder,
) -> None:
    assert "Did you mean --list?" in quick.run("--lst", code=2).err


def test_two_dashes_may_stand_in_front_of_the_verb(quick: ProjectFolder) -> None:
    assert quick.run("--", "heads").out == quick.run("heads").out


@pytest.mark.parametrize(
    "words",
    [
        ["help", "upgrade"],
        ["--help", "upgrade"],
        ["-?", "upgrade"],
        ["/?", "upgrade"],
        ["upgrade", "--help"],
        ["upgrade", "-h"],
        ["upgrade", "-?"],
        ["upgrade", "/?"],
    ],
)
def test_help_on_a_verb_is_the_same_however_it_is_asked_for(
    words: list[str], quick: ProjectFolder
) -> None:
    text = quick.run(*words).out
    assert "Usage: python tasks.py upgrade [REVISION] [--option ...]" == text.splitlines()[0]
    assert "  --plan " in text


@pytest.mark.parametrize(
    "words", [["help"], ["help", "--help"], ["--help"], ["-h"], ["-?"], ["/?"], []]
)
def test_help_shows_all_verbs_by_group(words: list[str], quick: ProjectFolder) -> None:
    text = quick.run(*words).out
    assert "Usage: python tasks.py VERB [WORD] [--option ...]" == text.splitlines()[0]
    assert [line for line in text.splitlines() if line.endswith(":")] == [
        "Make ready:",
        "Write revisions:",
        "Move the database:",
        "Look:",
    ]


@pytest.mark.parametrize("words", [["help", "upgrad"], ["--help", "upgrad"], ["upgrad", "--help"]])
def test_help_on_an_unknown_verb_names_the_nearest_one(
    words: list[str], quick: ProjectFolder
) -> None:
    assert "Did you mean upgrade?" in quick.run(*words, code=2).err


def test_a_list_of_what_is_not_there_is_wrong_usage(quick: ProjectFolder) -> None:
    assert "Sub-collection 'nosuch' not found!" in quick.run("--list", "nosuch", code=2).err


def test_the_version_is_that_of_dbtasks(quick: ProjectFolder) -> None:
    assert f"dbtasks {version('dbtasks')}\n" == quick.run("--version").out


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["--list"], ["--help"], ["help", "upgrade"], ["upgrade", "--help"], ["upgrad"]]
)
def test_what_needs_no_database_loads_neither_alembic_nor_sqlalchemy(
    words: list[str], quick: ProjectFolder
) -> None:
    script = LOADED.format(argv=["tasks.py", *words], run='run_path("tasks.py", None, "__main__")')
    result = quick.process([sys.executable, "-c", script])
    assert "[]" == result.err.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--list"], ["--help", "upgrade"]])
def test_plain_invoke_loads_neither_alembic_nor_sqlalchemy(
    words: list[str], quick: ProjectFolder
) -> None:
    script = LOADED.format(argv=["inv", *words], run='run_module("invoke", None, "__main__")')
    result = quick.process([sys.executable, "-c", script])
    assert "[]" == result.err.splitlines()[-1]


@pytest.mark.slow
def test_a_verb_that_works_loads_them(quick: ProjectFolder) -> None:
    script = LOADED.format(
        argv=["tasks.py", "current"], run='run_path("tasks.py", None, "__main__")'
    )
    result = quick.process([sys.executable, "-c", script])
    assert "['alembic', " in result.err.splitlines()[-1]
    assert "'sqlalchemy'" in result.err.splitlines()[-1]


@pytest.mark.slow
def test_invokes_own_list_says_what_each_verb_does(quick: ProjectFolder) -> None:
    text = " ".join(quick.process(["inv", "--list"]).out.split())
    for module in GROUPS.values():
        for verb in module.VERBS:
            assert f"{verb.name} {(verb.__doc__ or '').splitlines()[0]}" in text


@pytest.mark.slow
def test_bytecode_of_the_project_is_kept_for_the_next_run(quick: ProjectFolder) -> None:
    quick.process([sys.executable, "tasks.py", "check"])
    assert list((quick.root / "__pycache__").glob("models.*.pyc"))


@pytest.mark.slow
def test_the_projects_invoke_yaml_counts_through_every_entry_point(quick: ProjectFolder) -> None:
    quick.write("invoke.yaml", "band: The Gigs\n")
    text = (quick.root / "tasks.py").read_text(encoding="utf-8")
    quick.write("tasks.py", text.replace("# Your own tasks", f"{BAND}\n# Your own tasks"))

    for program in ([sys.executable, "tasks.py"], ["inv"]):
        assert "The Gigs\n" == quick.process([*program, "band"]).out


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--help"], ["check"], ["check", "--json"]])
def test_a_reader_that_stops_early_is_no_failure(words: list[str], quick: ProjectFolder) -> None:
    quick.add_column("venue: Mapped[str | None]")
    with subprocess.Popen(
        [sys.executable, "tasks.py", *words],
        cwd=quick.root,
        env=quick.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert b"" == process.stderr.read()


WORD = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@given(st.lists(WORD, min_size=1, max_size=4))
@example([r"\\0", "a\\\nb"])
def test_sh_reads_a_hint_as_it_is_meant(words: list[str]) -> None:
    hint = EntryPoint("python tasks.py").write(command(*words))
    assert ["python", "tasks.py", *words] == shlex.split(hint)


def test_a_hint_is_quoted_for_the_shell_of_its_entry_point() -> None:
    words = ("migrate", "it's $5")
    assert 'just migrate "add venue"' == EntryPoint("just").write(command("migrate", "add venue"))
    assert "just migrate 'it'\"'\"'s $5'" == EntryPoint("just").write(command(*words))
    cmd = EntryPoint(r".\migrate.cmd").write(command("migrate", 'say "hi"'))
    assert r".\migrate.cmd migrate " + '"say ""hi"""' == cmd


def test_every_exit_code_stands_in_the_reference() -> None:
    page = (REPOSITORY / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")]
    assert [str(int(code)) for code in ExitCode] == [row for row in rows if row.isdecimal()]
