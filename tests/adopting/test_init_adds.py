"""`init` shows what it adds, and takes all of it away again when it can't finish."""

from __future__ import annotations

import os
import sys

import pytest

from tests import by_hand
from tests.faults.harm import unprivileged
from tests.project_folder import ProjectFolder
from tests.servers import Server
from tests.states import files_of, state_of

INIT = ("init", "--models", "models:Base")
LIMITED = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); "
    "from dbtasks.cli.program import console; console()"
)


@pytest.fixture
def grown(folder: ProjectFolder) -> ProjectFolder:
    """A folder of somebody's, with models and files that `init` knows of."""
    folder.write_models()
    folder.write("requirements.txt", "sqlalchemy\n")
    folder.write(".gitignore", "*.log")
    return folder


def names_in(folder: ProjectFolder) -> set[str]:
    """Return all files and folders, Python's caches aside."""
    found = {path.relative_to(folder.root).as_posix() for path in folder.root.rglob("*")}
    return {name for name in found if "__pycache__" not in name}


def test_the_plan_shows_all_that_is_added_and_adds_nothing(grown: ProjectFolder) -> None:
    before = state_of(grown), names_in(grown)
    said = grown.run(*INIT, "--plan").out
    plan = grown.run(*INIT, "--plan", "--json").json()
    assert before == (state_of(grown), names_in(grown))

    assert "To be added:\n  tasks.py\n" in said
    assert said.endswith("To add it: python tasks.py init --models models:Base\n")
    assert plan["creates_database"] and plan["writes_revision"]
    grown.run(*INIT)
    added = {*plan["files"], *(f"alembic/versions/{path.name}" for path in grown.revisions())}
    assert added == set(files_of(grown.root)) - set(before[0][0])
    lines = (grown.root / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ["*.log", *plan["ignored"]] == lines
    assert "Nothing to add." in grown.run("init", "--plan").out


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_of_gitignore_come_in_its_own_line_endings(
    ending: str, folder: ProjectFolder
) -> None:
    folder.write_models()
    (folder.root / ".gitignore").write_bytes(f"*.log{ending}/.venv{ending}!.env".encode())
    assert "added to .gitignore: __pycache__/, development.db, " in folder.run(*INIT).out
    added = ("*.log", "/.venv", "!.env", "__pycache__/", "development.db", "development.db-*", "")
    assert ending.join(added).encode() == (folder.root / ".gitignore").read_bytes()


def test_what_git_ignores_already_is_not_written_again(folder: ProjectFolder) -> None:
    (folder.root / ".git").mkdir()
    folder.write(".gitignore", "**/.venv/\n*.db\n*.db-*\n__pycache__\nservices/shop/.env\n")
    part = ProjectFolder(folder.root / "services" / "shop")
    part.root.mkdir(parents=True)
    part.write_models()
    assert ".gitignore" not in part.run(*INIT).out
    assert not (part.root / ".gitignore").exists()


def test_a_database_elsewhere_is_none_of_gitignore_s(
    folder: ProjectFolder, database_url: str
) -> None:
    folder.write_models()
    ignored = folder.run(*INIT, "--plan", "--json", DATABASE_URL=database_url).json()["ignored"]
    assert [".venv/", "__pycache__/", ".env"] == [line for line in ignored if "db" not in line]
    assert database_url.startswith("sqlite") or len(ignored) == 3


FAILING = {
    "models that do not import": "raise ValueError('no')\n",
    "models that end the process": "import sys\nsys.exit(0)\n",
    "an interrupt": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n",
    "a type that no database has": (
        "import sqlalchemy as sa\nfrom sqlalchemy.types import UserDefinedType\n"
        "class Odd(UserDefinedType):\n    cache_ok = True\n"
        "    def get_col_spec(self): return '((('\n"
        "class Base(sa.orm.DeclarativeBase): pass\n"
        "class A(Base):\n    __tablename__ = 'a'\n    id = sa.Column(Odd, primary_key=True)\n"
    ),
}


@pytest.mark.parametrize("what", FAILING)
def test_all_that_was_added_is_taken_away_again(what: str, grown: ProjectFolder) -> None:
    grown.write_models(FAILING[what])
    before = names_in(grown), files_of(grown.root)
    result = grown.run(*INIT, code=None)
    assert result.code != 0
    assert "Traceback" not in result.err
    assert before == (names_in(grown), files_of(grown.root))


def test_a_first_revision_that_fails_takes_the_new_database_along(
    grown: ProjectFolder, server: Server
) -> None:
    grown.run(*INIT)
    (path,) = grown.revisions()
    path.write_text(path.read_text().replace("def upgrade() -> None:\n", BROKEN), "utf-8")
    (grown.root / "migrate.cmd").unlink()
    before = names_in(grown)
    with server.database() as url:
        server.execute(f"DROP DATABASE {url.partition('@/')[2].partition('?')[0]}")
        for address in (url, "sqlite:///new/one.db"):
            said = grown.run("init", code=1, DATABASE_URL=address)
            assert "no such luck" in said.err
            assert before == names_in(grown)
            after = grown.run("status", code=None, DATABASE_URL=address).text
            assert "not created yet" in after or "has no database" in after


BROKEN = "def upgrade() -> None:\n    raise ValueError('no such luck')\n"


def test_steps_that_were_applied_stay_applied(grown: ProjectFolder) -> None:
    grown.run(*INIT)
    grown.run("migrate", "later", "--empty")
    later = next(path for path in grown.revisions() if "later" in path.name)
    later.write_text(later.read_text().replace("def upgrade() -> None:\n", BROKEN), "utf-8")
    (grown.root / "migrate.cmd").unlink()
    url = "sqlite:///other.db"
    assert "no such luck" in grown.run("init", code=1, DATABASE_URL=url).err
    assert not (grown.root / "migrate.cmd").exists()
    assert [("gigs",)] == by_hand.rows(
        f"sqlite:///{grown.root / 'other.db'}",
        "SELECT name FROM sqlite_master WHERE name = 'gigs'",
    )


def test_what_a_database_was_recorded_at_is_not_taken_away(grown: ProjectFolder) -> None:
    """The second revision is interrupted: the first is recorded by then."""
    url = f"sqlite:///{grown.root / 'development.db'}"
    by_hand.run_script(
        url, "CREATE TABLE gigs (id INTEGER NOT NULL, CONSTRAINT pk_gigs PRIMARY KEY (id))"
    )
    grown.run(*INIT, code=1)
    grown.write("alembic/env.py", INTERRUPTING)
    grown.run(*INIT, "--from-database", code=130)
    (first,) = grown.revisions()
    assert [(first.name.split("_")[2],)] == by_hand.rows(url, "SELECT * FROM alembic_version")
    assert (grown.root / "alembic.ini").exists()
    assert "differ in 1 place" in grown.run("status").out


INTERRUPTING = """
from dbtasks import run_migrations
from models import Base
def stop(context, revision, directives):
    if directives[0].message != "initial":
        raise KeyboardInterrupt
run_migrations(Base, process_revision_directives=stop)
"""


def test_what_others_have_put_there_meanwhile_stays(grown: ProjectFolder) -> None:
    grown.write_models(
        "from pathlib import Path\nhere = Path(__file__).parent\n"
        "(here / 'alembic' / 'theirs.txt').write_text('x')\n"
        "ignored = (here / '.gitignore').read_text()\n"
        "(here / '.gitignore').write_text(ignored + 'theirs')\nraise ValueError('no')\n"
    )
    grown.run(*INIT, code=1)
    assert {"alembic/theirs.txt", "models.py", "requirements.txt", ".gitignore"} == set(
        files_of(grown.root)
    )
    assert (grown.root / ".gitignore").read_text().endswith("theirs")


if os.name != "nt":  # limits and permissions are another matter there

    @pytest.mark.slow
    def test_a_file_that_can_not_be_written_whole_takes_the_others_along(
        grown: ProjectFolder,
    ) -> None:
        """As on a full disk."""
        before = names_in(grown), files_of(grown.root)
        result = grown.process([sys.executable, "-c", LIMITED, *INIT], code=1)
        assert "taken away again: File too large." in (result.err)
        assert "Traceback" not in result.err
        assert before == (names_in(grown), files_of(grown.root))

    @pytest.mark.slow
    def test_a_gitignore_that_is_read_only_takes_the_others_along(grown: ProjectFolder) -> None:
        grown.run(*INIT)
        (grown.root / "migrate.cmd").unlink()
        grown.write(".gitignore", "*.log\n").chmod(0o444)
        before = names_in(grown), files_of(grown.root)
        result = unprivileged(grown, "init")
        assert "taken away again: Permission denied." in result.err
        assert before == (names_in(grown), files_of(grown.root))

    @pytest.mark.slow
    def test_on_a_terminal_the_list_is_shown_and_asked_about(grown: ProjectFolder) -> None:
        from tests.terminals import terminal

        before = names_in(grown)
        with terminal(grown, *INIT) as session:
            session.wait_for("Type yes to go on:")
            assert "alembic/env.py" in session.shown
            assert "wrote" not in session.shown
            session.type("no\n")
            assert session.end() == 1
        assert before == names_in(grown)
        with terminal(grown, *INIT) as session:
            session.wait_for("Type yes to go on:")
            session.type("yes\n")
            assert session.end() == 0
        with terminal(grown, "init") as session:  # nothing is added any more
            assert session.end() == 0
