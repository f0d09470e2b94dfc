"""The service's connection to its database."""

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker

from app.config import settings
from dbtasks import database_url


def make_engine() -> Engine:
    """Return an engine for the database of the settings."""
    engine = create_engine(database_url(settings()), pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _enforce_foreign_keys)
    return engine


def make_session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return what makes sessions on `engine`."""
    return sessionmaker(engine, expire_on_commit=False)


def _enforce_foreign_keys(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
