"""Histories and databases that do not fit together."""

from __future__ import annotations

from tests.faults.broken import execute, revision
from tests.faults.harm import PYTHON, refused
from tests.project_folder import ProjectFolder
from tests.servers import Server
from tests.states import state_of

THIRD = "alembic/versions/3_third.py"
HEADS = (
    'The history has 2 heads: abc222, c3. Nothing was changed.\nJoin them: {} merge "join heads"\n'
)


def test_two_heads(on_both: ProjectFolder) -> None:
    on_both.write(THIRD, revision("c3", "abc111"))
    expected = HEADS.format(PYTHON)
    for words in (["upgrade"], ["reset", "--yes"]):
        assert expected == refused(on_both, *words, code=1)


def test_a_step_back_from_two_heads_would_be_a_guess(on_both: ProjectFolder) -> None:
    on_both.write(THIRD, revision("c3", "abc111"))
    on_both.run("upgrade", "heads")
    assert (
        "The database is at abc222, c3, so -1 may mean either. Nothing was changed.\n"
        f'To take back abc222: {PYTHON} downgrade "abc222@-1"; c3: {PYTHON} downgrade "c3@-1"; '
        f"to go down to one that you name, see them: {PYTHON} history\n"
    ) == refused(on_both, "downgrade", "--yes", code=2)


def test_a_revision_in_the_database_that_no_file_has(on_both: ProjectFolder) -> None:
    execute(on_both, "UPDATE alembic_version SET version_num = 'deadbeef'")
    for words in (["upgrade"], ["stamp", "head"]):
        assert (
            "The database is at revision deadbeef, and no file in alembic/versions/ has it. "
            "Nothing was changed.\n"
            "Get the missing file (another branch, a colleague's commit). If it is gone for good, "
            "and the schema is that of the head, which is compared first: "
            f"{PYTHON} stamp head --purge\n"
        ) == refused(on_both, *words, code=1)
    on_both.run("stamp", "head", "--purge")
    on_both.run("status", "--check")


def test_a_database_that_was_made_without_migrations(on_both: ProjectFolder) -> None:
    execute(on_both, "DELETE FROM alembic_version")
    said = refused(on_both, "upgrade", code=1)
    assert "already exists\n  in: CREATE TABLE gigs" in said
    assert said.endswith(
        "It was rolled back. Nothing was changed.\nTo find out which revision these tables "
        f"are at, and record it: {PYTHON} init\n"
    )


def test_a_server_that_refuses_is_told_by_the_verb(project: ProjectFolder, server: Server) -> None:
    address = server.address("postgres").replace("postgres:@", "nobody_here:secret@")
    before = state_of(project)
    for verb in ("status", "init", "wait"):
        said = project.run(verb, code=1, DATABASE_URL=address).err
        assert "knows no role nobody_here.\n" in said
        assert said.endswith("have it made: createuser nobody_here\n")
    assert before == state_of(project)
