"""`python tasks.py` on a fresh clone with nothing but Python, and on every call after it."""

from __future__ import annotations

import json
import os
import shutil
import sys

import pytest

from tests.bootstrap.words import FRESH, INSTALLING
from tests.clones import Clone
from tests.faults.harm import obeying
from tests.project_folder import SCRIPTS

NOWHERE = "https://127.0.0.1:9/simple"


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


@pytest.mark.skipif(os.name == "nt", reason="who may write to a folder is said otherwise")
def test_a_clone_that_can_not_be_written_to_is_named(clone: Clone) -> None:
    """As when it belongs to somebody else."""
    for path in (clone.root, clone.root / "alembic", clone.root / "alembic" / "bootstrap.py"):
        path.chmod(path.stat().st_mode & ~0o222)
    command = obeying(clone.command("status"))
    done = clone.process(command, code=1)
    assert f"{clone.root / 'alembic' / 'bootstrap.py'}: Permission denied.\n" in done.err
    assert "Traceback" not in done.err
