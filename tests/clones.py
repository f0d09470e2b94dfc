"""A fresh clone of an adopter's project, and what its environment is installed from, offline."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from dbtasks.commands.project_files import rendered
from tests.project_folder import REPOSITORY, ProjectFolder, Result
from tests.wheels import write_wheel

PYPROJECT = """
[project]
name = "gigs"
version = "1.0"
dependencies = [{}]
"""
PATIENCE = "PATIENCE = 5.0"
"""The line of bootstrap.py that says how long it is silent."""
BUILD_SYSTEM = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["builder"]
"""
BACKEND = '''
"""Builds the project, and takes its time while the file `slow` is there."""

import time
from pathlib import Path

from wheels import write_wheel


def build_editable(folder, config_settings=None, metadata_directory=None):
    Path("begun").touch()
    while Path("slow").exists():
        time.sleep(0.05)
    return write_wheel(Path(folder), "gigs", {"gigs.py": "band = 'The Gigs'"}, ["dbtasks"]).name
'''


def write_index(folder: Path) -> Path:
    """Fill a folder with wheels: `dbtasks`, and `venue`, which holds nothing.

    The wheel of dbtasks leads to the one under test and to all that it needs, so that installing
    it takes no time and no network.
    """
    folder.mkdir()
    here = f"{REPOSITORY}\n{sysconfig.get_path('purelib')}\n"
    write_wheel(folder, "dbtasks", {"dbtasks.pth": here}, [])
    write_wheel(folder, "venue", {"venue.py": ""}, [])
    return folder


@dataclass
class Clone(ProjectFolder):
    """A project as it comes from version control: no environment, and a Python without dbtasks."""

    python: str = sys.executable

    def command(self, *words: str) -> list[str]:
        """Return the command that a developer types."""
        return [self.python, "tasks.py", *words]

    def call(self, *words: str, code: int = 0) -> Result:
        """Type the command; the test fails unless it ends with `code`."""
        return self.process(self.command(*words), code)

    def require(self, *names: str) -> None:
        """Write a pyproject.toml that names these requirements."""
        self.write("pyproject.toml", PYPROJECT.format(", ".join(f'"{name}"' for name in names)))

    @property
    def venv(self) -> Path:
        """The environment that is made."""
        return self.root / ".venv"

    @property
    def own_python(self) -> Path:
        """The Python of that environment."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def installed(self) -> set[str]:
        """Return the names of what is installed there."""
        return {path.name.partition("-")[0] for path in self.venv.rglob("*.dist-info")}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start the command in a process group of its own."""
        return subprocess.Popen(
            self.command(*words),
            cwd=self.root,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )


def make_clone(root: Path, index: Path, python: str) -> Clone:
    """Write a project whose requirements come from `index` alone; uv is not on its PATH."""
    clone = Clone(root, python=python)
    for name in ("tasks.py", "alembic/bootstrap.py", "alembic.ini"):
        # On a busy machine anything may take long, and what is said of that is another matter.
        clone.write(name, rendered(name).replace(PATIENCE, "PATIENCE = 60.0"))
    clone.require("dbtasks")
    folders = [Path(name) for name in os.environ["PATH"].split(os.pathsep)]
    without_uv = [str(folder) for folder in folders if not has_uv(folder)]
    clone.variables = {
        "PATH": os.pathsep.join(without_uv),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": str(index),
        "PIP_NO_INDEX": "1",
        "UV_CACHE_DIR": str(root.parent / "cache"),
        "UV_FIND_LINKS": str(index),
        "UV_NO_CONFIG": "1",
        "UV_OFFLINE": "1",
    }
    return clone


def has_uv(folder: Path) -> bool:
    """Whether uv is in a folder of the PATH."""
    return any((folder / name).exists() for name in ("uv", "uv.exe"))


def slow_down(clone: Clone) -> Path:
    """Let the install of a project take as long as the returned file is there."""
    clone.write("pyproject.toml", PYPROJECT.format('"dbtasks"') + BUILD_SYSTEM)
    clone.write("builder/backend.py", BACKEND)
    clone.write("builder/wheels.py", (REPOSITORY / "tests/wheels.py").read_text(encoding="utf-8"))
    return clone.write("slow", "")
