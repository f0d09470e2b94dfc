"""Rows follow their names, up and down: names that are taken over, other schemas."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changes.cases import Case
from tests.changes.cases_renames import CASES
from tests.changes.runner import Run

EVERYDAY = {("swap_with_indexes_and_uniques", "sqlite"), ("tables_swap", "sqlite")}
EVERYDAY |= {("table_from_schema_to_schema", "postgresql")}
ALL = [
    pytest.param(
        case,
        dialect,
        id=f"{case.name}-{dialect}",
        marks=() if (case.name, dialect) in EVERYDAY else pytest.mark.long,
    )
    for case in CASES
    for dialect in case.dialects
]


@pytest.mark.parametrize(("case", "dialect"), ALL)
def test_rows_follow_their_names(
    case: Case, dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if dialect == "sqlite":
        url = f"sqlite:///{(tmp_path / 'changes.db').as_posix()}"
    else:
        url = request.getfixturevalue("postgresql_url")
    Run(case, tmp_path, url).carry_through(keeps_all=True)
