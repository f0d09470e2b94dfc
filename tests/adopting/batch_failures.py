"""Batches on what is not there, and others that fail."""

from __future__ import annotations

from tests.adopting.batches import TWO_KEYS, Batch, Case, adds, one, required


def failures() -> dict[str, Case]:
    """Return batches on what is not there, and others that fail."""
    return {
        "no such constraint": one(lambda b: b.drop_constraint("nope", type_="foreignkey")),
        "no such constraint, of no type": one(lambda b: b.drop_constraint("nope")),
        "a constraint that went before": one(
            lambda b: b.drop_constraint("uq_s", type_="unique"),
            lambda b: b.drop_constraint("uq_s", type_="unique"),
        ),
        "no name to drop by": one(lambda b: b.drop_constraint(None, type_="unique")),  # type: ignore[arg-type]
        "no such column to drop": one(lambda b: b.drop_column("nope")),
        "no such column to alter": one(lambda b: b.alter_column("nope", nullable=False)),
        "no such column to rename": one(lambda b: b.alter_column("nope", new_column_name="m")),
        "no such index": one(lambda b: b.drop_index("nope")),
        "no such index in a rebuild": one(required, lambda b: b.drop_index("nope")),
        "an index that went before": one(
            required, lambda b: b.drop_index("ix_n"), lambda b: b.drop_index("ix_n")
        ),
        "no such column to index": one(lambda b: b.create_index("ix", ["nope"])),
        "an index that is there": one(lambda b: b.create_index("ix_n", ["s"])),
        "a column that is there": one(adds("n")),
        "no such table to rebuild": one(required, table="nope"),
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
