"""A library that is installed below the project's folder is nobody's own code."""

from __future__ import annotations

import pytest

from tests.faults.broken import revision
from tests.faults.harm import append, refused
from tests.project_folder import ProjectFolder

THIRD = "alembic/versions/3_third.py"
LIBRARY = "def fail():\n    raise ValueError('no money')\n"
USE = "import sys\nsys.path.append({folder!r})\nimport money\nmoney.fail()"
FOLDERS = {
    "usr/lib/python3/dist-packages": True,
    "env/lib/python3.11/site-packages": True,
    "vendored": False,
}


@pytest.fixture(params=FOLDERS)
def library(request: pytest.FixtureRequest, project: ProjectFolder) -> str:
    """The folder of a module that fails when it is used."""
    project.write(f"{request.param}/money.py", LIBRARY)
    return str(request.param)


def test_models_that_a_library_fails_for_are_told_by_the_users_own_line(
    project: ProjectFolder, library: str
) -> None:
    append("models.py", USE.format(folder=str(project.root / library)))(project)
    said = refused(project, "status", code=1)
    own, its = "models.py, line 16: money.fail()", f"{library}/money.py, line 2: raise ValueError("
    place = own if FOLDERS[library] else its
    assert said.startswith(f"The models can't be imported: {place}")
    assert "ValueError: no money" in said


def test_so_is_a_revision(project: ProjectFolder, library: str) -> None:
    use = USE.format(folder=str(project.root / library)).replace("\n", "\n    ")
    project.write(THIRD, revision("c3", "abc222", use))
    said = refused(project, "upgrade", code=1)
    own, its = f"{THIRD}, line 14: money.fail()", f"{library}/money.py, line 2: raise ValueError("
    assert said.startswith(f"Revision c3 failed: {own if FOLDERS[library] else its}")
    assert "ValueError: no money" in said
