"""A change of models goes there, back and there again, and the rows stay what they were."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given

from dbtasks import downgrade, read_status, upgrade
from dbtasks.autogenerate.answers import Answers
from dbtasks.errors import MigrationError, RefusedError, UsageError
from tests.changes.examples import Decorator, many, tries
from tests.changes.outcomes import Outcomes
from tests.changes.past_differences import table
from tests.changes.past_failures import CHANGES, Change
from tests.changes.reused_project import ReusedProject
from tests.changes.strategies_changes import Pair, pairs
from tests.changes.strategies_model import Table

Columns = Iterable[tuple[Table, list[str]]]
ALL_CHANGES = [
    pytest.param(dialect, change, id=f"{change.what}-{dialect}", marks=marks)
    for dialect, marks in (("sqlite", ()), ("postgresql", pytest.mark.long))
    for change in CHANGES
    if dialect in change.dialects
]


def there_and_back(reused: ReusedProject, pair: Pair, outcomes: Outcomes) -> None:
    reused.clear()
    if not all(reused.builds(model.source) for model in (pair.before, pair.after)):
        outcomes.count("not built")
        return
    reused.migrate(pair.before.source)
    reused.insert(pair.before.source, pair.rows)
    everything = [(t, [column.name for column in t.columns]) for t in pair.before.tables]
    before = reused.schema(), values(reused, everything), reused.revisions()
    answers = Answers(fills=reused.fills(pair), no_rename=True, allow_drops=True)
    try:
        reused.write(pair.after.source, answers)
    except (RefusedError, UsageError) as error:
        outcomes.count_refusal(error)
        assert before == (reused.schema(), values(reused, everything), reused.revisions())
        return
    if reused.revisions() == before[2]:
        outcomes.count("no difference")
    else:
        go_both_ways(reused, pair, outcomes)
    assert () == reused.left(pair.after.source)


def go_both_ways(reused: ReusedProject, pair: Pair, outcomes: Outcomes) -> None:
    models = pair.after.source
    steady, kept = list(pair.steady()), list(pair.kept())
    before, same, same_in_the_end = reused.schema(), values(reused, steady), values(reused, kept)
    upgrade(reused.project(models))
    after = reused.schema()
    assert same == values(reused, steady)
    try:
        downgrade(reused.project(models))
    except MigrationError as error:
        assert isinstance(error.__cause__, RefusedError), error
        outcomes.count_refusal(error.__cause__)
        assert (after, same) == (reused.schema(), values(reused, steady))
        return
    assert before == reused.schema()
    assert same_in_the_end == values(reused, kept)
    upgrade(reused.project(models))
    assert same == values(reused, steady)
    outcomes.count("carried through")


def values(reused: ReusedProject, columns: Columns) -> dict[str, list[tuple[str, ...]]]:
    return {table.key: reused.values(table, names) for table, names in columns if names}


@pytest.mark.slow
def test_a_change_goes_there_and_back_and_the_rows_stay(reused: ReusedProject) -> None:
    try_changes(reused, tries(5))


@pytest.mark.long
def test_many_changes_go_there_and_back_and_the_rows_stay(reused: ReusedProject, seed: int) -> None:
    try_changes(reused, many(40, seed))


def try_changes(reused: ReusedProject, draw: Decorator) -> None:
    outcomes = Outcomes()

    @draw
    @given(pairs(reused.target))
    def holds(pair: Pair) -> None:
        there_and_back(reused, pair, outcomes)

    holds()
    outcomes.check()


@pytest.mark.parametrize(("reused", "change"), ALL_CHANGES, indirect=["reused"])
def test_what_once_failed_goes_there_and_back(reused: ReusedProject, change: Change) -> None:
    before, after = change.models
    reused.clear()
    reused.migrate(before)
    reused.execute(*change.rows)
    schema = reused.schema()
    reused.migrate(after, Answers(fills=change.fills, no_rename=True, allow_drops=True))
    assert () == reused.left(after)
    downgrade(reused.project(after))
    assert schema == reused.schema()
    upgrade(reused.project(after))
    assert () == reused.left(after)


def test_a_fill_that_does_not_convert_back_stops_the_downgrade_alone(reused: ReusedProject) -> None:
    before = "metadata = sa.MetaData()\n" + table('sa.Column("a", sa.Integer())')
    after = "metadata = sa.MetaData()\n" + table('sa.Column("a", sa.Text(), nullable=False)')
    reused.clear()
    reused.migrate(before)
    reused.execute("INSERT INTO gigs (id, a) VALUES (1, NULL)")
    reused.migrate(after, Answers(fills={"gigs.a": "''"}))
    there = reused.schema()
    with pytest.raises(MigrationError, match="Nothing was changed"):
        downgrade(reused.project(after))
    assert there == reused.schema()
    assert () == reused.left(after)


@pytest.mark.parametrize("reused", ["postgresql"], indirect=True)
def test_types_that_no_column_uses_are_left_alone_or_made_as_declared(
    reused: ReusedProject,
) -> None:
    before = "metadata = sa.MetaData()\n" + table()
    reused.clear()
    reused.migrate(before)
    reused.execute("CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN short AS text")
    there = reused.schema()
    after = before + "sa.Enum('x', 'y', name='state', metadata=metadata)\n"
    reused.migrate(after)
    assert () == reused.left(after)
    downgrade(reused.project(after))
    assert () == read_status(reused.project(after)).changes
    assert there == reused.schema()


@pytest.mark.parametrize("reused", ["postgresql"], indirect=True)
def test_a_unique_column_in_which_nulls_are_equal_is_not_brought_back_empty(
    reused: ReusedProject,
) -> None:
    key = 'sa.UniqueConstraint("a", "b", postgresql_nulls_not_distinct=True)'
    columns = 'sa.Column("a", sa.Integer())', 'sa.Column("b", sa.Numeric())'
    reused.clear()
    reused.migrate("metadata = sa.MetaData()\n" + table(*columns, key))
    reused.execute("INSERT INTO gigs (id, a, b) VALUES (1, 1, 1), (2, 1, 2)")
    after = "metadata = sa.MetaData()\n" + table(columns[0])
    reused.migrate(after, Answers(no_rename=True, allow_drops=True))
    with pytest.raises(MigrationError, match="held is gone"):
        downgrade(reused.project(after))
    assert () == reused.left(after)


def test_a_unique_column_whose_check_takes_no_key_is_not_brought_back(
    reused: ReusedProject,
) -> None:
    checked = 'sa.Enum("x", "y", name="c", native_enum=False, create_constraint=True)'
    column = f'sa.Column("a", {checked}, nullable=False)'
    before = "metadata = sa.MetaData()\n" + table(column, 'sa.UniqueConstraint("a")')
    reused.clear()
    reused.migrate(before)
    reused.execute("INSERT INTO gigs (id, a) VALUES (1, 'x')")
    after = "metadata = sa.MetaData()\n" + table()
    reused.migrate(after, Answers(no_rename=True, allow_drops=True))
    with pytest.raises(MigrationError, match="held is gone"):
        downgrade(reused.project(after))
    assert () == reused.left(after)
