"""What a database says of its own schema, as plain values that can be compared."""

from dbtasks.schema.facts import Column, Constraint, Enum, Index, Schema, Table

__all__ = ["Column", "Constraint", "Enum", "Index", "Schema", "Table"]
