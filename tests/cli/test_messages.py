"""Messages: what was typed goes on into the next command, and no text acts on the terminal."""

from __future__ import annotations

import pytest

from tests.by_hand import run_script
from tests.project_folder import ProjectFolder

OTHER = "sqlite:///other.db"


@pytest.mark.parametrize(
    ("words", "code", "following"),
    [
        (["show", "zzz", "--env", "test"], 2, "history --env test"),
        (["status", "--database-url", OTHER], 0, f"upgrade --database-url {OTHER}"),
        (["check", "--database-url", OTHER], 4, f"upgrade --database-url {OTHER}"),
        (["history", "--database-url", OTHER, "--env", "test"], 0, ""),
        (["merge", "x", "--database-url", OTHER], 1, f"history --database-url {OTHER}"),
        (["reset", "--database-url", OTHER], 2, f"reset --yes --database-url {OTHER}"),
        (["stamp", "head", "--database-url", OTHER], 1, f"init --database-url {OTHER}"),
    ],
)
def test_a_command_to_type_next_is_for_the_same_database(
    ready: ProjectFolder, words: list[str], code: int, following: str
) -> None:
    said = ready.run(*words, code=code).text
    assert f"python tasks.py {following}" in said if following else "python tasks.py" not in said


def test_a_command_to_type_next_holds_no_password(ready: ProjectFolder) -> None:
    url = "postgresql://anna:se cr'et@nowhere.invalid/gigs"
    for more in ([], ["--json"]):
        said = ready.run("status", "--database-url", url, *more, code=1).text
        assert "anna:***@nowhere.invalid/gigs" in said
        assert "cr'et" not in said


def test_a_second_init_has_the_models_of_the_first(folder: ProjectFolder) -> None:
    folder.write_models()
    folder.write("alembic/env.py", "def broken(:\n")
    said = folder.run("init", "--models", "models:Base", code=None).text
    hints = [row for row in said.splitlines() if "tasks.py init" in row]
    assert all("--models models:Base" in row for row in hints)


HOSTILE = "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe \x9b2J \x7f"
HARMLESS = r"\x1b[31mred\x1b]0;title\x07 \u202egnp.exe \x9b2J \x7f"


@pytest.mark.parametrize("verb", ["history", "show", "status", "upgrade --plan", "upgrade"])
def test_a_message_with_control_characters_is_written_out(ready: ProjectFolder, verb: str) -> None:
    ready.run("migrate", "harmless", "--empty")
    (path,) = (ready.root / "alembic" / "versions").glob("*_harmless.py")
    text = path.read_text(encoding="utf-8").replace('"""harmless', f'"""{HOSTILE}', 1)
    path.write_text(text, encoding="utf-8")
    words = [*verb.split(), *["head"] * (verb == "show")]
    out = ready.run(*words).out
    assert HARMLESS in out
    assert not {"\x1b", "\x07", "\x9b", "\x7f", "\u202e"} & set(out)


def test_the_names_of_tables_are_written_out(ready: ProjectFolder) -> None:
    run_script(f"sqlite:///{ready.root}/development.db", 'CREATE TABLE "a\x1b[2Jb" (id INTEGER)')
    said = ready.run("check", code=None).text + ready.run("reset", code=2).text
    assert r"a\x1b[2Jb" in said
    assert "\x1b" not in said


def test_what_a_database_says_is_written_out(ready: ProjectFolder) -> None:
    ready.run("migrate", "loud", "--empty")
    (path,) = (ready.root / "alembic" / "versions").glob("*_loud.py")
    body = "def upgrade() -> None:\n    op.execute('INSERT INTO \"\\x1b[2J\" VALUES (1)')\n"
    text = path.read_text(encoding="utf-8").replace("def upgrade() -> None:\n", body, 1)
    path.write_text(text, encoding="utf-8")
    said = ready.run("upgrade", code=1).err
    assert r"no such table: \x1b[2J" in said
    assert "\x1b" not in said
