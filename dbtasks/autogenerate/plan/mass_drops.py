"""Revisions that would do more harm than anybody means: refused, with the likely cause."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.plan.planner import Migration
from dbtasks.errors import RefusedError
from dbtasks.hints import counted
from dbtasks.project.model_search import Forgotten, forgotten_models
from dbtasks.schema.difference import TableDropped


def refuse_mass_drop(migration: Migration, answers: Answers, root: Path) -> None:
    """Raise `RefusedError` for models without a table, or a plan that drops most tables.

    And for one that drops what a module declares that has not been imported.
    """
    dropped = [item.table.key for item in migration.differences if isinstance(item, TableDropped)]
    live, declared = migration.comparison.actual.tables, migration.comparison.declared.tables
    forgotten = forgotten_models(root) if dropped else Forgotten()
    if dropped and not declared:
        what = f"The models declare no table, and the database has {len(live)}."
    elif 2 * len(dropped) > len(live):
        tables = counted(len(live), "table")
        what = f"This would drop {len(dropped)} of the {tables}: {_listed(dropped)}."
    elif dropped and not forgotten.tables.isdisjoint(item.rpartition(".")[2] for item in dropped):
        what = f"This would drop {_listed(dropped)}."
    else:
        return
    cause = (
        f"These modules declare tables and were not imported: {forgotten.listed}."
        if forgotten.modules
        else "Perhaps alembic/env.py imports not all of the models, or the database is another's."
    )
    raise RefusedError(
        f"{what} Nothing was written.\n{cause}",
        "Import them where the models are imported. If the tables are to go: ",
        answers.command("--allow-drops"),
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown
