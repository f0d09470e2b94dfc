"""The wheel, as a user gets it: what is in it, and that it works far from this repository."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from packaging.version import Version

from tests.project_folder import REPOSITORY, ProjectFolder


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the repository."""
    folder = tmp_path_factory.mktemp("wheel")
    command = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)]
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_library_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    files = [path for path in (REPOSITORY / "dbtasks").rglob("*") if path.is_file()]
    kept = {path.relative_to(REPOSITORY).as_posix() for path in files if path.suffix != ".pyc"}
    assert {"dbtasks/py.typed", "dbtasks/templates/justfile", "dbtasks/__init__.py"} < kept
    assert kept <= set(names)
    assert {"dbtasks", wheel.name.split("-py3")[0] + ".dist-info"} == {
        name.split("/")[0] for name in names
    }
    assert [] == [name for name in names if name.endswith(".pyc")]


def test_the_oldest_packages_that_it_asks_for_are_those_that_are_tested() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    drivers = [project["optional-dependencies"][name] for name in ("postgres", "async")]
    named = [*project["dependencies"], *chain(*drivers)]
    asked = [item.split(">=") for item in named if "[" not in item]  # sqlalchemy[asyncio]
    oldest = (REPOSITORY / "constraints-oldest.txt").read_text(encoding="utf-8").split()
    tested = [item.split("==") for item in oldest]
    assert versions(asked) == versions(tested)


def versions(items: list[list[str]]) -> dict[str, Version]:
    """Return versions by the names of packages."""
    return {name.lower(): Version(version) for name, version in items}


def test_the_wheel_asks_for_what_it_needs_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (item for item in archive.namelist() if item.endswith("/METADATA"))
        metadata = archive.read(name).decode("utf-8").splitlines()
    needed = [line.removeprefix("Requires-Dist: ") for line in metadata if "Requires-Dist" in line]
    always = {item.partition(">")[0] for item in needed if "extra ==" not in item}
    assert {"alembic", "invoke", "python-dotenv", "rich", "sqlalchemy", "sqlglot"} == always
    assert "License-Expression: MIT" in metadata


@pytest.mark.needs("uv")
def test_the_wheel_makes_a_project_ready_where_no_repository_is(
    wheel: Path, folder: ProjectFolder, tmp_path: Path
) -> None:
    python = install(wheel, tmp_path / "environment")
    folder.write_models()
    script = python.with_name("dbtasks.exe" if os.name == "nt" else "dbtasks")
    assert (
        "wrote tasks.py\n" in folder.process([str(script), "init", "--models", "models:Base"]).out
    )
    status = folder.process([str(python), "tasks.py", "status"]).out
    assert status.startswith("Up to date.\n")

    where = "import dbtasks; print(dbtasks.__file__)"
    used = Path(folder.process([str(python), "-c", where]).out.strip())
    assert used.is_relative_to(tmp_path / "environment")


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel into an environment of its own; return the Python of that.

    What dbtasks depends on is taken from the environment of the tests, through a .pth file: in a
    folder that is named there, no further .pth file counts, so the repository is not found.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = ["-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps"]
    subprocess.run([sys.executable, *command, "--python", str(python), str(wheel)], check=True)
    own = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    theirs = sysconfig.get_path("purelib")
    (Path(own) / "dependencies.pth").write_text(theirs + "\n", encoding="utf-8")
    return python
