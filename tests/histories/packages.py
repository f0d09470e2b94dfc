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
    """

    name: str
    location: str
    address: str = ""
    drivers: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    begin: str = ""
    broken: tuple[str, str, str] | None = None
    is_in_worker: bool = False

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

PACKAGES = (
    Package("optuna", "optuna:storages/_rdb/alembic"),
    Package(
        "jupyterhub",
        "jupyterhub:alembic",
        begin=_OF_JUPYTERHUB_0_5,
        # It calls datetime._replace, and executes a str, which SQLAlchemy 2 refuses.
        broken=("56cc5a70207e", "99a28a4418e1", _OF_JUPYTERHUB_0_9),
    ),
    Package("mlflow", "mlflow:store/db_migrations", begin=_OF_MLFLOW_0),
    Package(
        "prefect",
        "prefect:server:database:_migrations",
        address="PREFECT_API_DATABASE_CONNECTION_URL",
        drivers={"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"},
        variables={"PREFECT_HOME": "{home}"},
        is_in_worker=True,
    ),
    Package(
        "apache-airflow",
        "airflow:migrations",
        address="AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
        variables={"AIRFLOW_HOME": "{home}"},
    ),
)
