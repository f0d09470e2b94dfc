"""Batches whose steps only make sense taken together."""

from __future__ import annotations

import sqlalchemy as sa

from tests.adopting.batches import (
    CONVENTION,
    NAMELESS,
    TWO_KEYS,
    Batch,
    Case,
    adds,
    longer_text,
    one,
    required,
)


def together() -> dict[str, Case]:
    """Return batches whose steps only make sense taken together."""
    return {
        "a column goes, then its index": one(
            lambda b: b.drop_column("n"),
            lambda b: b.drop_index("ix_n"),
            lambda b: b.drop_index("ix_s_n"),
            lambda b: b.drop_constraint("ck_n", type_="check"),
        ),
        "columns come, then the last of the others goes": one(
            adds("more"), adds("most"), lambda b: b.drop_column("p_id")
        ),
        "a column goes, comes again, and the last of the others goes": one(
            adds("more"),
            lambda b: b.drop_column("id"),
            adds("id"),
            lambda b: b.drop_column("p_id"),
        ),
        "a column goes and comes again, and its indexes stay": one(
            lambda b: b.drop_constraint("ck_n", type_="check"),
            lambda b: b.drop_column("n"),
            adds("n", sa.BigInteger),
        ),
        "one of its indexes goes meanwhile": one(
            lambda b: b.drop_constraint("ck_n", type_="check"),
            lambda b: b.drop_column("n"),
            lambda b: b.drop_index("ix_n"),
            adds("n", sa.BigInteger),
        ),
        "a negative default stays as it is": one(
            adds("more", server_default="-1"),
            longer_text,
            lambda b: b.alter_column("n", server_default=sa.text("-1")),
        ),
        "a number becomes JSON": one(
            lambda b: b.alter_column("n", type_=sa.JSON(), existing_type=sa.Integer())
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
            lambda b: b.create_index("ix", ["more"]), adds("more"), longer_text
        ),
        "an index on what changes in the same batch": one(
            lambda b: b.create_index("ix", ["s", "p_id"], unique=True), longer_text
        ),
        "an index that is replaced": one(
            lambda b: b.create_index("ix_n", ["n", "s"]),
            lambda b: b.drop_index("ix_n"),
            longer_text,
        ),
        "a constraint that replaces one of its name": one(
            lambda b: b.create_foreign_key("fk_p", "p", ["p_id"], ["id"], ondelete="CASCADE")
        ),
        "a type goes with its check, whatever that says": one(
            lambda b: b.alter_column(
                "s",
                existing_type=sa.Enum("x", name="ck_n", create_constraint=True),
                type_=sa.String(30),
            )
        ),
        "a type comes with its check": one(
            lambda b: b.alter_column(
                "s",
                existing_type=sa.String(20),
                type_=sa.Enum("ten", "twenty", "thirty", name="ck_s", create_constraint=True),
            ),
        ),
        "columns that are computed": one(
            adds("twice", sa.Integer, sa.Computed("n * 2")),
            adds("thrice", sa.Integer, sa.Computed("n * 3", persisted=True)),
        ),
        "a unique index with a condition": one(
            required,
            lambda b: b.create_index("ix", ["n"], unique=True, sqlite_where=sa.text("n > 5")),
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
        "a column with a default that is no constant": one(
            adds("made", sa.Date, server_default=sa.func.current_date())
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
