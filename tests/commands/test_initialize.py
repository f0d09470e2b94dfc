"""`init` in every state that a folder can be in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from dbtasks.commands.project_files import TEMPLATES
from dbtasks.project.model_search import likely_models
from tests.by_hand import run_script
from tests.commands.revisions import url
from tests.project_folder import MODELS, ProjectFolder
from tests.servers import Server
from tests.states import files_of, state_of

HINT = "Name their module and base: python tasks.py init --models models:Base\n"


@pytest.fixture
def folder(folder: ProjectFolder) -> ProjectFolder:
    """A folder with models, and nothing else."""
    folder.write_models()
    return folder


@pytest.fixture
def wanted(server: Server) -> Iterator[str]:
    """The address of a PostgreSQL database that is not there yet."""
    with server.database() as url:
        server.execute(f"DROP DATABASE {url.partition('@/')[2].partition('?')[0]}")
        yield url


def test_a_missing_database_is_created_and_brought_to_the_head(
    folder: ProjectFolder, wanted: str
) -> None:
    folder.variables["DATABASE_URL"] = wanted
    said = folder.run("init", "--models", "models:Base").out
    assert "created the database postgresql://" in said
    assert "initial" in said
    folder.run("status", "--check")
    assert set(TEMPLATES) < set(files_of(folder.root))


@pytest.mark.parametrize("url", ["sqlite:///development.db", "sqlite:///new/folder/x.db"])
def test_a_second_init_changes_nothing(folder: ProjectFolder, url: str) -> None:
    folder.variables["DATABASE_URL"] = url
    folder.run("init", "--models", "models:Base")
    before = state_of(folder)
    assert "kept tasks.py" in folder.run("init").out
    assert "kept tasks.py" in folder.run("init", "--models", "models:Base").out
    assert before == state_of(folder)


def test_files_that_stand_are_left_alone(folder: ProjectFolder) -> None:
    folder.run("init", "--models", "models:Base")
    own = {"justfile": "# mine\n", "migrate.ps1": "# mine too\n"}
    for name, content in own.items():
        folder.write(name, content)
    (folder.root / "migrate.cmd").unlink()
    before = files_of(folder.root)
    assert "wrote migrate.cmd" in folder.run("init").out
    after = files_of(folder.root)
    assert {"migrate.cmd"} == set(after) - set(before)
    assert before == {name: content for name, content in after.items() if name in before}


def test_a_missing_folder_of_revisions_is_made_again(folder: ProjectFolder) -> None:
    folder.run("init", "--models", "models:Base")
    (folder.root / "development.db").unlink()
    for path in folder.revisions():
        path.unlink()
    for path in sorted((folder.root / "alembic" / "versions").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (folder.root / "alembic" / "versions").rmdir()
    assert (
        "The folder alembic/versions/ is missing.\nMake it again: python tasks.py init\n"
        == folder.run("status", code=1).err
    )
    folder.run("init")
    folder.run("status", "--check")


def test_the_likely_place_of_the_models_is_named(folder: ProjectFolder) -> None:
    before = files_of(folder.root)
    assert (
        "A new project has to know where its models are, probably in models:Base. "
        f"Nothing was written.\n{HINT}"
    ) == folder.run("init", code=2).err
    (folder.root / "models.py").unlink()
    assert (
        "A new project has to know where its models are. Nothing was written.\n"
        "Name their module and base: python tasks.py init --models app.models:Base\n"
    ) == folder.run("init", code=2).err
    assert {} == files_of(folder.root)
    assert {"models.py"} == set(before)


@pytest.mark.parametrize(
    "models", ["models", "models.py:Base", "./models.py:Base", "models:", ":Base", "a b:c", "a:b:c"]
)
def test_what_names_no_models_is_refused(folder: ProjectFolder, models: str) -> None:
    said = folder.run("init", "--models", models, code=2).err
    assert ("models.py" in models) == said.endswith(HINT)
    assert said.startswith(f"{models!r} does not name models. Nothing was written.\n")
    assert {"models.py"} == set(files_of(folder.root))


@pytest.mark.parametrize(
    ("models", "code", "expected"),
    [
        ("nowhere:Base", None, "ModuleNotFoundError: No module named 'nowhere'"),
        ("models:Bass", None, "ImportError: cannot import name 'Bass' from 'models'"),
        ("models:Base", MODELS + "    x = 1 +\n", "models.py, line 16: x = 1 +: SyntaxError"),
        ("models:Base", MODELS + "    x: Mapped[int] = nothing()\n", "NameError: name 'nothing'"),
        ("models:Gig", None, ""),
        ("models:sa", None, "AttributeError: module 'sqlalchemy' has no attribute 'metadata'"),
    ],
)
def test_models_that_do_not_load_leave_no_file_behind(
    folder: ProjectFolder, models: str, code: str | None, expected: str
) -> None:
    folder.write_models(code or MODELS)
    before = state_of(folder)
    if expected:
        said = folder.run("init", "--models", models, code=1).err
        assert expected in said
        assert before == state_of(folder)
        assert not (folder.root / "alembic").exists()
    else:
        folder.run("init", "--models", models)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://u:secret@127.0.0.1:1/d", 1),
        ("postgresql://u:secret@h", 2),
        ("sqlite:///models.py", 1),
        ("sqlite:///models.py/x.db", 1),
    ],
)
def test_a_database_that_can_not_be_had_leaves_no_file_behind(
    folder: ProjectFolder, url: str, code: int
) -> None:
    said = folder.run("init", "--models", "models:Base", code=code, DATABASE_URL=url).err
    assert 2 == len(said.splitlines())
    assert {"models.py"} == set(files_of(folder.root))
    assert not (folder.root / "alembic").exists()


def test_a_role_that_may_not_create_the_database_leaves_no_file_behind(
    folder: ProjectFolder, server: Server
) -> None:
    with server.role("right") as role:
        address = server.address("wanted").replace("postgres:@", f"{role}:right@")
        said = folder.run("init", "--models", "models:Base", code=1, DATABASE_URL=address).err
    assert "permission denied to create database" in said
    assert f"createdb -O {role} wanted" in said
    assert {"models.py"} == set(files_of(folder.root))


def test_a_database_with_tables_is_not_taken_for_an_empty_one(
    folder: ProjectFolder, database_url: str
) -> None:
    folder.variables["DATABASE_URL"] = database_url
    engine = create_engine(
        database_url.replace("postgresql:", "postgresql+psycopg2:"), poolclass=NullPool
    )
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE precious (id int)"))
        connection.execute(text("INSERT INTO precious VALUES (1)"))
    before = state_of(folder)
    said = folder.run("init", "--models", "models:Base", code=1).err
    assert "has tables and no version, and it is not what the models declare" in said
    assert "\n  - precious (table)\nNothing was written." in said
    assert "left out by include_name or include_object in alembic/env.py." in said
    assert said.endswith("python tasks.py init --from-database --models models:Base\n")
    assert before == state_of(folder)


def test_models_without_tables_are_pointed_out(folder: ProjectFolder) -> None:
    folder.write_models(MODELS.partition("class Gig")[0])
    assert "the models declare no table yet" in folder.run("init", "--models", "models:Base").out
    folder.write_models()
    folder.run("migrate", "first")
    folder.run("upgrade")
    folder.run("check")


@pytest.mark.slow
def test_a_project_that_alembic_has_just_made_is_told_to_name_its_database(
    folder: ProjectFolder,
) -> None:
    folder.process(["alembic", "init", "migrations"])
    before = files_of(folder.root)
    for verb in (["status"], ["upgrade"], ["check"]):
        assert (
            "env.py can't open its database: Can't load plugin: "
            "sqlalchemy.dialects:driver. Nothing was done.\n"
            "Name it: DATABASE_URL in .env, or sqlalchemy.url in alembic.ini.\n"
        ) == folder.run(*verb, code=2).err
    assert before == files_of(folder.root)


@pytest.mark.slow
def test_a_project_of_alembic_s_own_keeps_its_folder(folder: ProjectFolder) -> None:
    folder.process(["alembic", "init", "migrations"])
    folder.write(
        "migrations/env.py",
        "from dbtasks import run_migrations\nfrom models import Base\nrun_migrations(Base)\n",
    )
    ini = folder.root / "alembic.ini"
    ini.write_text(ini.read_text().replace("%(here)s/migrations", "migrations"))
    kept = files_of(folder.root)
    assert "kept alembic.ini, migrations/env.py" in folder.run("init").out
    after = files_of(folder.root)
    assert kept == {name: content for name, content in after.items() if name in kept}
    assert 1 == len(list((folder.root / "migrations" / "versions").glob("*initial.py")))
    below = folder.root / "below"
    below.mkdir()
    ProjectFolder(below).run_process("status", "--check")


def test_init_can_be_repeated(project: ProjectFolder) -> None:
    before = {path: path.read_bytes() for path in project.root.rglob("*.py")}
    out = project.run("init").out
    assert "kept tasks.py, " in out
    assert "Nothing to do: " in out
    assert before == {path: path.read_bytes() for path in project.root.rglob("*.py")}


def test_init_shows_what_it_wrote_in_the_order_in_which_it_happened(
    project: ProjectFolder,
) -> None:
    for path in project.revisions():
        path.unlink()
    run_script(url(project), "DROP TABLE gigs; DROP TABLE alembic_version")
    (project.root / "justfile").unlink()
    project.write("requirements.txt", "dbtasks\n")
    shown = project.run("init").out.splitlines()
    assert "wrote justfile" == shown[0]
    assert any(row.startswith("wrote alembic/versions/") for row in shown)
    assert shown[-3].startswith("1/1  ")
    assert shown[-1].endswith("status")


PACKAGE = {
    "app/models/__init__.py": "from .base import Base\nfrom .gig import Gig\n",
    "app/models/base.py": "from sqlalchemy import orm\nclass Base(orm.DeclarativeBase): pass\n",
    "app/models/gig.py": (
        "from app.models.base import Base\nclass Gig(Base):\n    __tablename__ = 'gigs'\n"
    ),
}
BARE_BASE = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"
TABLES = "import sqlalchemy as sa\nmetadata = sa.MetaData()\nt = sa.Table('t', metadata)\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"models.py": MODELS}, "models:Base"),
        (PACKAGE, "app.models:Base"),
        ({f"src/{name}": text for name, text in PACKAGE.items()}, "app.models:Base"),
        (
            {
                "shop/db.py": BARE_BASE,
                "shop/models.py": (
                    "from shop.db import Base\nclass A(Base):\n    __tablename__ = 'a'\n"
                ),
            },
            "shop.models:Base",
        ),
        ({"tables.py": TABLES}, "tables:metadata"),
        (
            {"m.py": "from sqlalchemy.orm import declarative_base\nModel = declarative_base()\n"},
            "m:Model",
        ),
        (
            {"hero.py": "from sqlmodel import SQLModel\nclass Hero(SQLModel, table=True): pass\n"},
            "hero:SQLModel",
        ),
        ({"tests/models.py": MODELS, "lib/pyvenv.cfg": "", "lib/m.py": MODELS}, ""),
        ({"usr/lib/python3/dist-packages/shop/models.py": MODELS}, ""),
        ({"lib/python3.11/site-packages/shop/models.py": MODELS}, ""),
        ({".venv/models.py": MODELS, "alembic/script.py.mako": "", "alembic/m.py": MODELS}, ""),
        ({"broken.py": "class (", "latin.py": "# \udce4", "models.py": MODELS}, "models:Base"),
        ({"main.py": "print('hello')\n"}, ""),
        ({}, ""),
    ],
)
def test_models_are_found_where_their_tables_are(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert expected == likely_models(tmp_path)
