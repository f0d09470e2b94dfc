"""An env.py that does its work in a thread of its own, a transaction for each revision."""

from __future__ import annotations

from tests.models_project import TITLE, ModelsProject, model
from tests.revisions.test_looking_never_acts import FIRST, revision

ENV = """
import os
from threading import Thread
from alembic import context
import sqlalchemy as sa
from models import Base

def run():
    with sa.create_engine(os.environ["DATABASE_URL"]).connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata,
            transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()

thread = Thread(target=run)
thread.start()
thread.join()
"""


def test_a_stamp_runs_the_history_there(on_sqlite: ModelsProject) -> None:
    project = on_sqlite
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    project.begin(model("gigs", TITLE))
    project.write("alembic/env.py", ENV)
    commits = "\n\ndef upgrade():\n    with op.get_context().autocommit_block():\n        pass\n"
    project.write("alembic/versions/r001.py", revision("r001", "r000", commits))
    project.execute("DROP TABLE alembic_version")
    assert "r001 (head)\n" == project.run("stamp", "head").out
