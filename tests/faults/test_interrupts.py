"""Ctrl+C while a migration runs: it ends at once, with 130, and leaves nothing half-done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.databases.drivers import POSTGRESQL_DRIVERS
from tests.faults.broken import revision
from tests.faults.harm import PYTHON
from tests.project_folder import ProjectFolder, Result
from tests.selection import rarely
from tests.servers import Server
from tests.states import state_of

THIRD = "alembic/versions/3_third.py"
SLEEP = "op.execute('SELECT pg_sleep(60)')"
COUNT = (
    "op.execute('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
    "WHERE x < 9000000000) SELECT count(*) FROM c')"
)
PYTHON_SLEEPS = "import time; time.sleep(60)"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.name == "nt", reason="Windows sends Ctrl+C to a whole console, the tests' own included"
    ),
]


UPGRADE = ("tasks.py", "upgrade")


def interrupted(project: ProjectFolder, *words: str) -> Result:
    """Run Python, press Ctrl+C once a migration has begun, and return how it ended."""
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=project.root,
        env=project.environment(DBTASKS_ENTRY_POINT="python"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        while not (project.root / "begun").exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        time.sleep(0.2)  # until the statement after it is on its way
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    return Result(process.returncode, out, err)


def write_slow_revision(project: ProjectFolder, statement: str) -> None:
    upgrade = f"""
    op.create_table("half", sa.Column("id", sa.Integer))
    open("begun", "w").close()
    {statement}
"""
    project.write(THIRD, revision("c3", "abc222", upgrade))


@pytest.mark.parametrize("driver", rarely(POSTGRESQL_DRIVERS, "psycopg2", "asyncpg"))
@pytest.mark.parametrize("statement", [SLEEP, PYTHON_SLEEPS], ids=["in the server", "in Python"])
def test_on_postgresql(
    project: ProjectFolder, server: Server, template: str, driver: str, statement: str
) -> None:
    write_slow_revision(project, statement)
    with server.database(template) as url:
        project.variables["DATABASE_URL"] = url.replace("postgresql:", f"postgresql+{driver}:")
        before = state_of(project)[1]
        result = interrupted(project, *UPGRADE)
        assert (130, "") == (result.code, result.out)
        assert (
            "Interrupted. What was not finished was rolled back.\n"
            f"To look: {PYTHON} status\n" == result.err
        )
        assert before == state_of(project)[1]


@pytest.mark.parametrize("statement", [COUNT, PYTHON_SLEEPS], ids=["in SQLite", "in Python"])
def test_on_sqlite(project: ProjectFolder, statement: str) -> None:
    write_slow_revision(project, statement)
    before = state_of(project)[1]
    assert 130 == interrupted(project, *UPGRADE).code
    assert before == state_of(project)[1]
    write_slow_revision(project, "pass")
    project.run("upgrade")


def test_through_alembic_s_own_command(
    project: ProjectFolder, server: Server, template: str
) -> None:
    write_slow_revision(project, SLEEP)
    with server.database(template) as url:
        project.variables["DATABASE_URL"] = url
        before = state_of(project)[1]
        assert 0 != interrupted(project, "-m", "alembic", "upgrade", "head").code
        assert before == state_of(project)[1]
