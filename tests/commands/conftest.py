"""Projects to try the verbs on, on either database."""

from __future__ import annotations

import pytest

from tests.commands.revisions import VENUE, add_revision
from tests.project_folder import ProjectFolder


@pytest.fixture
def project(ready: ProjectFolder, database_url: str) -> ProjectFolder:
    """A project whose database is at its one revision, on either database."""
    ready.variables["DATABASE_URL"] = database_url
    ready.run("upgrade")
    return ready


@pytest.fixture
def behind(project: ProjectFolder) -> ProjectFolder:
    """The same with two pending revisions: "add venue" and "fill venue"."""
    add_revision(project, VENUE, "add venue")
    project.run("migrate", "fill venue", "--empty")
    return project
