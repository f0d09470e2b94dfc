"""A change of models goes there, back and there again, and the rows stay what they were."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import assume, given

from dbtasks import downgrade, upgrade
from dbtasks.autogenerate.answers import Answers
from dbtasks.errors import MigrationError, RefusedError, UsageError
from tests.changes.bench import Bench
from tests.changes.effort import effort
from tests.changes.found import table
from tests.changes.found_changes import CHANGES, Change
from tests.changes.strategies_changes import Pair, pairs
from tests.changes.strategies_model import Table

Columns = Iterable[tuple[Table, list[str]]]
ALL_CHANGES = [
    pytest.param(dialect, change, id=f"{change.what}-{dialect}")
    for dialect in ("sqlite", "postgresql")
    for change in CHANGES
    if dialect in change.dialects
]


def there_and_back(bench: Bench, pair: Pair) -> None:
    bench.clear()
    assume(all(bench.builds(model.source) for model in (pair.before, pair.after)))
    bench.migrate(pair.before.source)
    bench.insert(pair.before.source, pair.rows)
    everything = [(t, [column.name for column in t.columns]) for t in pair.before.tables]
    before = bench.schema(), values(bench, everything), bench.revisions()
    answers = Answers(fills=bench.fills(pair), no_rename=True, allow_drops=True)
    try:
        bench.write(pair.after.source, answers)
    except (RefusedError, UsageError):
        assert before == (bench.schema(), values(bench, everything), bench.revisions())
        return
    if bench.revisions() != before[2]:
        go_both_ways(bench, pair)
    assert () == bench.left(pair.after.source)


def go_both_ways(bench: Bench, pair: Pair) -> None:
    models = pair.after.source
    steady, kept = list(pair.steady()), list(pair.kept())
    before, same, same_in_the_end = bench.schema(), values(bench, steady), values(bench, kept)
    upgrade(bench.project(models))
    after = bench.schema()
    assert same == values(bench, steady)
    try:
        downgrade(bench.project(models))
    except MigrationError as error:
        assert isinstance(error.__cause__, RefusedError), error
        assert (after, same) == (bench.schema(), values(bench, steady))
        return
    assert before == bench.schema()
    assert same_in_the_end == values(bench, kept)
    upgrade(bench.project(models))
    assert same == values(bench, steady)


def values(bench: Bench, columns: Columns) -> dict[str, list[tuple[str, ...]]]:
    return {table.key: bench.values(table, names) for table, names in columns if names}


def test_a_change_goes_there_and_back_and_the_rows_stay(bench: Bench) -> None:
    @effort(examples=15)
    @given(pairs(bench.target))
    def holds(pair: Pair) -> None:
        there_and_back(bench, pair)

    holds()


@pytest.mark.parametrize(("bench", "change"), ALL_CHANGES, indirect=["bench"])
def test_what_once_failed_goes_there_and_back(bench: Bench, change: Change) -> None:
    before, after = change.models
    bench.clear()
    bench.migrate(before)
    bench.execute(*change.rows)
    schema = bench.schema()
    bench.migrate(after, Answers(fills=change.fills, no_rename=True, allow_drops=True))
    assert () == bench.left(after)
    downgrade(bench.project(after))
    assert schema == bench.schema()
    upgrade(bench.project(after))
    assert () == bench.left(after)


def test_a_fill_that_does_not_convert_back_stops_the_downgrade_alone(bench: Bench) -> None:
    before = "metadata = sa.MetaData()\n" + table('sa.Column("a", sa.Integer())')
    after = "metadata = sa.MetaData()\n" + table('sa.Column("a", sa.Text(), nullable=False)')
    bench.clear()
    bench.migrate(before)
    bench.execute("INSERT INTO gigs (id, a) VALUES (1, NULL)")
    bench.migrate(after, Answers(fills={"gigs.a": "''"}))
    there = bench.schema()
    with pytest.raises(MigrationError, match="Nothing was changed"):
        downgrade(bench.project(after))
    assert there == bench.schema()
    assert () == bench.left(after)
