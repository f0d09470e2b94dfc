"""What trying something out takes, whichever database it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import SQLAlchemyError

from dbtasks.errors import ModelsError


def build_models(connection: Connection, metadata: MetaData, *, checkfirst: bool = True) -> None:
    """Build what `metadata` declares. Raises `ModelsError` when the database refuses to."""
    try:
        metadata.create_all(connection, checkfirst=checkfirst)
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise ModelsError(
            f"The database refuses to build what the models declare: {str(reason).strip()}.",
            "Mend the models and try again.",
        ) from error


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Undo at the end all that happens on `connection` meanwhile."""
    transaction = connection.begin_nested() if connection.in_transaction() else connection.begin()
    try:
        yield
    finally:
        if transaction.is_active:
            transaction.rollback()
