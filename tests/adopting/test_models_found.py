"""Models are found wherever they are, and those that nobody has imported are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbtasks.project.model_search import possible_models
from tests.faults.harm import append, refused
from tests.project_folder import ProjectFolder
from tests.states import files_of

BASE = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"


def model(name: str, base: str = "club.db.base") -> str:
    return (
        "from sqlalchemy.orm import Mapped, mapped_column\n"
        f"from {base} import Base\n"
        f"class {name.capitalize()}(Base):\n"
        f'    __tablename__ = "{name}"\n'
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )


FASTAPI = {
    "club/__init__.py": "",
    "club/db/__init__.py": "",
    "club/db/base.py": BASE,
    "club/models/__init__.py": "from club.models.user import User\n",
    "club/models/user.py": model("user"),
}
FORTY = {
    "club/db/base.py": BASE,
    **{f"club/models/m{number}.py": model(f"m{number}") for number in range(40)},
}
FLASK = {
    "club/extensions.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
    "club/__init__.py": (
        "from flask import Flask\nfrom club.extensions import db\n"
        "def create_app():\n    from club import models\n    app = Flask('x')\n"
        "    db.init_app(app)\n    return app\n"
    ),
    "club/models.py": (
        "from club.extensions import db\nlinks = db.Table('links', db.Column('id', db.Integer))\n"
        "class User(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n"
    ),
    "migrations/script.py.mako": "",
}
SQLMODEL = {
    "backend/club/models/__init__.py": "from club.models import hero, team\n",
    **{
        f"backend/club/models/{name}.py": (
            "from sqlmodel import Field, SQLModel\n"
            f"class {name.capitalize()}Base(SQLModel):\n    name: str\n"
            f"class {name.capitalize()}({name.capitalize()}Base, table=True):\n"
            "    id: int | None = Field(default=None, primary_key=True)\n"
        )
        for name in ("hero", "team")
    },
}
PLAIN = {
    "shop/tables.py": (
        "import sqlalchemy as sa\nmetadata = sa.MetaData()\n"
        "gigs = sa.Table('gigs', metadata, sa.Column('id', sa.Integer, primary_key=True))\n"
    )
}
TWO = {
    "shop/base.py": BASE,
    "shop/models.py": model("gig", "shop.base") + model("venue", "shop.base"),
    "log/models.py": BASE + model("entry", "log.models").replace("from log.models", "#"),
}
LAYOUTS = {
    "base beside models": (FASTAPI, ["club.models.user:Base"]),
    "below src": (
        {f"src/{name}": text for name, text in FASTAPI.items()},
        ["club.models.user:Base"],
    ),
    "below backend": (
        {f"backend/{name}": text for name, text in FASTAPI.items()},
        ["club.models.user:Base"],
    ),
    "Flask": (FLASK, ["club.models:db"]),
    "SQLModel": (SQLMODEL, ["club.models.hero:SQLModel"]),
    "plain tables": (PLAIN, ["shop.tables:metadata"]),
    "two bases": (TWO, ["shop.models:Base", "log.models:Base"]),
}


def write(folder: ProjectFolder, files: dict[str, str]) -> None:
    for name, text in files.items():
        folder.write(name, text)


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_base_with_tables_is_found(folder: ProjectFolder, name: str) -> None:
    files, expected = LAYOUTS[name]
    write(folder, files)
    assert expected == possible_models(folder.root)


def test_a_base_of_forty_files_is_found_with_all_that_is_to_import(folder: ProjectFolder) -> None:
    write(folder, FORTY)
    assert ["club.db.base:Base+club.models"] == possible_models(folder.root)
    folder.write(
        "club/models/__init__.py",
        "".join(f"from club.models import m{number}\n" for number in range(40)),
    )
    assert ["club.models.m0:Base"] == possible_models(folder.root)


@pytest.mark.parametrize(
    "name", [name for name in LAYOUTS if name not in {"SQLModel", "two bases"}]
)
def test_what_init_says_can_be_typed(folder: ProjectFolder, name: str) -> None:
    write(folder, LAYOUTS[name][0])
    said = folder.run("init", code=2).err
    place = said.strip().rpartition("--models ")[2]
    folder.run("init", "--models", place)
    assert "create_table" in folder.revisions()[0].read_text(encoding="utf-8")
    assert "Up to date." in folder.run("status").out
    assert "Models and database agree." == folder.run("check").out.strip()


@pytest.mark.slow  # SQLModel has one list of tables in a process
def test_sqlmodel_is_found_and_migrated(folder: ProjectFolder) -> None:
    write(folder, SQLMODEL)
    folder.run_process("init", "--models", "club.models.hero:SQLModel")
    text = folder.revisions()[0].read_text(encoding="utf-8")
    assert 2 == text.count("op.create_table(")
    assert "Models and database agree." == folder.run_process("check").out.strip()


def test_forty_files_are_imported_by_what_init_says(folder: ProjectFolder) -> None:
    write(folder, FORTY)
    said = folder.run("init", "--models", "club.db.base:Base", code=1).err
    assert "club.db.base:Base brings in no table: " in said
    assert "club.models.m15 and 32 more. Nothing was written.\n" in said
    assert set(FORTY) == set(files_of(folder.root))
    folder.run("init", "--models", said.strip().rpartition("--models ")[2])
    assert 40 == folder.revisions()[0].read_text(encoding="utf-8").count("op.create_table(")


def test_several_bases_are_named_and_asked_for(folder: ProjectFolder) -> None:
    write(folder, TWO)
    said = folder.run("init", code=2).err
    assert ": there are 2 bases, shop.models:Base and log.models:Base. Nothing was written." in said
    folder.run("init", "--models", "shop.models:Base")
    assert "log.models" not in folder.run("check").out


def test_models_that_nobody_imports_are_no_agreement(folder: ProjectFolder) -> None:
    write(folder, {name: FASTAPI[name] for name in FASTAPI if "models" not in name})
    folder.run("init", "--models", "club.db.base:Base")
    write(folder, FASTAPI)
    for words in (["migrate", "initial"], ["check"]):
        said = refused(folder, *words, code=1)
        assert said.startswith(
            "The models declare no table, and these modules, which do, are not imported: "
            "club.models.user. Nothing was written.\n"
        )
        assert said.endswith("Add to alembic/env.py: import club.models\n")
    assert "not imported, and so not compared" in folder.run("status").out
    append("alembic/env.py", "")(folder)
    env = (folder.root / "alembic/env.py").read_text(encoding="utf-8")
    folder.write("alembic/env.py", env.replace("\nrun_m", "import club.models.user\n\nrun_m"))
    assert "+ user (id)" in folder.run("migrate", "initial").out


def test_one_module_of_several_that_nobody_imports_is_named(folder: ProjectFolder) -> None:
    write(folder, FASTAPI)
    folder.run("init", "--models", "club.models.user:Base")
    folder.write("club/models/bill.py", model("bill"))
    folder.write("other/models.py", BASE + model("other", "x").replace("from x", "#"))
    note = (
        "not imported, and so not compared, though tables are declared there: club.models.bill "
        "(if they belong to the models, add to alembic/env.py: import club.models.bill)"
    )
    assert note in folder.run("migrate", "bill").out
    assert [note] == folder.run("check", "--json").json()["notes"]


def test_a_table_goes_only_with_a_word_when_its_module_is_forgotten(folder: ProjectFolder) -> None:
    write(folder, FASTAPI)
    names = ("bill", "item", "team")
    write(folder, {f"club/models/{name}.py": model(name) for name in names})
    imports = [f"from club.models.{name} import {name.capitalize()}\n" for name in ("user", *names)]
    folder.write("club/models/__init__.py", "".join(imports))
    folder.run("init", "--models", "club.models.user:Base")
    folder.write("club/models/__init__.py", "".join(imports[:-1]))
    said = refused(folder, "migrate", "x", code=1)
    assert said.startswith("This would drop team. Nothing was written.\n")
    assert "These modules declare tables and were not imported: club.models.team." in said


def test_init_finds_the_project_that_is_below(folder: ProjectFolder) -> None:
    folder.write("backend/alembic.ini", "[alembic]\n")
    assert (
        "There is a project already, in backend/. Nothing was written.\n"
        "Work on it there: cd backend; or make another one here: "
        "python tasks.py init --models app.models:Base\n"
    ) == folder.run("init", code=2).err
    assert {"backend/alembic.ini"} == set(files_of(folder.root))


def test_the_folder_of_the_models_stands_in_alembic_ini(folder: ProjectFolder) -> None:
    write(folder, {f"backend/{name}": text for name, text in FASTAPI.items()})
    folder.run("init", "--models", "club.models.user:Base")
    ini = (folder.root / "alembic.ini").read_text(encoding="utf-8")
    assert "prepend_sys_path = %(here)s/backend\n" in ini
    assert isinstance(folder.root, Path)
