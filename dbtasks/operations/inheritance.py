"""Which tables one inherits from on PostgreSQL, as SQLAlchemy's options of a table say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def parents_of(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the tables that the options of one name as its parents."""
    said = options.get("postgresql_inherits") or ()
    return (said,) if isinstance(said, str) else tuple(said)
