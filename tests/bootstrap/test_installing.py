"""An install that takes its time: two at once, a word now and then, an interrupt."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from pathlib import Path

from dbtasks.commands.project_files import rendered
from tests.bootstrap.words import FRESH, INSTALLING, WAITING
from tests.clones import PATIENCE, Clone, slow_down


def test_two_at_once_install_once(quick_clone: Clone) -> None:
    slow = slow_down(quick_clone)
    processes = [quick_clone.start("--version"), quick_clone.start("--version")]
    wait_for(quick_clone.root / "begun")
    time.sleep(0.5)
    slow.unlink()

    ended = [process.communicate(timeout=60) for process in processes]

    assert [0, 0] == [process.returncode for process in processes]
    assert 1 == sum(said.count(INSTALLING) for _, said in ended)
    assert any(WAITING in said for _, said in ended)


def test_a_slow_install_says_what_it_is_at_and_its_json_stays_json(quick_clone: Clone) -> None:
    bootstrap = rendered("alembic/bootstrap.py")
    assert PATIENCE in bootstrap
    quick_clone.write("alembic/bootstrap.py", bootstrap.replace(PATIENCE, "PATIENCE = 0.2"))
    slow = slow_down(quick_clone)
    with quick_clone.start("status", "--json") as process:
        assert process.stderr is not None
        assert FRESH.startswith(process.stderr.readline())
        while process.stderr.readline() != INSTALLING:
            pass
        assert re.fullmatch(r"dbtasks: .+ \(\d+ s\)\n", process.stderr.readline())
        slow.unlink()
        out, _ = process.communicate(timeout=60)
    assert {"error"} == set(json.loads(out))  # the clone has no revisions yet


if os.name != "nt":  # Windows can't interrupt a group of processes from outside

    def test_an_interrupted_install_says_so_and_is_begun_anew(quick_clone: Clone) -> None:
        slow = slow_down(quick_clone)
        with quick_clone.start("--version") as process:
            wait_for(quick_clone.root / "begun")
            os.killpg(process.pid, signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert 130 == process.returncode
        assert FRESH + "dbtasks: interrupted. Run the command again to go on.\n" == said

        slow.unlink()
        assert INSTALLING == quick_clone.call("--version").err

    def test_an_installer_whose_parent_was_killed_keeps_others_away(quick_clone: Clone) -> None:
        slow = slow_down(quick_clone)
        with quick_clone.start("--version") as killed:
            wait_for(quick_clone.root / "begun")
            killed.kill()
            with quick_clone.start("--version") as waiting:
                assert waiting.stderr is not None
                assert WAITING == waiting.stderr.readline()
                slow.unlink()
                _, said = waiting.communicate(timeout=60)
        assert (0, INSTALLING) == (waiting.returncode, said)


def test_an_interrupt_before_the_verb_begins_shows_no_traceback(clone: Clone) -> None:
    script = "import sys; sys.path.insert(0, 'alembic'); import bootstrap; bootstrap.enter()"
    interrupted = [sys.executable, "-c", f"{script}; raise KeyboardInterrupt"]

    result = clone.process(interrupted, 130)

    assert "dbtasks: interrupted. Run the command again to go on.\n" == result.err


def wait_for(path: Path) -> None:
    """Wait until a file is there; the test's own limit of time ends it."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)
