"""Migrations that fail: what is rolled back, what stays, and what is said of it."""

from __future__ import annotations

import pytest

from tests.faults.broken import execute, revision
from tests.faults.harm import PYTHON
from tests.project_folder import ProjectFolder
from tests.servers import Server
from tests.states import state_of

THIRD = "alembic/versions/3_third.py"
FOURTH = "alembic/versions/4_fourth.py"
HALF_WAY = """
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE gigs SET venue = 'gone'")
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
NOWHERE = {"sqlite": "no such table: nowhere", "postgresql": 'relation "nowhere" does not exist'}


def test_a_step_that_fails_is_rolled_back_whole_and_told(on_both: ProjectFolder) -> None:
    on_both.write(THIRD, revision("c3", "abc222", HALF_WAY))
    before = state_of(on_both)
    result = on_both.run("upgrade", code=1)
    reason = NOWHERE[on_both.variables["DATABASE_URL"].partition(":")[0]]
    assert (
        f'Revision c3 failed: {THIRD}, line 13: op.execute("INSERT INTO nowhere VALUES (1)")\n'
        f"  {reason}\n"
        "  in: INSERT INTO nowhere VALUES (1)\n"
        "It was rolled back. Nothing was changed.\n"
        f"Mend {THIRD}, then: {PYTHON} upgrade\n"
    ) == result.err
    assert before == state_of(on_both)


def test_the_steps_before_it_stay(on_both: ProjectFolder) -> None:
    on_both.write(THIRD, revision("c3", "abc222", "op.execute(\"UPDATE gigs SET venue = 'hall'\")"))
    on_both.write(FOURTH, revision("d4", "c3", HALF_WAY))
    result = on_both.run("upgrade", code=1)
    assert "c3" in result.out
    assert "d4" not in result.out
    assert (
        f"It was rolled back. The 1 step before it stays.\nMend {FOURTH}, then: {PYTHON} upgrade\n"
    ) in result.err
    contents = state_of(on_both)[1]
    assert {"alembic_version", "gigs"} == set(contents)
    assert (["('c3',)"], ["(1, 'City walk', 'hall')"]) == (
        contents["alembic_version"][2],
        contents["gigs"][2],
    )

    on_both.write(FOURTH, revision("d4", "c3"))
    on_both.run("upgrade")


def test_a_downgrade_that_fails_is_rolled_back_whole(on_both: ProjectFolder) -> None:
    on_both.write(THIRD, revision("c3", "abc222", "pass", HALF_WAY))
    on_both.run("upgrade")
    before = state_of(on_both)
    said = on_both.run("downgrade", "--yes", code=1).err
    assert said.startswith(f"Revision c3 failed: {THIRD}, line 17: op.execute(")
    assert said.endswith(f"Mend {THIRD}, then: {PYTHON} downgrade\n")
    assert before == state_of(on_both)


def test_an_error_of_python_is_told_by_its_line(on_both: ProjectFolder) -> None:
    on_both.write(
        THIRD,
        revision("c3", "abc222", 'op.create_table("half", sa.Column("id", sa.Integer))\n    1 / 0'),
    )
    before = state_of(on_both)
    assert (
        f"Revision c3 failed: {THIRD}, line 12: 1 / 0\n"
        "  ZeroDivisionError: division by zero\n"
        "It was rolled back. Nothing was changed.\n"
        f"Mend {THIRD}, then: {PYTHON} upgrade\n"
    ) == on_both.run("upgrade", code=1).err
    assert before == state_of(on_both)


def test_a_first_revision_that_fails_leaves_nothing_at_all(on_both: ProjectFolder) -> None:
    on_both.run("downgrade", "base", "--yes")
    execute(on_both, "DROP TABLE alembic_version")
    on_both.write("alembic/versions/1_first.py", revision("abc111", None, HALF_WAY))
    before = state_of(on_both)
    on_both.run("upgrade", code=1)
    assert before == state_of(on_both)


@pytest.fixture
def postgresql(project: ProjectFolder, server: Server, template: str) -> object:
    """The project on PostgreSQL."""
    with server.database(template) as url:
        project.variables["DATABASE_URL"] = url
        yield project


DEFERRED = """
    op.execute("ALTER TABLE gigs ADD CONSTRAINT twin FOREIGN KEY (id) REFERENCES gigs (id) "
               "DEFERRABLE INITIALLY DEFERRED")
    op.execute("CREATE TABLE child (id int REFERENCES gigs (id) DEFERRABLE INITIALLY DEFERRED)")
    op.execute("INSERT INTO child VALUES (99)")
"""


def test_a_commit_that_fails_counts_as_the_failure_of_its_step(postgresql: ProjectFolder) -> None:
    """PostgreSQL may check a constraint when the transaction ends."""
    postgresql.write(THIRD, revision("c3", "abc222", DEFERRED))
    postgresql.write(FOURTH, revision("d4", "c3"))
    before = state_of(postgresql)
    result = postgresql.run("upgrade", code=1)
    assert "" == result.out
    assert result.err.startswith(f"Revision c3 failed: {THIRD}\n")
    assert 'violates foreign key constraint "child_id_fkey" DETAIL: Key (id)=(99)' in result.err
    assert result.err.endswith(
        "It was rolled back. Nothing was changed.\nMend the rows that are in the way, or "
        f"{THIRD} if it is at fault, then: {PYTHON} upgrade\n"
    )
    assert before == state_of(postgresql)


def test_a_commit_of_several_blames_none_alone(postgresql: ProjectFolder) -> None:
    postgresql.write(THIRD, revision("c3", "abc222", DEFERRED))
    postgresql.write(FOURTH, revision("d4", "c3"))
    env = postgresql.root / "alembic" / "env.py"
    text = env.read_text(encoding="utf-8")
    one = text.replace(
        "run_migrations(Base)", "run_migrations(Base, transaction_per_migration=False)"
    )
    assert one != text
    env.write_text(one, encoding="utf-8")
    said = postgresql.run("upgrade", code=1).err
    assert said.startswith(f"The commit of revisions c3, d4 failed: {THIRD} or {FOURTH}\n")


def test_the_file_of_another_is_told_with_the_revision_that_ran_it(on_both: ProjectFolder) -> None:
    on_both.write("helper.py", "def work(op):\n    op.execute('nonsense')\n")
    on_both.write(THIRD, revision("c3", "abc222", "import helper\n    helper.work(op)"))
    said = on_both.run("upgrade", code=1).err
    assert said.startswith(
        f"Revision c3 failed: helper.py, line 2: op.execute('nonsense'), while {THIRD} ran\n"
    )
    assert said.endswith(f"Mend helper.py, then: {PYTHON} upgrade\n")


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "asyncpg"])
def test_what_a_step_commits_by_itself_is_told(postgresql: ProjectFolder, driver: str) -> None:
    postgresql.variables["DATABASE_URL"] = postgresql.variables["DATABASE_URL"].replace(
        "postgresql:", f"postgresql+{driver}:"
    )
    postgresql.write(
        THIRD,
        revision(
            "c3",
            "abc222",
            """
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY by_title ON gigs (title)")
    op.execute("INSERT INTO nowhere VALUES (1)")
""",
        ),
    )
    said = postgresql.run("upgrade", code=1).err
    assert (
        "What it had committed by itself (autocommit_block) stays, the rest was rolled back.\n"
    ) in said
    assert "by_title" in str(state_of(postgresql)[1])


def test_a_lock_that_others_hold_is_no_fault_of_the_file(postgresql: ProjectFolder) -> None:
    postgresql.write(
        THIRD,
        revision(
            "c3", "abc222", 'op.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(9)")'
        ),
    )
    said = postgresql.run("upgrade", code=1).err
    assert "The server cancelled the statement: canceling statement due to" in said
    assert said.endswith("Look at its statement_timeout.\n")
