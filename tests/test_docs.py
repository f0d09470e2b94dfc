"""The pages say what is so: commands run, outputs are as shown, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from dbtasks.cli.command_line import HelpRequestedError, parse
from dbtasks.cli.verbs import database_tasks
from tests.pages import BLOCK, Walk, blocks, consoles, shown
from tests.project_folder import REPOSITORY, ProjectFolder
from tests.servers import Server

PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]
LIBRARY = REPOSITORY / "dbtasks"
README, TUTORIAL = PAGES[0], REPOSITORY / "docs" / "tutorial.md"
ENTRY_POINTS = ("python tasks.py", r".\migrate.ps1", "migrate.cmd", "just", "inv", "dbtasks")
OTHER_WORDS = {"--help", "--list", "help", "setup", "test", "lint", "bench", "docs", "VERB"}
WITHOUT_DBTASKS = (
    "import sys; sys.modules['dbtasks'] = None; from alembic.config import main; main()"
)
MISTYPED = "python tasks.py upgrad"


@pytest.mark.slow
def test_the_tutorial_runs_as_it_is_written(folder: ProjectFolder) -> None:
    Walk(folder, in_processes=True).go(TUTORIAL)


@pytest.mark.parametrize("name", ["changing-models", "data"])
def test_a_guide_runs_as_it_is_written(name: str, folder: ProjectFolder, server: Server) -> None:
    models = (block.text for block in blocks(TUTORIAL) if block.kind.startswith("python models.py"))
    folder.write_models("".join(models))
    folder.run("init", "--models", "models:Base")
    with server.database() as url:
        Walk(folder, url).go(REPOSITORY / "docs" / "guides" / f"{name}.md")


@pytest.mark.slow
def test_a_project_is_left_as_its_guide_says(folder: ProjectFolder) -> None:
    page = REPOSITORY / "docs" / "guides" / "leaving.md"
    models = (block.text for block in blocks(TUTORIAL) if block.kind.startswith("python models.py"))
    folder.write_models("".join(models))
    folder.run("init", "--models", "models:Base")
    Walk(folder).go(page)
    names = re.findall(r"`([\w./]+)`", page.read_text(encoding="utf-8").partition("to delete")[2])
    for name in (name for name in names if name != "alembic/script.py.mako"):
        (folder.root / name).unlink(missing_ok=True)
    assert not (folder.root / "tasks.py").exists()
    (folder.root / "development.db").unlink()
    for words in (["upgrade", "head"], ["check"], ["downgrade", "base"]):
        folder.process([sys.executable, "-c", WITHOUT_DBTASKS, *words])


@pytest.mark.slow
def test_the_two_commands_of_a_fresh_machine_run(folder: ProjectFolder) -> None:
    commands = consoles(README)
    assert ["python tasks.py upgrade", "python tasks.py test"] == [line for line, _ in commands[:2]]
    copy_repository(folder.root)
    assert " at " in folder.process(shlex.split(commands[0][0])).out
    # Not all tests again inside of one, but the same command as far as it goes without them.
    collected = folder.process([*shlex.split(commands[1][0]), "--", "--collect-only", "-q"])
    assert "tests/test_docs.py" in collected.out


@pytest.mark.slow
def test_a_project_of_ones_own_is_made_as_the_readme_says(folder: ProjectFolder) -> None:
    install, init = (command for command, _ in consoles(README)[2:4])
    assert "pip install dbtasks" == install  # tests/test_package.py installs the wheel
    folder.write("package/__init__.py", "")
    folder.write_models()
    (folder.root / "models.py").rename(folder.root / "package" / "module.py")
    folder.process(shlex.split(init))
    assert "Up to date." in folder.process(["dbtasks", "status"]).out


def test_every_day_is_the_same_in_every_shell() -> None:
    table = README.read_text(encoding="utf-8").partition("## Every day")[2].partition("\n\nIn ")[0]
    rows = [re.findall(r"`([^`]+)`", row) for row in table.splitlines() if "`" in row]
    assert len(rows) >= 9
    for row in rows[:-1]:
        assert 3 == len(row)
        assert 1 == len({words_after_entry_point(command) for command in row}), row


@pytest.mark.parametrize("path", PAGES, ids=shown)
def test_every_command_on_a_page_can_be_typed(path: Path) -> None:
    contexts = {context.name: context for context in database_tasks(REPOSITORY).to_contexts()}
    for command in commands_on(path) - {MISTYPED}:
        words, _, _ = words_after_entry_point(command).partition(" > ")
        verb, *_ = shlex.split(words) or [""]
        if verb in contexts:
            with suppress(HelpRequestedError):
                parse(shlex.split(words), contexts)
        else:
            assert verb in OTHER_WORDS, command


@pytest.mark.parametrize("path", PAGES, ids=shown)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        page_ = (path.parent / name) if name else path
        assert page_.is_file(), target
        assert not anchor or anchor in anchors(page_), target


@pytest.mark.slow
@pytest.mark.needs("griffe", "ruff")
def test_what_is_generated_is_not_stale() -> None:
    from docs import generate

    for path, text in generate.generated().items():
        assert text == path.read_text(encoding="utf-8"), "run: python tasks.py docs"


def commands_on(path: Path) -> set[str]:
    """Return every command that stands on a page, in a console or between backticks."""
    text = BLOCK.sub("", path.read_text(encoding="utf-8"))
    found = [command for command, _ in consoles(path)] + re.findall(r"`([^`\n]+)`", text)
    return {
        piece for piece in found if piece.startswith(tuple(f"{name} " for name in ENTRY_POINTS))
    }


def words_after_entry_point(command: str) -> str:
    entry_point = next(name for name in ENTRY_POINTS if command.startswith(name))
    # A collection of ones own holds the verbs as db.status.
    return command.removeprefix(entry_point).strip().removeprefix("db.")


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def copy_repository(target: Path) -> None:
    """Copy what a clone would hold."""
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "__pycache__", "*.db", ".*_cache", ".hypothesis"
    )
    shutil.copytree(REPOSITORY, target, ignore=ignored, dirs_exist_ok=True)


def test_the_page_of_the_architecture_names_every_folder() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {path.parent.name for path in LIBRARY.rglob("__init__.py")} - {LIBRARY.name}
    assert set() == {name for name in folders if f"`{name}/`" not in text}


def test_the_page_of_the_architecture_names_no_module_that_is_not_there() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    modules = [*LIBRARY.rglob("*.py"), *REPOSITORY.glob("alembic/*.py"), REPOSITORY / "tasks.py"]
    there = {path.name for path in modules}
    assert set() == set(re.findall(r"`(\w+\.py)`", text)) - there
    paths = set(
        re.findall(r"`((?:cli|commands|state|plan|backfill|write|impact|databases)/\w+)`", text)
    )
    stems = {f"{path.parent.name}/{path.stem}" for path in modules}
    assert paths
    assert set() == paths - stems
