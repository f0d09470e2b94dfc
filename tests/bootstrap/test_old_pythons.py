"""A Python that is too old says so, and any will do where there is an environment."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator

from tests.clones import Clone
from tests.project_folder import REPOSITORY

SOURCE = (REPOSITORY / "alembic" / "bootstrap.py").read_text(encoding="ascii")


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


def old_pythons() -> Iterator[str]:
    """Return what this machine has of Pythons older than 3.11."""
    for version in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10"):
        python = shutil.which(f"python{version}")
        if python and not subprocess.run([python, "--version"], check=False).returncode:
            yield python
