"""What the tests of writing share."""

from __future__ import annotations

import pytest

from tests.autogenerate.write.revision_writer import RevisionWriter
from tests.project_folder import REPOSITORY


@pytest.fixture(scope="session")
def writer(tmp_path_factory: pytest.TempPathFactory) -> RevisionWriter:
    """A folder in which revisions can be written, by the template of this repository."""
    template = (REPOSITORY / "alembic" / "script.py.mako").read_text(encoding="utf-8")
    return RevisionWriter.at(tmp_path_factory.mktemp("writing"), template)
