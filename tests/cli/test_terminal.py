"""What people see: on a terminal, in a pipe, without colour, in 40 columns, in a code page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.by_hand import run_script
from tests.project_folder import ProjectFolder

pytest.importorskip("pty", reason="Windows has no pty to test a terminal with")

from tests.selection import rarely
from tests.terminals import CONTROL_C, on_terminal, terminal

pytestmark = pytest.mark.slow

NARROW = 40
MESSAGE = "Größe der Bühne und Zahl der Plätze ✓ 漢字, and more words than fit into a row"


@pytest.fixture
def wordy(ready: ProjectFolder) -> ProjectFolder:
    """A project with a pending revision of a long message with Unicode in it."""
    ready.run("migrate", MESSAGE, "--empty")
    return ready


def write_revision(folder: ProjectFolder, message: str, *body: str) -> None:
    """Write a revision whose upgrade has the lines of `body`."""
    folder.run("migrate", message, "--empty")
    (path,) = (folder.root / "alembic" / "versions").glob(f"*_{message}.py")
    start = "def upgrade() -> None:\n"
    lines = "".join(f"    {line}\n" for line in body)
    text = path.read_text(encoding="utf-8").replace(start, start + lines, 1)
    path.write_text(text, encoding="utf-8")


def test_a_terminal_gets_colours_and_a_pipe_bare_text(ready: ProjectFolder) -> None:
    shown = on_terminal(ready, "status")
    assert "\x1b[32mUp to date." in shown.raw

    piped = ready.run("status").out
    assert "\x1b" not in piped
    assert words_of(piped) == words_of(shown.shown)


def test_a_pipe_does_not_wait_for_rich(ready: ProjectFolder) -> None:
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('rich' in sys.modules, file=sys.stderr))\n"
        "sys.argv = ['dbtasks', 'upgrade']\n"
        "from dbtasks.cli.program import console\n"
        "console()\n"
    )
    assert "False\n" == ready.process([sys.executable, "-c", code]).err


def test_no_color_shows_the_same_without_any_escape_codes(ready: ProjectFolder) -> None:
    shown = on_terminal(ready, "status", NO_COLOR="1")
    assert "\x1b" not in shown.raw
    assert words_of(ready.run("status").out) == words_of(shown.raw)


def test_a_dumb_terminal_shows_the_same_without_any_escape_codes(wordy: ProjectFolder) -> None:
    shown = on_terminal(wordy, "upgrade", TERM="dumb")
    assert "\x1b" not in shown.raw
    assert "is at " in shown.raw


@pytest.mark.parametrize("words", [["status"], ["upgrade", "--plan"]])
def test_a_narrow_terminal_gets_whole_words_in_short_rows(
    wordy: ProjectFolder, words: list[str]
) -> None:
    shown = on_terminal(wordy, *words, columns=NARROW).shown
    rows = [row for row in shown.splitlines() if not row.startswith("Next: ")]
    assert all(len(row) <= NARROW for row in rows)
    assert set(MESSAGE.split()) <= set(shown.split())


def test_a_narrow_history_draws_its_graph_beside_every_row(wordy: ProjectFolder) -> None:
    *first, last = on_terminal(wordy, "history", columns=NARROW).shown.splitlines()
    assert len(first) > 2
    assert all(row.startswith("|  ") for row in first[1:])
    assert last.startswith("*  ")


def test_a_command_to_copy_stays_in_one_piece_on_a_narrow_terminal(ready: ProjectFolder) -> None:
    ready.add_column("venue_of_the_whole_evening: Mapped[str | None]")
    shown = on_terminal(ready, "status", columns=NARROW).shown
    assert 'migrate "what changed"' in next(
        row for row in shown.splitlines() if row.startswith("Next: ")
    )


@pytest.mark.parametrize("code_page", rarely(["cp437", "ascii"], "cp437"))
def test_a_code_page_that_lacks_a_character_shows_the_rest(
    wordy: ProjectFolder, code_page: str
) -> None:
    environment = {"PYTHONIOENCODING": code_page, "PYTHONUTF8": "0"}
    done = piped(wordy, "history", **environment).decode(code_page)
    assert MESSAGE.encode(code_page, "replace").decode(code_page) in done

    shown = on_terminal(wordy, "upgrade", **environment).received.decode(code_page)
    assert "and more words than fit into a row" in " ".join(words_of(shown))


def test_the_sql_for_a_pipe_is_exact_whatever_the_code_page(ready: ProjectFolder) -> None:
    statement = "INSERT INTO gigs (title) VALUES ('漢字 ✓')"
    write_revision(ready, "rows", f'op.execute("{statement}")')
    printed = piped(ready, "upgrade", "--sql", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert statement in printed.decode("utf-8")


def test_a_long_upgrade_shows_a_bar_and_each_step_with_its_time(ready: ProjectFolder) -> None:
    ready.run("migrate", "quick", "--empty")
    write_revision(ready, "slow", "import time", 'print("from the user")', "time.sleep(1.6)")
    shown = on_terminal(ready, "upgrade").shown
    assert re.search(r"1/2 0:00:0\d", shown)
    assert "  quick  (" in shown
    assert re.search(r"  slow  \(\d\.\d s\)", shown)
    assert "from the user\n" in shown


def test_a_quick_upgrade_shows_no_bar(wordy: ProjectFolder) -> None:
    shown = on_terminal(wordy, "upgrade").shown
    assert "0:00:0" not in shown
    assert " ms)" in shown


def test_a_failure_below_the_bar_leaves_the_terminal_in_order(ready: ProjectFolder) -> None:
    write_revision(ready, "broken", "1 / 0")
    shown = on_terminal(ready, "upgrade", code=1)
    assert shown.raw.count("\x1b[?25l") == shown.raw.count("\x1b[?25h")
    assert "ZeroDivisionError" in shown.shown


def test_reset_goes_on_when_the_name_of_the_database_is_typed(ready: ProjectFolder) -> None:
    with terminal(ready, "reset") as opened:
        opened.wait_for("Type development.db to go on:")
        opened.type("development.db\n")
        assert 0 == opened.end()
        assert "development.db is at " in opened.shown


def test_reset_does_nothing_when_anything_else_is_typed(ready: ProjectFolder) -> None:
    before = (ready.root / "development.db").read_bytes()
    with terminal(ready, "reset") as opened:
        opened.wait_for("Type development.db to go on:")
        opened.type("yes\n")
        assert 1 == opened.end()
        assert "Not confirmed. Nothing was done." in opened.shown
    assert before == (ready.root / "development.db").read_bytes()


def test_an_interrupt_at_the_question_does_nothing(ready: ProjectFolder) -> None:
    before = (ready.root / "development.db").read_bytes()
    with terminal(ready, "reset") as opened:
        opened.wait_for("Type development.db to go on:")
        opened.type(CONTROL_C)
        assert 130 == opened.end()
        assert "Traceback" not in opened.shown
    assert before == (ready.root / "development.db").read_bytes()


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("no", 1), ("", 1)])
def test_downgrade_shows_what_would_be_lost_and_asks(
    ready: ProjectFolder, answer: str, code: int
) -> None:
    ready.add_column("venue: Mapped[str | None]")
    ready.run("migrate", "add venue")
    ready.run("upgrade")
    database = f"sqlite:///{(ready.root / 'development.db').as_posix()}"
    run_script(database, "INSERT INTO gigs (title, venue) VALUES ('walk', 'harbour')")
    with terminal(ready, "downgrade") as opened:
        opened.wait_for("Data will be lost. Type yes to go on:")
        assert "gigs.venue" in opened.shown
        opened.type(f"{answer}\n")
        assert code == opened.end()
    assert ready.run("status", "--check", code=None).code == (3 if code == 0 else 0)


def test_without_a_terminal_reset_asks_for_its_flag(ready: ProjectFolder) -> None:
    before = (ready.root / "development.db").read_bytes()
    done = ready.run("reset", code=2)
    assert "--yes" in done.err
    assert before == (ready.root / "development.db").read_bytes()


@pytest.mark.parametrize("closed", rarely(["1>&-", "2>&-", "1>&- 2>&-"], "1>&- 2>&-"))
def test_a_closed_stream_is_no_failure(ready: ProjectFolder, closed: str) -> None:
    script = f'exec "$@" {closed}'
    ready.process(["sh", "-c", script, "sh", sys.executable, "-m", "dbtasks", "status"])


def test_json_on_a_terminal_is_only_json(wordy: ProjectFolder) -> None:
    shown = on_terminal(wordy, "status", "--json").raw
    status: dict[str, Any] = json.loads(shown)
    assert MESSAGE == status["pending"][0]["message"]


def piped(folder: ProjectFolder, *words: str, **variables: str) -> bytes:
    """Run `dbtasks` into a pipe; return the bytes that came through it."""
    command = [sys.executable, "-m", "dbtasks", *words]
    environment = folder.environment(**variables)
    return subprocess.run(
        command, cwd=folder.root, env=environment, stdout=subprocess.PIPE, check=True
    ).stdout


def words_of(text: str) -> list[str]:
    return text.split()
