"""Fresh clones, on a machine with nothing but Python, and on one with uv."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clones import Clone, has_uv, make_clone, write_index
from tests.project_folder import SCRIPTS


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
