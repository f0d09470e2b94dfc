"""A project to go into through every entry point."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.entry_points.entry_points import IS_WINDOWS, furnish
from tests.entry_points.powershell import PROGRAMS, PowerShell, powershell
from tests.project_folder import ProjectFolder

# A process group can be interrupted from outside on Unix only. On Windows, cmd.exe itself asks.
collect_ignore = ["test_interrupted.py"] if IS_WINDOWS else []


@pytest.fixture(scope="session")
def furnished(first_project: Path, tmp_path_factory: pytest.TempPathFactory) -> ProjectFolder:
    """A project at its head with tasks of its own. Its tests change nothing in it."""
    root = tmp_path_factory.mktemp("entry_points") / "project"
    shutil.copytree(first_project, root)
    folder = ProjectFolder(root)
    furnish(folder)
    return folder


@pytest.fixture(scope="session", params=PROGRAMS)
def shell(request: pytest.FixtureRequest) -> PowerShell:
    """migrate.ps1 in each PowerShell that is there."""
    program: str = request.param
    if not shutil.which(program):
        pytest.skip(f"{program.upper()} IS NOT ON PATH: migrate.ps1 WAS NOT RUN WITH IT")
    return powershell(program)
