"""Constraints without a name that nothing tells apart: SQLite keeps them so.

A revision calls a nameless constraint as PostgreSQL would. Two on the same columns would go by one
name, and the wrong one could be dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dbtasks.errors import RefusedError
from dbtasks.hints import command
from dbtasks.operations.names import default_name
from dbtasks.schema.difference import ConstraintDropped, ConstraintRenamed, Difference
from dbtasks.schema.facts import Constraint, Schema, Table


def refuse_indistinct(old: Schema, differences: Iterable[Difference]) -> None:
    """Raise `RefusedError` where one of several such constraints is to go, or to get a name."""
    touched: dict[str, list[Constraint]] = {}
    for item in differences:
        if isinstance(item, ConstraintDropped):
            touched.setdefault(item.table.key, []).append(item.constraint)
        elif isinstance(item, ConstraintRenamed):
            touched.setdefault(item.table.key, []).append(item.old)
    for key, constraints in touched.items():
        for constraint in constraints:
            _refuse(old.tables[key], constraint, constraints)


def _refuse(table: Table, one: Constraint, touched: Sequence[Constraint]) -> None:
    if one.name is not None:
        return
    twins = [
        other
        for other in table.constraints
        if other.name is None and default_name(table.name, other) == default_name(table.name, one)
    ]
    if not all(other in touched for other in twins):
        columns = f" ({', '.join(one.columns)})" if one.columns else ""
        raise RefusedError(
            f"{table.key}{columns} has several {one.kind} constraints without a name, and nothing "
            "tells them apart. Nothing was written.",
            "Give the new one a name in the models; or write the change by hand: ",
            command("migrate", "change a constraint", "--empty"),
        )
