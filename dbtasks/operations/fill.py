"""`op.fill`: a value for the rows that have none, or that have a wrong one.

A table of any size is filled in pieces. Where it is large, each piece is a transaction of its
own on PostgreSQL, so that nobody waits for more than one piece.
"""

from __future__ import annotations

from typing import Any

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy.types import TypeEngine

LARGE_TABLE_ROWS = 50_000
"""From here on a table is filled in pieces of so many rows."""


@Operations.register_operation("fill")
class FillOp(MigrateOperation):
    """Sets a column where it is NULL, or `where` an SQL condition says so.

    `value` is a plain value, or SQL as `sa.text`. `model_type` names the class of the type that
    the models give to the column, which alone knows how to store the value. `triggers`
    says whether those of the table fire. `is_large` tells those who write a revision that there
    are so many rows now that what comes before is committed by it.
    """

    is_large = False
    replaces = ""
    """The column whose place the filled one takes afterwards, for those who write a revision."""

    def __init__(
        self,
        table_name: str,
        column_name: str,
        value: Any,
        type_: TypeEngine[Any] | None = None,
        where: str | None = None,
        schema: str | None = None,
        *,
        model_type: str | None = None,
        triggers: bool = True,
    ) -> None:
        self.table_name = table_name
        self.column_name = column_name
        self.value = value
        self.type_ = type_
        self.where = where
        self.schema = schema
        self.model_type = model_type
        self.triggers = triggers

    @classmethod
    def fill(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        value: Any,
        type_: TypeEngine[Any] | None = None,
        where: str | None = None,
        schema: str | None = None,
        *,
        model_type: str | None = None,
        triggers: bool = True,
    ) -> None:
        """Set `column_name` to `value` in the rows where it is NULL.

        `value` is a plain Python value, stored as the column's type `type_` does where its own says
        too little (a list, an enum), or an SQL expression over the row: `sa.text("price * 2")`,
        which becomes an enum where `type_` is one.
        `gen_random_uuid()` in it makes UUIDs on SQLite too. With `where`, an SQL condition, the
        rows that meet it are set, whatever they hold. `model_type` is the class of a type of the
        application's, "app.types.Encrypted": the value goes through the type that the models give
        to the column when the revision runs. Without `triggers`, those of the table that would fire
        for the rows do not.
        """
        filled = cls(
            table_name,
            column_name,
            value,
            type_,
            where,
            schema,
            model_type=model_type,
            triggers=triggers,
        )
        operations.invoke(filled)

    def to_diff_tuple(self) -> tuple[str, str, str]:
        """Return the operation as `alembic check` shows it."""
        return ("fill", self.table_name, self.column_name)
