"""Batches with each of the arguments that `op.batch_alter_table` takes."""

from __future__ import annotations

import re

import sqlalchemy as sa

from tests.adopting.batches import (
    CONVENTION,
    NAMELESS,
    TABLES,
    TWO_KEYS,
    Case,
    adds,
    as_a,
    longer,
    longer_text,
    one,
    required,
)


def arguments() -> dict[str, Case]:
    """Return batches with each of the arguments."""
    return {
        "table_args: a check": one(
            required, table_args=(sa.CheckConstraint("n < 99", name="ck_less"),)
        ),
        "table_args: a unique and a foreign key": one(
            recreate="always",
            table_args=(
                sa.UniqueConstraint("n", "s", name="uq_more"),
                sa.ForeignKeyConstraint(["n"], ["p.id"], name="fk_n"),
            ),
            tables=TABLES.replace("10, 'ten'", "1, 'ten'")
            .replace("20, 'tw", "NULL, 'tw")
            .replace("30, 'th", "2, 'th"),
        ),
        "table_args: an index": one(required, table_args=(sa.Index("ix_args", "s"),)),
        "table_args: a column": one(required, table_args=(sa.Column("more", sa.Integer),)),
        "table_args: a check without a name restated": one(
            required,
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
        "table_kwargs: of another database": one(required, table_kwargs={"mysql_engine": "InnoDB"}),
        "copy_from: columns and constraints go": one(recreate="always", copy_from=as_a()),
        "copy_from: with a step": one(required, copy_from=as_a()),
        "copy_from: a constraint of it goes": one(
            lambda b: b.drop_constraint("ck_more", type_="check"), copy_from=as_a()
        ),
        "reflect_args: another type": one(
            recreate="always", reflect_args=[sa.Column("n", sa.String(9))]
        ),
        "reflect_args: a boolean with a check": one(
            longer_text,
            reflect_args=[sa.Column("n", sa.Boolean(create_constraint=True, name="ck_flag"))],
            tables=re.sub(r"\d0, '", "1, '", TABLES),
        ),
        "reflect_kwargs: a listener": one(
            required, reflect_kwargs={"listeners": [("column_reflect", longer)]}
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
            required, naming_convention=CONVENTION, tables=NAMELESS
        ),
        "naming_convention: keys that stand with their column": one(
            required,
            naming_convention=CONVENTION,
            tables="CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER UNIQUE REFERENCES a (id));",
        ),
        "naming_convention: keys of two columns, and of the table itself": one(
            required,
            naming_convention=CONVENTION,
            tables="CREATE TABLE a (n INTEGER, m INTEGER, PRIMARY KEY (n, m), UNIQUE (m, n), "
            "FOREIGN KEY (m, n) REFERENCES a (n, m));",
        ),
        "naming_convention: names that are there stay": one(required, naming_convention=CONVENTION),
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
            required, partial_reordering=[("p_id", "n"), ("s", "id")]
        ),
        "partial_reordering: in a circle": one(
            required, partial_reordering=[("n", "s"), ("s", "n")]
        ),
        "partial_reordering: with a new column": one(
            adds("more"), required, partial_reordering=[("more", "id", "s", "n")]
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
        "recreate: never, a type": one(longer_text, recreate="never"),
        "recreate: some other word": one(required, recreate="sometimes"),
        "schema: main": one(adds("more"), schema="main"),
        "schema: main, with a rebuild": one(
            required, schema="main", tables=TWO_KEYS.replace("z", "n")
        ),
        "schema: none of that name": one(required, schema="nope"),
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
            required, adds("m", insert_after="id")
        ),
        "insert_after without a rebuild": one(adds("more", insert_after="id")),
        "insert_after no column": one(adds("more", insert_after="nope"), recreate="always"),
    }
