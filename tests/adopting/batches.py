"""What batches are made of in the table that `test_batches` plays.

Each case stands for a kind that real histories hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.operations import BatchOperations

TABLES = """
CREATE TABLE p (id INTEGER NOT NULL, code VARCHAR(9), PRIMARY KEY (id));
CREATE TABLE a (
    id INTEGER NOT NULL, n INTEGER, s VARCHAR(20) DEFAULT 'x' NOT NULL, p_id INTEGER,
    PRIMARY KEY (id),
    CONSTRAINT uq_s UNIQUE (s),
    CONSTRAINT ck_n CHECK (n >= 0),
    CONSTRAINT fk_p FOREIGN KEY(p_id) REFERENCES p (id)
);
CREATE INDEX ix_n ON a (n);
CREATE UNIQUE INDEX ix_s_n ON a (s, n);
INSERT INTO p VALUES (1, 'one'), (2, 'two');
INSERT INTO a VALUES (1, 10, 'ten', 1), (2, 20, 'twenty', 2), (3, 30, 'thirty', NULL);
"""
NAMELESS = """
CREATE TABLE p (id INTEGER NOT NULL, code VARCHAR(9), PRIMARY KEY (id));
CREATE TABLE a (
    id INTEGER NOT NULL, n INTEGER, p_id INTEGER,
    PRIMARY KEY (id), UNIQUE (n), FOREIGN KEY(p_id) REFERENCES p (id)
);
INSERT INTO p VALUES (1, 'one');
INSERT INTO a VALUES (1, 10, 1), (2, 20, NULL);
"""
TWO_KEYS = """
CREATE TABLE a (x INTEGER NOT NULL, y INTEGER NOT NULL, z INTEGER, PRIMARY KEY (x, y));
INSERT INTO a VALUES (1, 1, 1), (2, 1, 2);
"""
CONVENTION = {
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Steps = Callable[[BatchOperations], object]


@dataclass(frozen=True)
class Batch:
    """A batch: its arguments and its steps, one after the other."""

    steps: tuple[Steps, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    table: str = "a"


@dataclass(frozen=True)
class Case:
    """Batches on what `tables` make. Those that fail are caught, as a revision may do."""

    batches: tuple[Batch, ...]
    tables: str = TABLES


def one(*steps: Steps, tables: str = TABLES, table: str = "a", **arguments: Any) -> Case:
    """Return the case of one batch."""
    return Case((Batch(steps, arguments, table),), tables)


def as_a() -> sa.Table:
    """Return what `copy_from` is given: less of a table than there is."""
    return sa.Table(
        "a",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("n", sa.Integer),
        sa.Column("s", sa.String(20), nullable=False),
        sa.CheckConstraint("n > 1", name="ck_more"),
    )


def longer(_inspector: object, _table: object, column: dict[str, Any]) -> None:
    """Let every text be longer, as a listener of reflection may."""
    if isinstance(column["type"], sa.String):
        column["type"] = sa.String(99)


def adds(name: str, type_: Any = sa.Integer, /, *given: Any, **more: Any) -> Steps:
    """Return the step that adds a column."""
    place = {key: more.pop(key) for key in ("insert_after", "insert_before") if key in more}
    column = sa.Column(name, type_, *given, **more)
    return lambda batch: batch.add_column(column, **place)


def required(batch: BatchOperations) -> None:
    """Let `n` hold no NULL."""
    batch.alter_column("n", nullable=False)


def longer_text(batch: BatchOperations) -> None:
    """Let `s` be longer."""
    batch.alter_column("s", type_=sa.String(50))
