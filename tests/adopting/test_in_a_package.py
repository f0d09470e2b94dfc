"""A history that lies in a package, as those of libraries and applications do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import by_hand
from tests.project_folder import ProjectFolder

INI = """
[alembic]
script_location = {package}:data/migrations
prepend_sys_path = .
path_separator = os
"""
ENV = """
import logging
from alembic import context
from sqlalchemy import create_engine
from models import Base

logging.basicConfig(level=logging.INFO)
engine = create_engine({url!r})
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "one"
down_revision = None


def upgrade():
    op.create_table("gigs", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("gigs") as batch:
        batch.add_column(sa.Column("title", sa.String(80), nullable=False))


def downgrade():
    op.drop_table("gigs")
"""


@pytest.fixture
def packaged(folder: ProjectFolder, tmp_path: Path) -> ProjectFolder:
    """A project whose alembic.ini leads into a package, whose env.py has a database of its own."""
    folder.write_models()
    folder.write("backend/__init__.py", "")
    folder.write("backend/data/migrations/env.py", ENV.format(url=url(folder)))
    folder.write("backend/data/migrations/script.py.mako", "")
    folder.write("backend/data/migrations/versions/one.py", REVISION)
    folder.write("alembic.ini", INI.format(package="backend"))
    return folder


def url(project: ProjectFolder) -> str:
    return f"sqlite:///{(project.root / 'own.db').as_posix()}"


def test_its_env_py_is_found_and_its_database_is_the_one(packaged: ProjectFolder) -> None:
    assert "1 revision is pending" in packaged.run("status").out
    packaged.run("upgrade")
    assert [] == by_hand.rows(url(packaged), "SELECT id, title FROM gigs")
    assert "(backend/data/migrations/env.py)" in packaged.run("status").out
    assert ["own.db"] == [path.name for path in packaged.root.glob("*.db")]


@pytest.mark.slow
def test_nothing_is_logged_of_what_alembic_does_for_a_verb(packaged: ProjectFolder) -> None:
    packaged.run("upgrade")
    for words in (["check"], ["downgrade", "--yes"]):
        assert "" == packaged.run_process(*words).err


def test_a_package_that_is_not_there_is_a_message(packaged: ProjectFolder) -> None:
    packaged.write("alembic.ini", INI.format(package="nobody"))
    said = packaged.run("status", code=1).err
    assert "names the package nobody, which can't be found" in said
