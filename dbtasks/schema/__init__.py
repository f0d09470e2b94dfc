"""What a database says of its own schema, as plain values that can be compared."""

from dbtasks.schema.facts import Column, Constraint, Enum, Index, Schema, Table
from dbtasks.schema.read import read_schema

__all__ = ["Column", "Constraint", "Enum", "Index", "Schema", "Table", "read_schema"]
