"""Batches as people write them: every argument, every exception, and steps that go together.

Each stands for a kind that real histories hold. `test_batches` plays them.
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


REQUIRED: Steps = lambda batch: batch.alter_column("n", nullable=False)  # noqa: E731
LONGER: Steps = lambda batch: batch.alter_column("s", type_=sa.String(50))  # noqa: E731


def arguments() -> dict[str, Case]:
    return {
        "table_args: a check": one(
            REQUIRED, table_args=(sa.CheckConstraint("n < 99", name="ck_less"),)
        ),
        "table_args: a unique and a foreign key": one(
            recreate="always",
            table_args=(
                sa.UniqueConstraint("n", "s", name="uq_more"),
                sa.ForeignKeyConstraint(["n"], ["p.id"], name="fk_code"),
            ),
            tables=NAMELESS.replace("n INTEGER,", "n INTEGER, s TEXT,")
            .replace("10, 1", "10, 'x', 1")
            .replace("20, NULL", "NULL, 'y', NULL")
            .replace("1, 10", "1, NULL"),
        ),
        "table_args: an index": one(REQUIRED, table_args=(sa.Index("ix_args", "s"),)),
        "table_args: a column": one(REQUIRED, table_args=(sa.Column("more", sa.Integer),)),
        "table_args: a check without a name restated": one(
            REQUIRED,
            table_args=(sa.CheckConstraint("n > 1"),),
            tables="CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER, CHECK (n > 0));",
        ),
        "table_args: nothing happens without a rebuild": one(
            adds("more"), table_args=(sa.CheckConstraint("n < 99", name="ck_less"),)
        ),
        "table_kwargs: autoincrement": one(
            recreate="always", table_kwargs={"sqlite_autoincrement": True}
        ),
        "table_kwargs: without rowid": one(
            recreate="always", table_kwargs={"sqlite_with_rowid": False}
        ),
        "table_kwargs: of another database": one(REQUIRED, table_kwargs={"mysql_engine": "InnoDB"}),
        "copy_from: columns and constraints go": one(recreate="always", copy_from=as_a()),
        "copy_from: with a step": one(REQUIRED, copy_from=as_a()),
        "copy_from: a constraint of it goes": one(
            lambda b: b.drop_constraint("ck_more", type_="check"), copy_from=as_a()
        ),
        "reflect_args: another type": one(
            recreate="always", reflect_args=[sa.Column("n", sa.String(9))]
        ),
        "reflect_args: a boolean with a check": one(
            LONGER,
            reflect_args=[sa.Column("n", sa.Boolean(create_constraint=True, name="ck_flag"))],
        ),
        "reflect_kwargs: a listener": one(
            REQUIRED, reflect_kwargs={"listeners": [("column_reflect", longer)]}
        ),
        "naming_convention: a foreign key goes": one(
            lambda b: b.drop_constraint("fk_a_p_id_p", type_="foreignkey"),
            naming_convention=CONVENTION,
            tables=NAMELESS,
        ),
        "naming_convention: a unique goes": one(
            lambda b: b.drop_constraint("uq_a_n", type_="unique"),
            naming_convention=CONVENTION,
            tables=NAMELESS,
        ),
        "naming_convention: the primary key goes, another comes": one(
            lambda b: b.drop_constraint("pk_a", type_="primary"),
            lambda b: b.create_primary_key("pk_other", ["n"]),
            naming_convention=CONVENTION,
            tables=NAMELESS,
        ),
        "naming_convention: what stays is named": one(
            REQUIRED, naming_convention=CONVENTION, tables=NAMELESS
        ),
        "naming_convention: names that are there stay": one(REQUIRED, naming_convention=CONVENTION),
        "naming_convention: no rebuild, no names": one(
            adds("more"), naming_convention=CONVENTION, tables=NAMELESS
        ),
        "naming_convention: by hand, a name that it does not give": one(
            lambda b: b.drop_constraint("nope", type_="unique"),
            naming_convention=CONVENTION,
            tables=NAMELESS,
        ),
        "partial_reordering": one(recreate="always", partial_reordering=[("s", "p_id", "id")]),
        "partial_reordering: two orders": one(
            REQUIRED, partial_reordering=[("p_id", "n"), ("s", "id")]
        ),
        "partial_reordering: in a circle": one(
            REQUIRED, partial_reordering=[("n", "s"), ("s", "n")]
        ),
        "partial_reordering: with a new column": one(
            adds("more"), REQUIRED, partial_reordering=[("more", "id", "s", "n")]
        ),
        "recreate: always, and nothing to do": one(recreate="always"),
        "recreate: never, a column": one(adds("more"), recreate="never"),
        "recreate: never, a column goes": one(
            lambda b: b.drop_column("z"), recreate="never", tables=TWO_KEYS
        ),
        "recreate: never, a new name": one(
            lambda b: b.alter_column("z", new_column_name="w"), recreate="never", tables=TWO_KEYS
        ),
        "recreate: never, a constraint": one(
            lambda b: b.create_unique_constraint("uq", ["n"]), recreate="never"
        ),
        "recreate: never, a type": one(LONGER, recreate="never"),
        "recreate: some other word": one(REQUIRED, recreate="sometimes"),
        "schema: main": one(adds("more"), schema="main"),
        "schema: main, with a rebuild": one(
            REQUIRED, schema="main", tables=TWO_KEYS.replace("z", "n")
        ),
        "schema: none of that name": one(REQUIRED, schema="nope"),
        "insert_after": one(adds("more", insert_after="id"), recreate="always"),
        "insert_before": one(adds("more", insert_before="s"), recreate="always"),
        "insert_before the first": one(adds("more", insert_before="id"), recreate="always"),
        "insert_after the last": one(adds("more", insert_after="p_id"), recreate="always"),
        "insert_after a new one": one(
            adds("one", insert_after="id"), adds("two", insert_after="one"), recreate="always"
        ),
        "insert_before a new one": one(
            adds("one", insert_before="s"), adds("two", insert_before="one"), recreate="always"
        ),
        "insert_after, and one at the end": one(
            adds("one", insert_after="id"), adds("two"), recreate="always"
        ),
        "insert_after, in a batch that rebuilds anyway": one(
            REQUIRED, adds("m", insert_after="id")
        ),
        "insert_after without a rebuild": one(adds("more", insert_after="id")),
        "insert_after no column": one(adds("more", insert_after="nope"), recreate="always"),
    }


def exceptions() -> dict[str, Case]:
    return {
        "no such constraint": one(lambda b: b.drop_constraint("nope", type_="foreignkey")),
        "no such constraint, of no type": one(lambda b: b.drop_constraint("nope")),
        "a constraint that went before": one(
            lambda b: b.drop_constraint("uq_s", type_="unique"),
            lambda b: b.drop_constraint("uq_s", type_="unique"),
        ),
        "no name to drop by": one(lambda b: b.drop_constraint(None, type_="unique")),  # type: ignore[arg-type]
        "no name to create by": one(lambda b: b.create_unique_constraint(None, ["n"])),  # type: ignore[arg-type]
        "no such column to drop": one(lambda b: b.drop_column("nope")),
        "no such column to alter": one(lambda b: b.alter_column("nope", nullable=False)),
        "no such column to rename": one(lambda b: b.alter_column("nope", new_column_name="m")),
        "no such index": one(lambda b: b.drop_index("nope")),
        "no such index in a rebuild": one(REQUIRED, lambda b: b.drop_index("nope")),
        "an index that went before": one(
            REQUIRED, lambda b: b.drop_index("ix_n"), lambda b: b.drop_index("ix_n")
        ),
        "no such column to index": one(lambda b: b.create_index("ix", ["nope"])),
        "no such column to index in a rebuild": one(
            REQUIRED, lambda b: b.create_index("ix", ["nope"])
        ),
        "an index that is there": one(lambda b: b.create_index("ix_n", ["s"])),
        "a column that is there": one(adds("n")),
        "no such table to rebuild": one(REQUIRED, table="nope"),
        "no such table, always": one(recreate="always", table="nope"),
        "no such table to add to": one(adds("more"), table="nope"),
        "no such table to index": one(lambda b: b.create_index("ix", ["n"]), table="nope"),
        "no such table, nothing to do": one(table="nope"),
        "nothing of a batch that fails stays": one(
            adds("more"),
            lambda b: b.create_index("ix_more", ["more"]),
            lambda b: b.alter_column("n", new_column_name="m"),
            lambda b: b.drop_constraint("nope", type_="check"),
        ),
        "what was before the failure stays without a rebuild": one(adds("more"), adds("n")),
        "rows that break a new rule": one(lambda b: b.alter_column("p_id", nullable=False)),
        "rows that break a new unique": one(
            lambda b: b.create_unique_constraint("uq", ["y"]), tables=TWO_KEYS
        ),
        "a check of no column": one(lambda b: b.create_check_constraint("ck", "nope > 0")),
        "after a failure goes on": Case(
            (
                Batch((lambda b: b.drop_constraint("nope", type_="unique"),)),
                Batch((lambda b: b.drop_constraint("uq_s", type_="unique"),)),
            )
        ),
    }


def together() -> dict[str, Case]:
    return {
        "a column goes, then its index": one(
            lambda b: b.drop_column("n"),
            lambda b: b.drop_index("ix_n"),
            lambda b: b.drop_index("ix_s_n"),
            lambda b: b.drop_constraint("ck_n", type_="check"),
        ),
        "an index goes, then its column": one(
            lambda b: b.drop_index("ix_s_n"),
            lambda b: b.drop_constraint("uq_s"),
            lambda b: b.drop_column("s"),
        ),
        "a column goes, then its foreign key": one(
            lambda b: b.drop_column("p_id"), lambda b: b.drop_constraint("fk_p", type_="foreignkey")
        ),
        "a column goes, and its foreign key with it": one(lambda b: b.drop_column("p_id")),
        "a column goes, then its foreign key by the convention": one(
            lambda b: b.drop_column("p_id"),
            lambda b: b.drop_constraint("fk_a_p_id_p", type_="foreignkey"),
            naming_convention=CONVENTION,
            tables=NAMELESS,
        ),
        "a part of the primary key goes": one(lambda b: b.drop_column("y"), tables=TWO_KEYS),
        "a part of the primary key goes, then the key": one(
            lambda b: b.drop_column("y"),
            lambda b: b.drop_constraint("pk", type_="primary"),
            lambda b: b.create_primary_key("pk", ["x"]),
            tables=TWO_KEYS.replace("PRIMARY KEY", "CONSTRAINT pk PRIMARY KEY"),
        ),
        "a named primary key loses a part": one(
            lambda b: b.drop_column("y"),
            tables=TWO_KEYS.replace("PRIMARY KEY", "CONSTRAINT pk PRIMARY KEY"),
        ),
        "a column goes, another takes its name": one(
            lambda b: b.drop_column("p_id"),
            lambda b: b.alter_column("n", new_column_name="p_id"),
            lambda b: b.drop_index("ix_n"),
            lambda b: b.drop_index("ix_s_n"),
            lambda b: b.drop_constraint("ck_n", type_="check"),
        ),
        "a column gets a name, then the one that had it goes": one(
            lambda b: b.drop_index("ix_n"),
            lambda b: b.drop_index("ix_s_n"),
            lambda b: b.drop_constraint("ck_n", type_="check"),
            lambda b: b.alter_column("n", new_column_name="p_id"),
            lambda b: b.drop_column("p_id"),
        ),
        "two columns exchange their names": one(
            lambda b: b.alter_column("y", new_column_name="z"),
            lambda b: b.alter_column("z", new_column_name="y"),
            tables=TWO_KEYS,
        ),
        "a column goes and comes again": one(
            lambda b: b.drop_column("z"), adds("z", sa.String(9)), tables=TWO_KEYS
        ),
        "a renamed column by its old name": one(
            lambda b: b.alter_column("z", new_column_name="w"),
            lambda b: b.alter_column("z", nullable=False),
            tables=TWO_KEYS,
        ),
        "an index on a renamed column by its old name": one(
            lambda b: b.alter_column("z", new_column_name="w"),
            lambda b: b.create_index("ix_z", ["z"]),
            tables=TWO_KEYS,
        ),
        "a unique on a renamed column by its old name": one(
            lambda b: b.create_unique_constraint("uq", ["z"]),
            lambda b: b.alter_column("z", new_column_name="w"),
            lambda b: b.create_unique_constraint("uq_both", ["x", "z"]),
            tables=TWO_KEYS,
        ),
        "a new column, renamed at once": one(
            adds("v"), lambda b: b.alter_column("v", new_column_name="w"), tables=TWO_KEYS
        ),
        "a check on the new name": one(
            lambda b: b.alter_column("z", new_column_name="w"),
            lambda b: b.create_check_constraint("ck_w", "w > 0"),
            tables=TWO_KEYS,
        ),
        "a check on the new name, before it is new": one(
            lambda b: b.create_check_constraint("ck_w", "w > 0"),
            lambda b: b.alter_column("z", new_column_name="w"),
            tables=TWO_KEYS,
        ),
        "a constraint before its column": one(
            lambda b: b.create_unique_constraint("uq", ["more", "x"]), adds("more"), tables=TWO_KEYS
        ),
        "an index before its column": one(
            lambda b: b.create_index("ix", ["more"]), adds("more"), LONGER
        ),
        "an index on what changes in the same batch": one(
            lambda b: b.create_index("ix", ["s", "p_id"], unique=True), LONGER
        ),
        "an index that is replaced": one(
            lambda b: b.create_index("ix_n", ["n", "s"]), lambda b: b.drop_index("ix_n"), LONGER
        ),
        "a constraint that replaces one of its name": one(
            lambda b: b.create_foreign_key("fk_p", "p", ["p_id"], ["id"], ondelete="CASCADE")
        ),
        "a constraint that goes and comes": one(
            lambda b: b.drop_constraint("fk_p", type_="foreignkey"),
            lambda b: b.create_foreign_key("fk_p", "p", ["p_id"], ["id"], ondelete="SET NULL"),
        ),
        "a constraint that comes, and its column goes": one(
            lambda b: b.create_unique_constraint("uq_p", ["p_id"]), lambda b: b.drop_column("p_id")
        ),
        "a constraint over no column is left out": one(
            lambda b: b.create_unique_constraint("uq", ["nope"]),
        ),
        "a constraint that comes and goes": one(
            lambda b: b.create_unique_constraint("uq", ["n"]), lambda b: b.drop_constraint("uq")
        ),
        "a column with a foreign key": one(
            adds("q_id", sa.Integer, sa.ForeignKey("p.id", name="fk_q")),
            lambda b: b.create_index("ix_q", ["q_id"]),
        ),
        "a column with an index of its own": one(adds("more", sa.Integer, index=True), LONGER),
        "a column with a default that is no constant": one(
            adds("made", sa.DateTime, server_default=sa.func.current_timestamp())
        ),
        "a statement goes first": one(
            lambda b: b.alter_column("p_id", nullable=False),
            lambda b: b.execute("UPDATE a SET p_id = 1 WHERE p_id IS NULL"),
        ),
        "a statement on what goes": one(
            lambda b: b.drop_column("n"),
            lambda b: b.drop_index("ix_n"),
            lambda b: b.drop_index("ix_s_n"),
            lambda b: b.drop_constraint("ck_n", type_="check"),
            lambda b: b.execute("UPDATE a SET s = s || n"),
        ),
        "type, default, nullability and name at once": one(
            lambda b: b.drop_constraint("ck_n", type_="check"),
            lambda b: b.drop_index("ix_n"),
            lambda b: b.drop_index("ix_s_n"),
            lambda b: b.alter_column(
                "n",
                new_column_name="m",
                type_=sa.BigInteger(),
                nullable=False,
                server_default="7",
                existing_type=sa.Integer(),
            ),
        ),
        "a referred key goes, and comes back in the next batch": Case(
            (
                Batch((lambda b: b.drop_constraint("p_pkey", type_="primary"),), table="p"),
                Batch(
                    (
                        lambda b: b.create_unique_constraint("p_xy", ["x", "y"]),
                        lambda b: b.create_primary_key("p_pkey", ["id"]),
                    ),
                    table="p",
                ),
            ),
            """
            CREATE TABLE p (x INTEGER NOT NULL, y INTEGER NOT NULL, id INTEGER NOT NULL,
                CONSTRAINT p_pkey PRIMARY KEY (x, y));
            CREATE TABLE a (x INTEGER, y INTEGER,
                CONSTRAINT c_fk FOREIGN KEY (x, y) REFERENCES p (x, y));
        INSERT INTO p VALUES (1, 1, 1), (1, 2, 2);
        INSERT INTO a VALUES (1, 2), (NULL, 1);
            """,
        ),
    }


def cases() -> dict[str, Case]:
    return {**arguments(), **exceptions(), **together()}
