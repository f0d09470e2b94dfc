"""Threads that migrate projects of their own do not meet, although Alembic's `op` is but one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import dbtasks
from dbtasks import Project
from tests import by_hand
from tests.faults.broken import revision
from tests.in_process import as_if_new
from tests.project_folder import MODELS, ProjectFolder
from tests.servers import Server
from tests.test_library import surroundings


@contextmanager
def two_projects(tmp_path: Path, urls: list[str]) -> Iterator[list[Project]]:
    """Yield projects with models, revisions and databases of their own, none at its head."""
    made = []
    with as_if_new(tmp_path, ProjectFolder(tmp_path).environment()):
        for number, url in enumerate(urls):
            folder = ProjectFolder(tmp_path / f"project{number}")
            folder.root.mkdir()
            folder.write(f"models{number}.py", MODELS.replace('"gigs"', f'"gigs{number}"'))
            flags = {"database-url": url}
            dbtasks.initialize(Project.load(folder.root, flags), f"models{number}:Base")
            down = Project.load(folder.root, flags).revisions.heads[0]
            for step in range(5):
                id_, table = f"p{number}s{step}", f"t{number}_{step}"
                text = revision(
                    id_,
                    down,
                    f'op.create_table("{table}", sa.Column("id", sa.Integer))\n'
                    "    import time; time.sleep(0.01)\n"
                    f'    op.execute("INSERT INTO {table} VALUES ({number})")',
                    f'op.drop_table("{table}")',
                )
                folder.write(f"alembic/versions/{id_}.py", text)
                down = id_
            made.append(Project.load(folder.root, flags))
        yield made


def meet(projects: list[Project], work: Callable[[Project], object]) -> None:
    """Do the same with each project, in threads that begin at once."""
    together = threading.Barrier(len(projects))

    def begin(project: Project) -> None:
        together.wait(10)
        work(project)

    with ThreadPoolExecutor(len(projects)) as pool:
        list(pool.map(begin, projects))


def all_do_their_own(tmp_path: Path, urls: list[str]) -> None:
    with two_projects(tmp_path, urls) as projects:
        before = surroundings()
        meet(projects, dbtasks.upgrade)
        assert before == surroundings()
        for number, project in enumerate(projects):
            assert (f"p{number}s4",) == dbtasks.read_current(project).current
            rows = [
                by_hand.rows(urls[number], f"SELECT id FROM t{number}_{step}") for step in range(5)
            ]
            assert [[(number,)]] * 5 == rows
            assert tables(number) == tables_of(urls[number])

        meet(projects, lambda project: dbtasks.downgrade(project, "-5"))
        meet(projects, dbtasks.check_models)
        meet(projects, dbtasks.read_status)
        assert before == surroundings()
        for number, project in enumerate(projects):
            assert not dbtasks.read_status(project).changes
            assert {"alembic_version", f"gigs{number}"} == tables_of(urls[number])


def tables(number: int) -> set[str]:
    return {"alembic_version", f"gigs{number}", *(f"t{number}_{step}" for step in range(5))}


def tables_of(url: str) -> set[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    if url.startswith("sqlite"):
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return {row[0] for row in by_hand.rows(url, query)}


def test_threads_that_migrate_two_projects_do_not_meet_on_sqlite(tmp_path: Path) -> None:
    all_do_their_own(
        tmp_path, [f"sqlite:///{(tmp_path / f'{number}.db').as_posix()}" for number in range(2)]
    )


def test_threads_that_migrate_two_projects_do_not_meet_on_postgresql(
    tmp_path: Path, server: Server
) -> None:
    with server.empty_database() as one, server.empty_database() as other:
        all_do_their_own(tmp_path, [one, other])


def test_a_database_of_each_kind_is_migrated_at_once(tmp_path: Path, postgresql_url: str) -> None:
    """Each thread's SQL is written for its own database."""
    all_do_their_own(tmp_path, [f"sqlite:///{(tmp_path / 'a.db').as_posix()}", postgresql_url])
