"""Migration contexts of our own, made without a word in the log of whoever has set one up.

An env.py may turn Alembic's logging on. It tells of what Alembic is called for, and a verb, which
looks more than once, says itself what it has done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Dialect

_TELLING = ("alembic.runtime.migration", "alembic.runtime.plugins", "alembic.env")


@contextmanager
def quiet() -> Iterator[None]:
    """Let Alembic not log in this thread what it does for us, whatever env.py has set up."""
    thread, alembic = get_ident(), logging.getLogger("alembic")
    loggers, level = [logging.getLogger(name) for name in _TELLING], alembic.level

    def is_wanted(record: logging.LogRecord) -> bool:
        return record.thread != thread or record.levelno >= logging.WARNING

    for logger in loggers:
        logger.addFilter(is_wanted)
    try:
        yield
    finally:
        alembic.setLevel(level)
        for logger in loggers:
            logger.removeFilter(is_wanted)


def quiet_context(where: Connection | Dialect, options: Mapping[str, Any]) -> MigrationContext:
    """Return a migration context on a connection, or for a dialect alone."""
    with quiet():
        if isinstance(where, Dialect):
            return MigrationContext.configure(dialect=where, opts=dict(options))
        return MigrationContext.configure(where, opts=dict(options))
