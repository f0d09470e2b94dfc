"""What is not run in a scratch database: that which acts on more than one database."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbtasks.autogenerate.proof.reach import sql_beyond
from dbtasks.revisions.script import RevisionScript, read_script

REVISION = '''"""drop user names, create role"""
from alembic import op

revision = "a"
down_revision = None


def upgrade() -> None:
    """Alter system."""
    op.execute({sql!r})


def downgrade() -> None:
    pass
'''


def judged(folder: Path, sql: str) -> str:
    path = folder / "a.py"
    path.write_text(REVISION.format(sql=sql), encoding="utf-8")
    script = read_script(path)
    assert isinstance(script, RevisionScript)
    return sql_beyond([script])


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE ROLE app",
        "create  user app password 'x'",
        "ALTER DATABASE app SET work_mem = 1",
        "DROP DATABASE app",
        "DO $$ BEGIN CREATE ROLE app; END $$",
        "ALTER SYSTEM SET work_mem = 1",
        "DROP OWNED BY app",
        "GRANT admin TO app",
        "REVOKE admin FROM app",
        "SELECT dblink_exec('x', 'y')",
        "COPY gigs TO '/tmp/x'",
        "SELECT 1; COPY gigs FROM PROGRAM 'x'",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO 'x'",
    ],
)
def test_sql_that_reaches_further_is_named(sql: str, tmp_path: Path) -> None:
    assert judged(tmp_path, sql).startswith("a.py: ")


@pytest.mark.parametrize(
    "sql",
    [
        'ALTER TABLE "user" ADD group_id int',
        "CREATE TABLE role (id int)",
        "GRANT SELECT ON gigs TO app",
        "REVOKE ALL ON gigs FROM app",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app",
        "ALTER TABLE gigs ATTACH PARTITION gigs_1 FOR VALUES FROM (1) TO (2)",
        "CREATE VIEW copies AS SELECT 1 AS copy",
        "CREATE INDEX CONCURRENTLY x ON users (id)",
    ],
)
def test_sql_about_one_database_may_be_run(sql: str, tmp_path: Path) -> None:
    assert "" == judged(tmp_path, sql)
