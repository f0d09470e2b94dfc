"""`python tasks.py` on a fresh clone with nothing but Python, and on every call after it."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from dbtasks.commands.project_files import rendered
from tests.clones import PATIENCE, Clone, has_uv, make_clone, slow_down, write_index
from tests.faults.harm import obeying
from tests.project_folder import REPOSITORY, SCRIPTS

INSTALLING = (
    "dbtasks: installing the project into .venv (once, and when its requirements change) ...\n"
)
FRESH = "dbtasks: making .venv, the project's Python environment ...\n" + INSTALLING
WAITING = "dbtasks: another process is installing the project; waiting for it ...\n"
SOURCE = (REPOSITORY / "alembic" / "bootstrap.py").read_text(encoding="ascii")
NOWHERE = "https://127.0.0.1:9/simple"


@pytest.fixture(scope="session")
def plain_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that has nothing but the standard library."""
    folder = tmp_path_factory.mktemp("plain") / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


@pytest.fixture
def clone(tmp_path: Path, plain_python: str) -> Clone:
    """A fresh clone, and an index that has what it asks for."""
    root = tmp_path / "my gigs"
    root.mkdir()
    return make_clone(root, write_index(tmp_path / "index"), plain_python)


@pytest.fixture
def quick_clone(clone: Clone) -> Clone:
    """A fresh clone on a machine that has uv, which is quicker than pip."""
    if not has_uv(SCRIPTS):
        pytest.skip("NOT INSTALLED: UV. THIS WAS NOT TESTED")
    clone.variables["PATH"] += os.pathsep + str(SCRIPTS)
    return clone


@pytest.mark.long
def test_a_fresh_clone_gets_its_environment_and_more_when_it_asks_for_more(clone: Clone) -> None:
    first = clone.call("--version")
    assert (FRESH, True) == (first.err, first.out.startswith("dbtasks "))
    again = clone.call("--version")
    assert ("", first.out) == (again.err, again.out)

    clone.require("dbtasks", "venue")
    assert INSTALLING == clone.call("--version").err
    assert {"dbtasks", "pip", "venue"} <= clone.installed()


def test_an_environment_whose_python_is_gone_is_made_anew(quick_clone: Clone) -> None:
    quick_clone.call("--version")
    for python in quick_clone.own_python.parent.glob("python*"):
        python.unlink()

    assert FRESH == quick_clone.call("--version").err
    assert "" == quick_clone.call("--version").err


def test_uv_makes_the_environment_where_there_is_one(quick_clone: Clone) -> None:
    assert FRESH == quick_clone.call("--version").err
    assert {"dbtasks"} == quick_clone.installed()
    assert "" == quick_clone.call("--version").err


def test_words_entry_point_and_exit_code_pass_to_the_other_python(quick_clone: Clone) -> None:
    quick_clone.call("--version")

    refused = quick_clone.call("upgrad", "a b", "", code=2)
    assert [
        "There is no verb 'upgrad'. Did you mean upgrade?",
        "See all: python tasks.py --help",
    ] == refused.err.splitlines()

    quick_clone.variables |= {"DBTASKS_ENTRY_POINT": "just", "DBTASKS_WORDS": "upgrad\x1f"}
    assert "See all: just --help" == quick_clone.call(code=2).err.splitlines()[1]


def test_a_press_of_tab_installs_nothing(quick_clone: Clone) -> None:
    nothing = quick_clone.call("--complete", "--", "dbtasks", "upg")
    assert ("", "", False) == (nothing.out, nothing.err, quick_clone.venv.exists())
    quick_clone.variables["DBTASKS_WORDS"] = "--complete\x1f--\x1fdbtasks\x1fupg\x1f"
    assert ("", False) == (quick_clone.call().text, quick_clone.venv.exists())
    del quick_clone.variables["DBTASKS_WORDS"]

    quick_clone.call("--version")
    assert "upgrade" in quick_clone.call("--complete", "--", "dbtasks", "upg").out.split()


@pytest.mark.long
def test_without_a_network_the_message_says_so_and_the_next_call_goes_on(clone: Clone) -> None:
    online = dict(clone.variables)
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS"):
        del clone.variables[name]
    clone.variables |= {"PIP_INDEX_URL": NOWHERE, "PIP_RETRIES": "1"}

    result = clone.call("--version", code=1)

    assert FRESH + "dbtasks: could not install the project:\n" in result.err
    assert result.err.endswith("Connect to the network, then run the command again.\n")
    assert (5, "") == (len(result.err.splitlines()), result.out)
    clone.variables = online
    assert INSTALLING == clone.call("--version").err


def test_without_a_network_uv_says_so_too(quick_clone: Clone) -> None:
    for name in ("UV_OFFLINE", "UV_FIND_LINKS"):
        del quick_clone.variables[name]
    quick_clone.variables |= {"UV_DEFAULT_INDEX": NOWHERE, "UV_HTTP_RETRIES": "0"}

    result = quick_clone.call("--version", code=1)

    assert result.err.endswith("Connect to the network, then run the command again.\n")


def test_a_python_without_ensurepip_is_told_what_to_install(clone: Clone) -> None:
    """As Debian's is without its package python3-venv."""
    clone.write("debian/ensurepip/__init__.py", "")
    clone.variables["PYTHONPATH"] = str(clone.root / "debian")

    result = clone.call("--version", code=1)

    assert "No module named ensurepip" in result.err
    assert "apt install python3-venv" in result.err.splitlines()[-1]


def test_a_project_that_does_not_name_dbtasks_is_told_to(quick_clone: Clone) -> None:
    quick_clone.require("venue")

    result = quick_clone.call("--version", code=1)

    assert "The project's requirements don't name dbtasks." in result.err
    assert "Traceback" not in result.err


def test_a_pyproject_that_is_no_toml_is_named(quick_clone: Clone) -> None:
    quick_clone.write("pyproject.toml", "[project\n")

    result = quick_clone.call("--version", code=1)

    assert "pyproject.toml can't be read" in result.err
    assert "Traceback" not in result.err

    error = json.loads(quick_clone.call("status", "--json", code=1).out)["error"]
    assert "pyproject.toml can't be read" in error["message"]


def test_a_python_that_has_dbtasks_is_used_as_it_is(clone: Clone) -> None:
    clone.python = sys.executable

    assert "" == clone.call("--version").err
    assert not clone.venv.exists()


def test_an_active_environment_counts_only_if_its_python_was_called(quick_clone: Clone) -> None:
    quick_clone.variables["VIRTUAL_ENV"] = sys.prefix

    assert FRESH == quick_clone.call("--version").err


def test_an_environment_that_somebody_else_filled_is_left_alone(quick_clone: Clone) -> None:
    uv = shutil.which("uv", path=str(SCRIPTS))
    assert uv
    quick_clone.process([uv, "venv", "--quiet", "--python", sys.executable, ".venv"])
    quick_clone.process([uv, "pip", "install", "--quiet", "dbtasks"])
    quick_clone.require("dbtasks", "venue")

    assert "" == quick_clone.call("--version").err
    assert {"dbtasks"} == quick_clone.installed()


def test_an_empty_environment_that_somebody_made_is_filled(quick_clone: Clone) -> None:
    quick_clone.process([quick_clone.python, "-m", "venv", "--without-pip", ".venv"])

    assert INSTALLING == quick_clone.call("--version").err


def test_two_at_once_install_once(quick_clone: Clone) -> None:
    slow = slow_down(quick_clone)
    processes = [quick_clone.start("--version"), quick_clone.start("--version")]
    wait_for(quick_clone.root / "begun")
    time.sleep(0.5)
    slow.unlink()

    ended = [process.communicate(timeout=60) for process in processes]

    assert [0, 0] == [process.returncode for process in processes]
    assert 1 == sum(said.count(INSTALLING) for _, said in ended)
    assert 1 == sum(WAITING in said for _, said in ended)


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


def test_an_old_python_can_read_the_file() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 7))
    too_new = (ast.JoinedStr, ast.Starred, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal)
    assert not [node for node in ast.walk(tree) if isinstance(node, too_new)]
    assert not [node for node in ast.walk(tree) if getattr(node, "annotation", None)]
    assert not [node for node in ast.walk(tree) if getattr(node, "returns", None)]


def test_an_old_python_says_that_it_is_too_old(clone: Clone) -> None:
    pretend = "import sys; sys.version_info = (3, 9, 1); import bootstrap; bootstrap.enter()"
    commands = [[clone.python, "-c", f"import sys; sys.path.insert(0, 'alembic'); {pretend}"]]
    commands += [[python, "tasks.py", "--version"] for python in old_pythons()]

    for command in commands:
        result = clone.process(command, 1)
        assert "This project needs Python 3.11 or newer, and " in result.err
        assert 1 == len(result.err.splitlines())
    assert not clone.venv.exists()


def test_any_python_goes_on_where_there_is_an_environment(quick_clone: Clone) -> None:
    quick_clone.call("--version")

    able = [python for python in old_pythons() if "python2" not in python]
    for python in [quick_clone.python, *able]:
        assert "" == quick_clone.process([python, "tasks.py", "--version"]).err


@pytest.mark.parametrize(
    ("pyproject", "files", "expected"),
    [
        ('[project]\ndependencies = ["a", "b>1"]', [], ["a", "b>1"]),
        (
            '[project]\ndependencies = ["a"]\n[project.optional-dependencies]\ndev = ["b"]',
            [],
            ["a", "b"],
        ),
        ("[project]\n[build-system]", [], ["--editable", "."]),
        (
            '[project.optional-dependencies]\ndev = ["b"]\n[build-system]',
            [],
            ["--editable", ".[dev]"],
        ),
        (
            '[dependency-groups]\ndev = ["a", {include-group = "lint"}, "b"]\nlint = ["c"]',
            [],
            ["a", "c", "b"],
        ),
        ("[tool.ruff]", ["requirements.txt"], ["--requirement=requirements.txt"]),
        (
            "",
            ["requirements.txt", "requirements-dev.txt", "constraints.txt"],
            [
                "--requirement=requirements.txt",
                "--requirement=requirements-dev.txt",
                "--constraint=constraints.txt",
            ],
        ),
        (
            '[project]\ndependencies = ["a"]',
            ["requirements.txt", "constraints.txt"],
            ["a", "--constraint=constraints.txt"],
        ),
        ("", [], ["dbtasks"]),
        ("", ["constraints.txt"], ["dbtasks", "--constraint=constraints.txt"]),
    ],
)
def test_what_is_installed_is_what_the_project_names(
    pyproject: str, files: list[str], expected: list[str], clone: Clone
) -> None:
    clone.write("pyproject.toml", pyproject)
    for name in files:
        clone.write(name, "")

    assert expected == bootstrap_of(clone).requirements()


def test_each_file_that_names_requirements_asks_for_a_new_install(clone: Clone) -> None:
    bootstrap = bootstrap_of(clone)
    seen = {bootstrap.wanted()}
    for name in bootstrap.SOURCES:
        clone.write(name, f"# changed: {name}")
        seen.add(bootstrap.wanted())
    assert 1 + len(bootstrap.SOURCES) == len(seen)


def bootstrap_of(clone: Clone) -> ModuleType:
    """Return the module of a clone, as its tasks.py imports it."""
    path = clone.root / "alembic" / "bootstrap.py"
    spec = importlib.util.spec_from_file_location("bootstrap_of_clone", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def old_pythons() -> Iterator[str]:
    """Return what this machine has of Pythons older than 3.11."""
    for version in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10"):
        python = shutil.which(f"python{version}")
        if python and not subprocess.run([python, "--version"], check=False).returncode:
            yield python


def wait_for(path: Path) -> None:
    """Wait until a file is there; the test's own limit of time ends it."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="who may write to a folder is said otherwise")
def test_a_clone_that_can_not_be_written_to_is_named(clone: Clone) -> None:
    """As when it belongs to somebody else."""
    for path in (clone.root, clone.root / "alembic", clone.root / "alembic" / "bootstrap.py"):
        path.chmod(path.stat().st_mode & ~0o222)
    command = obeying(clone.command("status"))
    done = clone.process(command, code=1)
    assert f"{clone.root / 'alembic' / 'bootstrap.py'}: Permission denied.\n" in done.err
    assert "Traceback" not in done.err
