"""What env.py says to `context.configure` counts: filters, comparisons, models, places."""

from __future__ import annotations

import pytest

from tests import by_hand
from tests.in_process import forget
from tests.project_folder import ProjectFolder

MODELS = """
import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType
metadata, second = sa.MetaData(), sa.MetaData()
sa.Table("gigs", metadata, sa.Column("id", sa.Integer, primary_key=True){columns})
sa.Table("venues", second, sa.Column("id", sa.Integer, primary_key=True))
class Geometry(UserDefinedType):
    cache_ok = True
    def get_col_spec(self, **_):
        return "geometry"
"""
REVISION = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = "a1", None
def upgrade():
    op.create_table("gigs", sa.Column("id", sa.Integer), sa.Column("fee", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_of_gigs"), sa.UniqueConstraint("fee", name="one"))
    op.create_table("legacy", sa.Column("id", sa.Integer))
    op.create_index("ix_legacy", "legacy", ["id"])
def downgrade():
    op.drop_table("legacy")
    op.drop_table("gigs")
"""
FEE = ', sa.Column("fee", sa.Integer, unique=True)'
NEW = FEE + ', sa.Column("new", sa.Integer)'
ONLY_DECLARED = "lambda item, name, kind, reflected, other: not (reflected and other is None)"


@pytest.fixture
def theirs(folder: ProjectFolder, database_url: str) -> ProjectFolder:
    """A project at its one revision, in which there is more than the models declare."""
    folder.variables["DATABASE_URL"] = database_url
    configure(folder, f"include_object={ONLY_DECLARED}")
    declare(folder, FEE)
    folder.write("alembic/versions/a1.py", REVISION)
    folder.run("init")
    return folder


def declare(project: ProjectFolder, columns: str, more: str = "") -> None:
    project.write("models.py", MODELS.format(columns=columns) + more)
    forget(project.root)


def configure(project: ProjectFolder, options: str, models: str = "metadata") -> None:
    lines = ("from dbtasks import run_migrations", "from models import *")
    project.write("alembic/env.py", "\n".join((*lines, f"run_migrations({models}, {options})\n")))


def test_what_the_database_alone_has_is_kept_and_what_is_new_is_seen(theirs: ProjectFolder) -> None:
    assert "Models and database agree." in theirs.run("check").out
    declare(theirs, NEW)
    assert "  + gigs.new" in theirs.run("check", code=4).out
    declare(theirs, FEE.replace("Integer", "String(9)"))
    assert "  ~ gigs.fee" in theirs.run("check", code=4).out
    declare(theirs, FEE + ', sa.Column("more", sa.Integer, index=True)')
    assert "index ix_gigs_more" in theirs.run("check", code=4).out


WITHOUT_ENUMS = """lambda item, name, kind, reflected, other: kind != "column" or not (
    isinstance(item.type, sa.Enum) or other is not None and isinstance(other.type, sa.Enum))"""


def test_an_enum_whose_columns_are_left_out_is_no_difference(theirs: ProjectFolder) -> None:
    configure(theirs, f"include_object={WITHOUT_ENUMS}")
    path = theirs.root / "alembic" / "versions" / "a1.py"
    text = path.read_text(encoding="utf-8")
    line = 'op.create_table("legacy", sa.Column("id", sa.Integer)'
    state = ", sa.Column('state', sa.Enum({}, name='state'))"
    path.write_text(text.replace(line, line + state.format("'open'")), encoding="utf-8")
    theirs.run("reset", "--yes")
    two = state.format("'open', 'shut'")
    declare(
        theirs,
        FEE,
        "sa.Table('legacy', metadata, sa.Column('id', sa.Integer), sa.Index('ix_legacy', 'id')"
        f"{two})\nsa.Table('more', metadata, sa.Column('id', sa.Integer, primary_key=True)"
        f"{two.replace('state', 'other')})\n",
    )
    told = theirs.run("check", code=4).out
    assert "+ more (id, other)" in told  # A table that is new is made whole, as by Alembic.
    assert "state" not in told
    theirs.run("migrate", "more")
    theirs.run("upgrade")
    assert "Models and database agree." in theirs.run("check").out


def test_plugins_that_compare_for_alembic_change_nothing(theirs: ProjectFolder) -> None:
    configure(
        theirs,
        f"include_object={ONLY_DECLARED}, autogenerate_plugins=['alembic.autogenerate.*']",
    )
    declare(theirs, NEW.replace("sa.Integer)", "sa.Integer, nullable=False, default=1)"))
    theirs.run("migrate", "new column")
    assert any("server_default=" in path.read_text(encoding="utf-8") for path in theirs.revisions())


def test_a_filter_may_ask_for_the_table_of_a_part(theirs: ProjectFolder) -> None:
    configure(
        theirs,
        "include_object=lambda item, name, kind, *_: "
        "(item.name if kind == 'table' else item.table.name) != 'legacy'",
    )
    assert "Models and database agree." in theirs.run("check").out


def test_a_filter_may_ask_for_what_a_model_notes(theirs: ProjectFolder) -> None:
    configure(
        theirs,
        "include_object=lambda item, name, kind, reflected, other: "
        "name != 'legacy' and not (kind == 'column' and item.info.get('skip'))",
    )
    declare(theirs, NEW.replace('"new", sa.Integer', '"new", sa.Integer, info={"skip": True}'))
    assert "Models and database agree." in theirs.run("check").out


def test_what_is_left_out_is_not_built(theirs: ProjectFolder) -> None:
    configure(theirs, "include_object=lambda item, name, *_: name not in {'geo', 'legacy'}")
    declare(theirs, FEE, 'sa.Table("geo", metadata, sa.Column("place", Geometry()))\n')
    assert "Models and database agree." in theirs.run("check").out


@pytest.mark.parametrize("says", ["False", "lambda *_: False"])
def test_types_and_defaults_may_be_taken_for_equal(theirs: ProjectFolder, says: str) -> None:
    declare(theirs, ', sa.Column("fee", sa.String(9), unique=True, server_default="x")')
    assert "2 places" in theirs.run("check", code=4).out
    options = f"compare_type={says}, compare_server_default={says}"
    configure(theirs, f"include_object={ONLY_DECLARED}, {options}")
    assert "Models and database agree." in theirs.run("check").out


def test_models_may_be_several(theirs: ProjectFolder) -> None:
    configure(theirs, f"include_object={ONLY_DECLARED}", "[metadata, second]")
    assert "  + venues" in theirs.run("check", code=4).out


def test_without_models_a_database_is_moved_and_nothing_is_compared(theirs: ProjectFolder) -> None:
    configure(theirs, "version_table='alembic_version'", "None")
    theirs.run("downgrade", "--yes")
    theirs.run("upgrade")
    assert "not compared: env.py has no target_metadata" in theirs.run("status").out
    assert "has no target_metadata" in theirs.run("check", code=1).err


def test_env_py_may_say_where_the_revisions_are(theirs: ProjectFolder) -> None:
    theirs.run("downgrade", "--yes")
    (theirs.root / "alembic/versions/a1.py").unlink()
    theirs.write("alembic/others/a1.py", REVISION)
    env = theirs.root / "alembic/env.py"
    places = "from alembic import context\ncontext.script.version_locations = ['alembic/others']\n"
    env.write_text(places + env.read_text(), encoding="utf-8")
    assert "1 revision is pending" in theirs.run("status").out
    theirs.run("upgrade")
    assert "Up to date." in theirs.run("status").out


def test_the_version_table_may_stand_in_the_schema_of_the_tables(
    folder: ProjectFolder, postgresql_url: str
) -> None:
    folder.variables["DATABASE_URL"] = postgresql_url
    declare(folder, "")
    configure(folder, "version_table_schema='public'")
    folder.run("init")
    assert "Models and database agree." in folder.run("check").out


def test_reset_keeps_the_schema_of_the_version_table(
    folder: ProjectFolder, postgresql_url: str
) -> None:
    folder.variables["DATABASE_URL"] = postgresql_url
    declare(folder, "")
    configure(folder, "version_table_schema='apart'")
    by_hand.run_script(postgresql_url, "CREATE SCHEMA apart")
    folder.run("init")
    folder.run("reset", "--yes")
    assert "Up to date." in folder.run("status").out


def test_names_that_only_the_history_gives_are_no_difference(theirs: ProjectFolder) -> None:
    configure(theirs, "include_object=lambda item, name, *_: name != 'legacy'")
    assert "Models and database agree." in theirs.run("check").out


def test_an_env_py_may_open_the_database_of_the_settings_by_another_driver(
    theirs: ProjectFolder, database_url: str
) -> None:
    dialect, _, rest = database_url.partition(":")
    url = {"sqlite": f"sqlite:{rest}"}.get(dialect, f"postgresql+psycopg:{rest}")
    theirs.write(
        "alembic/env.py",
        "from alembic import context\nfrom sqlalchemy import NullPool, create_engine\n"
        "from models import metadata\n"
        f"with create_engine({url!r}, poolclass=NullPool).connect() as connection:\n"
        "    context.configure(connection=connection, target_metadata=metadata)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n",
    )
    theirs.run("downgrade", "--yes")
    theirs.run("upgrade")
    assert [("a1",)] == by_hand.rows(database_url, "SELECT * FROM alembic_version")
    assert "(DATABASE_URL)" in theirs.run("status").out


def test_an_env_py_that_goes_elsewhere_is_not_followed(
    theirs: ProjectFolder, database_url: str
) -> None:
    theirs.write(
        "alembic/env.py",
        "from alembic import context\nfrom sqlalchemy import NullPool, create_engine\n"
        "from models import metadata\n"
        "with create_engine('sqlite:///other.db', poolclass=NullPool).connect() as connection:\n"
        "    context.configure(connection=connection, target_metadata=metadata)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n",
    )
    before = by_hand.rows(database_url, "SELECT * FROM alembic_version")
    for verb in (["upgrade"], ["stamp", "base"], ["reset", "--yes"]):
        said = theirs.run(*verb, code=1).err
        assert "alembic/env.py connects to sqlite:///other.db, and DATABASE_URL names " in said
    assert before == by_hand.rows(database_url, "SELECT * FROM alembic_version")
    tables = "SELECT name FROM sqlite_master"
    assert [] == by_hand.rows(f"sqlite:///{theirs.root / 'other.db'}", tables)
