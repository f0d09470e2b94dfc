"""What a revision would take away: told with a count, by the name that the database has now."""

from __future__ import annotations

import pytest

from tests.faults.broken import revision
from tests.models_project import TITLE, ModelsProject, model
from tests.states import state_of

FEE = "fee: Mapped[int]"
PLAIN = model("gigs", FEE, "twice: Mapped[int | None]")
COMPUTED = model(
    "gigs", FEE, 'twice: Mapped[int | None] = mapped_column(sa.Computed("fee * 2", persisted=True))'
)
VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"
REPLACED = "replaces 2 values of gigs.twice by fee * 2"
QUERY = "SELECT twice FROM gigs ORDER BY id"


def losses(project: ModelsProject, verb: str) -> list[str]:
    """Return what the plan of the newest step says is lost."""
    steps = project.run(verb, "--plan", "--json").json()["steps"]
    return list(steps[-1]["losses"])


def asks(project: ModelsProject, loss: str) -> None:
    """Make sure that a downgrade asks about a loss, where nobody can be asked."""
    before = state_of(project)
    done = project.run("downgrade", code=2)
    assert loss in done.err
    assert "Data will be lost." in done.err
    assert "Traceback" not in done.text
    assert before == state_of(project)


def test_a_computed_column_that_became_plain_loses_what_was_entered_since(
    project: ModelsProject,
) -> None:
    project.begin(COMPUTED, "INSERT INTO gigs (fee) VALUES (1), (2), (3)")
    written = project.change(PLAIN)
    assert "replaces" not in written.out
    assert [] == losses(project, "upgrade")
    project.run("upgrade")
    assert [(2,), (4,), (6,)] == project.rows(QUERY)
    assert [] == losses(project, "downgrade")

    project.execute(
        "UPDATE gigs SET twice = 7 WHERE id = 1", "UPDATE gigs SET twice = 7 WHERE id = 2"
    )
    assert [f"{REPLACED} (7 for one)"] == losses(project, "downgrade")
    assert REPLACED in project.run("downgrade", "--plan").out
    asks(project, REPLACED)
    project.run("downgrade", "--yes")
    assert [(2,), (4,), (6,)] == project.rows(QUERY)


def test_a_plain_column_that_becomes_computed_loses_what_was_entered(
    project: ModelsProject,
) -> None:
    project.begin(PLAIN, "INSERT INTO gigs (fee, twice) VALUES (1, 7), (2, 7), (3, 6)")
    written = project.change(COMPUTED)
    assert REPLACED in written.out
    assert [f"{REPLACED} (7 for one)"] == losses(project, "upgrade")
    project.run("upgrade")
    assert [(2,), (4,), (6,)] == project.rows(QUERY)
    assert [] == losses(project, "downgrade")
    project.run("downgrade")
    assert [(2,), (4,), (6,)] == project.rows(QUERY)


def test_a_plain_column_whose_values_are_those_computed_loses_none(project: ModelsProject) -> None:
    project.begin(PLAIN, "INSERT INTO gigs (fee, twice) VALUES (1, 2), (2, 4)")
    assert "replaces" not in project.change(COMPUTED).out
    assert [] == losses(project, "upgrade")


RENAMED = 'op.rename_table("{old}", "{new}")'
DROPPED = """
    with op.batch_alter_table("{table}") as batch:
        batch.drop_column("venue")
"""


@pytest.mark.parametrize("renamed_first", [True, False])
def test_a_column_that_goes_with_its_table_s_name_is_counted_under_the_present_one(
    project: ModelsProject, *, renamed_first: bool
) -> None:
    venues = (
        "INSERT INTO gigs (title, venue) VALUES ('walk', 'harbour'), ('talk', 'hall'), ('x', NULL)"
    )
    project.begin(model("gigs", TITLE, VENUE), venues)
    head = project.run("current", "--json").json()["current"][0]
    rename = RENAMED.format(old="gigs", new="shows")
    if renamed_first:
        upgrade = f"{rename}{DROPPED.format(table='shows')}"
        loss = "drops shows (now gigs).venue with 2 values"
    else:
        upgrade = f"{DROPPED.format(table='gigs').strip()}\n    {rename}"
        loss = "drops gigs.venue with 2 values"
    project.write("alembic/versions/r001.py", revision("r001", head, upgrade))
    assert [loss] == losses(project, "upgrade")
    assert loss in project.run("upgrade", "--plan").out


def test_a_downgrade_that_renames_a_table_and_drops_its_column_asks(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE))
    written = project.change(model("shows", TITLE, VENUE), "--rename", "gigs=shows")
    assert "~ gigs renamed to shows" in written.out
    project.run("upgrade")
    assert [] == losses(project, "downgrade")
    project.execute("INSERT INTO shows (title, venue) VALUES ('walk', 'harbour'), ('talk', NULL)")
    (loss,) = losses(project, "downgrade")
    assert loss.startswith("drops ")
    assert "shows" in loss
    assert loss.endswith(".venue with 1 value")
    asks(project, loss)
    project.run("downgrade", "--yes")
    assert [("talk",), ("walk",)] == project.rows("SELECT title FROM gigs ORDER BY title")


def test_migrate_says_of_a_renamed_table_which_column_it_drops(project: ModelsProject) -> None:
    rows = "INSERT INTO gigs (title, venue) VALUES ('walk', 'harbour'), ('talk', NULL)"
    project.begin(model("gigs", TITLE, VENUE), rows)
    written = project.change(model("shows", TITLE), "--rename", "gigs=shows")
    (loss,) = losses(project, "upgrade")
    assert "gigs" in loss
    assert loss.endswith(".venue with 1 value")
    assert loss in written.out
    project.run("upgrade")
    assert [("talk",), ("walk",)] == project.rows("SELECT title FROM shows ORDER BY title")
