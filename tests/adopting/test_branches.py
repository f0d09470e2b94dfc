"""Histories of several branches, which may depend on each other."""

from __future__ import annotations

import pytest

from tests.project_folder import ProjectFolder

REVISION = """
from alembic import op
import sqlalchemy as sa
revision = {0!r}
down_revision = {1!r}
depends_on = {2!r}
branch_labels = {3!r}
def upgrade():
    op.create_table({0!r}, sa.Column("id", sa.Integer, primary_key=True))
def downgrade():
    op.drop_table({0!r})
"""


@pytest.fixture
def branched(folder: ProjectFolder, database_url: str) -> ProjectFolder:
    """A project with the revisions a1, b1 and b2, of which the last depends on the first."""
    folder.variables["DATABASE_URL"] = database_url
    folder.write("models.py", "import sqlalchemy as sa\nmetadata = sa.MetaData()\n")
    folder.run("init", "--models", "models:metadata")
    for path in folder.revisions():
        path.unlink()
    for name, parts in {
        "a1": (None, None, None),
        "b1": (None, None, ("bee",)),
        "b2": ("b1", "a1", None),
    }.items():
        folder.write(f"alembic/versions/{name}.py", REVISION.format(name, *parts))
    return folder


def test_a_branch_that_depends_on_another_goes_up_and_down(branched: ProjectFolder) -> None:
    assert "is at b2 (3 steps" in branched.run("upgrade", "heads").out
    assert "is at a1, b1 (1 step" in branched.run("downgrade", "b2@-1", "--yes", code=None).out
    branched.run("downgrade", "bee@base", "--yes")
    assert "is at b2 (2 steps" in branched.run("upgrade", "bee@head").out
    assert "is at base (3 steps" in branched.run("downgrade", "base", "--yes").out
