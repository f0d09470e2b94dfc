"""migrate.cmd by reading, where no cmd.exe runs it; on Windows the other tests run it."""

from __future__ import annotations

from tests.project_folder import REPOSITORY

LINES = (REPOSITORY / "migrate.cmd").read_text(encoding="ascii").splitlines()


def test_its_words_pass_once_and_its_exit_code_comes_back() -> None:
    assert ['"%PYTHON_EXE%" "%~dp0tasks.py" %*', "exit /b %ERRORLEVEL%"] == LINES[-2:]
    assert 1 == "\n".join(LINES).count("%*")


def test_it_changes_nothing_of_the_session_and_keeps_exclamation_marks() -> None:
    assert "@echo off" == LINES[0]
    assert "setlocal EnableExtensions DisableDelayedExpansion" in LINES


def test_it_calls_nothing_that_would_read_its_words_a_second_time() -> None:
    assert not [line for line in LINES if line.split(" ")[0] in {"call", "cd", "pushd", "start"}]
