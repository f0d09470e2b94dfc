"""Alembic's configuration and its scripts stand wherever a project has put them."""

from __future__ import annotations

import pytest
from alembic.config import main

from dbtasks.cli.program import project_root
from tests import by_hand
from tests.faults.harm import refused
from tests.in_process import as_if_new
from tests.project_folder import ProjectFolder
from tests.states import files_of

ENV = "from dbtasks import run_migrations\nfrom models import Base\nrun_migrations(Base)\n"
REVISION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "a1", None
def upgrade() -> None:
    op.create_table("gigs", sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gigs"))
def downgrade() -> None:
    op.drop_table("gigs")
"""
NAMED = 'alembic-config = "db/alembic.ini"'


def write(
    folder: ProjectFolder,
    ini: str,
    location: str,
    scripts: str,
    more: str = "path_separator = os\n",
) -> None:
    """Write a project whose ini file, scripts and database are where it says."""
    folder.write_models()
    folder.write(ini, f"[alembic]\nscript_location = {location}\nprepend_sys_path = .\n{more}")
    folder.write(f"{scripts}/env.py", ENV)
    folder.write(f"{scripts}/versions/a1.py", REVISION)


def goes_there_and_back(folder: ProjectFolder, **variables: str) -> None:
    """Take a database through the verbs; fail unless they find the one revision."""
    assert "a1" in folder.run("status", **variables).out
    folder.run("upgrade", **variables)
    assert "Up to date." in folder.run("status", **variables).out
    folder.run("check", **variables)
    folder.run("downgrade", "--yes", **variables)


def plain_alembic(folder: ProjectFolder, *words: str) -> None:
    """Run Alembic's own command line in the project's folder."""
    with as_if_new(folder.root, folder.environment()):
        main(argv=list(words))


PLACES = {
    "a path": ("alembic.ini", "migrations", "migrations"),
    "two folders down": ("alembic.ini", "%(here)s/db/migrations", "db/migrations"),
    "a package": ("alembic.ini", "shop:migrations", "shop/migrations"),
    "a package in a package": (
        "alembic.ini",
        "shop.data:sql/migrations",
        "shop/data/sql/migrations",
    ),
    "a package without a file": ("alembic.ini", "space:migrations", "space/migrations"),
    "another name": ("migrations.ini", "migrations", "migrations"),
}


@pytest.mark.parametrize("place", PLACES)
def test_scripts_are_found_where_the_ini_says(place: str, folder: ProjectFolder) -> None:
    ini, location, scripts = PLACES[place]
    write(folder, ini, location, scripts)
    for package in ("shop", "shop/data"):
        folder.write(f"{package}/__init__.py", "raise SystemExit('imported')\n")
    before = files_of(folder.root)
    goes_there_and_back(folder)
    assert before == files_of(folder.root)

    folder.run("init")
    added = set(files_of(folder.root)) - set(before)
    assert f"{scripts}/script.py.mako" in added
    assert not [name for name in added if ":" in name or name.endswith((".ini", "env.py"))]
    below = folder.root / "below"
    below.mkdir()
    assert folder.root.resolve() == project_root(below.resolve())


@pytest.mark.parametrize("ini", ["alembic.ini", "migrations.ini"])
def test_plain_alembic_goes_to_the_same_database(ini: str, folder: ProjectFolder) -> None:
    write(folder, ini, "shop:migrations", "shop/migrations")
    folder.write("shop/__init__.py", "")
    folder.write(".env", "DATABASE_URL=sqlite:///shop.db\n")
    plain_alembic(folder, "-c", ini, "upgrade", "head")
    assert "Up to date." in folder.run("status").out
    assert not (folder.root / "development.db").exists()


def test_versions_in_a_package_are_found(folder: ProjectFolder) -> None:
    more = "path_separator = newline\nversion_locations =\n  shop:old\n  shop:new\n"
    write(folder, "alembic.ini", "migrations", "migrations", more)
    (folder.root / "migrations" / "versions" / "a1.py").unlink()
    folder.write("shop/__init__.py", "raise SystemExit('imported')\n")
    folder.write("shop/old/a1.py", REVISION)
    later = REVISION.replace('"a1", None', '"b2", "a1"').replace("gigs", "bars")
    folder.write("shop/new/b2.py", later)
    assert 2 == len(folder.run("history", "--json").json()["revisions"])


def test_a_package_that_is_not_there_is_named(folder: ProjectFolder) -> None:
    write(folder, "alembic.ini", "shp:migrations", "shop/migrations")
    for verb in (["status"], ["init"], ["upgrade"]):
        said = refused(folder, *verb, code=1)
        assert said.startswith("shp:migrations in Alembic's configuration names the package shp")


@pytest.mark.parametrize("location", ["db/migrations", "migrations", "%(here)s/migrations"])
@pytest.mark.parametrize("how", ["variable", "setting"])
def test_an_ini_elsewhere_is_the_one_that_is_named(
    how: str, location: str, folder: ProjectFolder
) -> None:
    write(folder, "db/alembic.ini", location, "db/migrations")
    folder.write(".env", "DATABASE_URL=sqlite:///shop.db\n")
    if how == "setting":
        folder.write("pyproject.toml", f"[tool.dbtasks]\n{NAMED}\n")
    else:
        folder.variables["ALEMBIC_CONFIG"] = "db/alembic.ini"
    goes_there_and_back(folder)
    if location != "migrations":  # which Alembic looks for in the current folder
        plain_alembic(folder, "-c", "db/alembic.ini", "upgrade", "head")
        assert "Up to date." in folder.run("status").out
    said = folder.run("init").out
    assert (how == "variable") == (f"[tool.dbtasks]\n  {NAMED}\n" in said)
    assert not (folder.root / "alembic.ini").exists()
    assert {"shop.db"} == {path.name for path in folder.root.rglob("*.db")}


def test_its_address_counts_and_is_named_by_its_place(folder: ProjectFolder) -> None:
    write(
        folder,
        "db/alembic.ini",
        "db/migrations",
        "db/migrations",
        "path_separator = os\nsqlalchemy.url = sqlite:///x.db",
    )
    folder.write("pyproject.toml", f"[tool.dbtasks]\n{NAMED}\n")
    assert "sqlite:///x.db (sqlalchemy.url in db/alembic.ini)" in folder.run("status").out
    folder.run("upgrade")
    assert [("gigs",)] == by_hand.rows(
        f"sqlite:///{folder.root / 'x.db'}",
        "SELECT name FROM sqlite_master WHERE name = 'gigs'",
    )


def test_a_pyproject_that_the_environment_names_is_read(folder: ProjectFolder) -> None:
    write(folder, "unused.ini", "db/migrations", "db/migrations")
    (folder.root / "unused.ini").unlink()
    lines = [
        "[tool.alembic]",
        'script_location = "%(here)s/migrations"',
        'prepend_sys_path = ["."]',
        '"sqlalchemy.url" = "sqlite:///x.db"',
    ]
    folder.write("db/pyproject.toml", "\n".join(lines))
    folder.variables["ALEMBIC_CONFIG"] = "db/pyproject.toml"
    status = folder.run("status").out
    assert "sqlite:///x.db (sqlalchemy.url in db/pyproject.toml)" in status
    goes_there_and_back(folder)
    assert {"x.db"} == {path.name for path in folder.root.rglob("*.db")}
    said = refused(folder, "status", code=2, ALEMBIC_CONFIG="x/pyproject.toml")
    assert "ALEMBIC_CONFIG names x/pyproject.toml, which is missing" in said


def test_an_ini_that_is_named_and_missing_stops_every_verb(folder: ProjectFolder) -> None:
    folder.write_models()
    said = refused(folder, "init", "--models", "models:Base", code=2, ALEMBIC_CONFIG="x/y.ini")
    assert (
        "ALEMBIC_CONFIG names x/y.ini, which is missing. Nothing was done.\n"
        "Correct it, or unset ALEMBIC_CONFIG.\n"
    ) == said
    folder.write("pyproject.toml", f"[tool.dbtasks]\n{NAMED}\n")
    assert "alembic-config in pyproject.toml names" in refused(folder, "status", code=2)


def test_an_ini_that_was_lost_is_written_for_an_env_py_of_ones_own(folder: ProjectFolder) -> None:
    write(folder, "alembic.ini", "alembic", "alembic")
    folder.write("alembic/env.py", OWN_ENV)
    (folder.root / "alembic.ini").unlink()
    plan = folder.run("init", "--plan", "--json").json()
    assert "what env.py connects to" == plan["database"]
    assert "alembic.ini" in plan["files"]
    folder.run("init")
    folder.run("status", "--check")
    assert (folder.root / "own.db").exists()


OWN_ENV = """
from alembic import context
from sqlalchemy import NullPool, create_engine
from models import Base
with create_engine("sqlite:///own.db", poolclass=NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""


def test_an_ini_below_that_nobody_names_is_told(folder: ProjectFolder) -> None:
    write(folder, "db/alembic.ini", "db/migrations", "db/migrations")
    said = refused(folder, "status", code=1)
    assert "There is db/alembic.ini.\nWork on it there: cd db; or name it from here: " in said
    assert f"{NAMED} below [tool.dbtasks]" in said
    assert "There is a project already, in db/." in refused(folder, "init", code=2)


def test_of_two_projects_in_a_monorepo_each_is_worked_on_in_its_folder(
    folder: ProjectFolder,
) -> None:
    for name in ("billing", "shop"):
        part = ProjectFolder(folder.root / name)
        part.root.mkdir()
        write(part, "alembic.ini", "migrations", "migrations")
        part.run("init")
    said = refused(folder, "init", code=2)
    assert "There is a project already, in billing/ and in shop/." in said
    for name in ("billing", "shop"):
        ProjectFolder(folder.root / name).run("status", "--check")
    assert not (folder.root / "tasks.py").exists()
