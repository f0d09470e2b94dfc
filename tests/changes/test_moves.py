"""Values that move from one table to another are there afterwards, and come back."""

from __future__ import annotations

import pytest

from tests.changes.moves import MOVES, Move
from tests.models_project import ModelsProject

EVERYDAY = {MOVES[0].name}
PLAYED = [
    pytest.param(move, id=move.name, marks=() if move.name in EVERYDAY else pytest.mark.long)
    for move in MOVES
]


@pytest.mark.parametrize("move", PLAYED)
def test_values_move_and_come_back(move: Move, project: ModelsProject) -> None:
    project.begin(move.before)
    for insert in move.inserts:
        project.execute(insert)
    project.change(move.after, *move.flags)
    project.run("upgrade")
    query, expected = move.then
    assert expected == project.rows(query)
    project.run("check")
    project.run("downgrade", "-1", "--yes")
    if move.back is not None:
        query, expected = move.back
        assert expected == project.rows(query)
    project.run("upgrade")
    if move.again:
        query, expected = move.then
        assert expected == project.rows(query)
