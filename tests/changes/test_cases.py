"""Every change of a model keeps its rows, up and down, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changes import cases, cases_everyday, cases_keys, cases_unusual
from tests.changes.cases import Case
from tests.changes.runner import Run

MARKS = {
    (cases, "sqlite"): (),
    (cases, "postgresql"): pytest.mark.long,
    (cases_everyday, "sqlite"): pytest.mark.long,
    (cases_everyday, "postgresql"): pytest.mark.long,
    (cases_keys, "sqlite"): pytest.mark.long,
    (cases_keys, "postgresql"): pytest.mark.long,
    (cases_unusual, "sqlite"): pytest.mark.long,
    (cases_unusual, "postgresql"): pytest.mark.long,
}
EVERYDAY = {f"{case.name}-sqlite" for case in cases_keys.EVERYDAY}
"""Those of a long list that stand for it each day."""
ALL = [
    pytest.param(case, dialect, id=name, marks=() if name in EVERYDAY else marks)
    for (module, dialect), marks in MARKS.items()
    for case in module.CASES
    if dialect in case.dialects
    for name in [f"{case.name}-{dialect}"]
]


@pytest.mark.parametrize(("case", "dialect"), ALL)
def test_a_change_keeps_its_rows_up_and_down(
    case: Case, dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if dialect == "sqlite":
        url = f"sqlite:///{(tmp_path / 'changes.db').as_posix()}"
    else:
        url = request.getfixturevalue("postgresql_url")
    Run(case, tmp_path, url).carry_through()
