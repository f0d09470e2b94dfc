"""Views, and what else reads a column on PostgreSQL, outlast changes of the column."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dbtasks.databases.postgresql.other_objects import read
from dbtasks.schema.other_objects import OtherObject
from tests.changes.readers_of_a_column import EVERYTHING, KEPT, TAKEN_DOWN
from tests.models_project import TITLE, ModelsProject, model

GIGS = model("gigs", TITLE, "fee: Mapped[int]", "seats: Mapped[int]")
CHANGED = GIGS.replace("fee: Mapped[int]", "fee: Mapped[int] = mapped_column(sa.BigInteger)")
BOOKINGS = model("bookings", 'gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"))')
ROWS = "INSERT INTO gigs (id, title, fee, seats) VALUES (1, 'walk', 3, 9), (2, 'talk', 4, 9)"

IGNORING_LOG = (
    "(Base)",
    "(Base, include_name=lambda name, kind, parents: name != 'log')",
)


def others(project: ModelsProject) -> set[OtherObject]:
    """Return views, functions, rules and their like, each with its SQL."""
    engine = sa.create_engine(project.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return set(read(connection, ["public", "Box"]))


def ignoring_log(project: ModelsProject) -> None:
    """Let the project's env.py pass over the table `log`."""
    env = project.root / "alembic" / "env.py"
    text = env.read_text(encoding="utf-8").replace(*IGNORING_LOG)
    env.write_text(text, encoding="utf-8")


def test_all_that_reads_a_column_comes_back_as_it_was(on_postgresql: ModelsProject) -> None:
    on_postgresql.begin(GIGS, ROWS, EVERYTHING)
    ignoring_log(on_postgresql)
    before = on_postgresql.rows(KEPT), others(on_postgresql)
    written = on_postgresql.change(CHANGED)
    text = on_postgresql.written(written)
    said = "materialized view summed, policy of_gigs on gigs"
    assert f"{said}" in written.out
    assert f"{said}" in on_postgresql.run("check", code=4).out
    assert 2 == text.count('op.suspend_dependents("gigs", ["fee"])')
    assert 2 == text.count("op.restore_dependents()")
    plan = on_postgresql.run("upgrade", "--plan").out
    for name in TAKEN_DOWN:
        assert f"~ {name}: taken down and put up again" in plan
    assert "titles" not in plan
    on_postgresql.run("upgrade")
    assert [(7,)] == on_postgresql.rows("SELECT sum(fee) FROM dear")
    assert [("talk", 4)] == on_postgresql.rows("SELECT * FROM summed")
    assert [(1, 2)] == on_postgresql.rows("SELECT * FROM kept_counts")
    kept = on_postgresql.rows(KEPT)
    on_postgresql.run("downgrade", "--yes")
    assert before == (on_postgresql.rows(KEPT), others(on_postgresql))
    on_postgresql.run("upgrade")
    assert kept == on_postgresql.rows(KEPT)


def test_columns_that_a_view_compares_change_together(on_postgresql: ModelsProject) -> None:
    both = model("gigs", TITLE, "a: Mapped[str]") + model("bookings", "b: Mapped[str]")
    on_postgresql.begin(
        both,
        "INSERT INTO gigs (id, title, a) VALUES (1, 'walk', '7')",
        "INSERT INTO bookings (id, b) VALUES (1, '7')",
        "CREATE VIEW booked AS SELECT title FROM gigs JOIN bookings ON a = b",
    )
    after = both.replace("a: Mapped[str]", "a: Mapped[int]").replace(
        "b: Mapped[str]", "b: Mapped[int]"
    )
    on_postgresql.change(after)
    for verb in (["upgrade"], ["downgrade", "--yes"], ["upgrade"]):
        on_postgresql.run(*verb)
        assert [("walk",)] == on_postgresql.rows("SELECT * FROM booked")


@pytest.mark.long
@pytest.mark.parametrize(
    "after", ["open = 1\n    shut = 2", "open = 1\n    shut = 2\n    held = 3\n    full = 4"]
)
def test_an_enum_under_a_view_loses_or_gains_a_value(
    on_postgresql: ModelsProject, after: str
) -> None:
    enum = "\n\nclass State(enum.Enum):\n    {}\n"
    gigs = model("gigs", TITLE, "state: Mapped[State]")
    on_postgresql.begin(
        enum.format("open = 1\n    shut = 2\n    held = 3") + gigs,
        "INSERT INTO gigs (id, title, state) VALUES (1, 'walk', 'open')",
        "CREATE VIEW opened AS SELECT title, state FROM gigs WHERE state = 'open'",
    )
    before = others(on_postgresql)
    on_postgresql.change(enum.format(after) + gigs)
    for verb in (["upgrade"], ["downgrade", "--yes"], ["upgrade"]):
        on_postgresql.run(*verb)
        assert [("walk", "open")] == on_postgresql.rows("SELECT title, state::text FROM opened")
        assert before == others(on_postgresql)


@pytest.mark.long
def test_a_view_of_a_computed_column_outlasts_another_expression(
    on_postgresql: ModelsProject,
) -> None:
    gigs = model(
        "gigs", "fee: Mapped[int]", 'twice: Mapped[int] = mapped_column(sa.Computed("fee * 2"))'
    )
    on_postgresql.begin(
        gigs,
        "INSERT INTO gigs (id, fee) VALUES (1, 4)",
        "CREATE VIEW twices AS SELECT twice FROM gigs",
    )
    on_postgresql.change(
        gigs.replace("fee * 2", "fee * 3").replace(
            "fee: Mapped[int]", "fee: Mapped[int] = mapped_column(sa.BigInteger)"
        )
    )
    on_postgresql.run("upgrade")
    assert [(12,)] == on_postgresql.rows("SELECT * FROM twices")
    on_postgresql.run("downgrade", "--yes")
    assert [(8,)] == on_postgresql.rows("SELECT * FROM twices")


@pytest.mark.parametrize(
    "renamed", ["the column", pytest.param("the table", marks=pytest.mark.long)]
)
def test_views_give_the_same_names_when_what_they_read_is_renamed(
    project: ModelsProject, renamed: str
) -> None:
    project.begin(
        GIGS,
        ROWS,
        "CREATE VIEW dear AS SELECT title, fee * 2 AS twice FROM gigs WHERE fee > 3",
        "CREATE VIEW dearer AS SELECT title FROM dear WHERE twice > 7",
    )
    if renamed == "the column":
        after, words = CHANGED.replace("title:", "name:"), ["gigs.title=name"]
    else:
        after, words = CHANGED.replace('"gigs"', '"shows"'), ["gigs=shows"]
    project.change(after, "--rename", *words)
    for verb in (["upgrade"], ["downgrade", "--yes"], ["upgrade"]):
        project.run(*verb)
        assert [("talk",)] == project.rows("SELECT title FROM dearer")


def test_a_rename_alone_leaves_no_trace_in_views_after_the_downgrade(
    on_postgresql: ModelsProject,
) -> None:
    on_postgresql.begin(GIGS, ROWS, "CREATE VIEW dear AS SELECT title, gigs.fee FROM gigs")
    before = others(on_postgresql)
    after = GIGS.replace('"gigs"', '"shows"').replace("title:", "name:")
    on_postgresql.change(after, "--rename", "gigs=shows", "--rename", "gigs.title=name")
    on_postgresql.run("upgrade")
    on_postgresql.run("downgrade")
    assert before == others(on_postgresql)


GOING = {
    "a column": (GIGS, model("gigs", TITLE, "seats: Mapped[int]"), "gigs.fee is to go"),
    "a table": (GIGS + model("bookings"), model("bookings"), "gigs is to go"),
}


@pytest.mark.parametrize("what", GOING)
def test_a_view_of_what_goes_is_named_and_stops_it(project: ModelsProject, what: str) -> None:
    before, after, words = GOING[what]
    project.begin(
        before,
        "CREATE VIEW dear AS SELECT fee FROM gigs",
        "CREATE VIEW dearer AS SELECT fee FROM dear",
        "CREATE VIEW none AS SELECT 1 AS one",
    )
    said = project.refused(after, "--no-rename", code=1)
    assert words in said
    assert "view dear, " in said
    assert "view dearer" in said
    assert "none" not in said
    assert "Nothing was written" in said
    assert 'migrate "let it go" --empty' in said
    project.execute("DROP VIEW dearer", "DROP VIEW dear")
    project.change(after, "--no-rename")
    project.run("upgrade")


def test_a_view_that_can_not_come_back_is_named(on_postgresql: ModelsProject) -> None:
    on_postgresql.begin(GIGS, "CREATE VIEW twices AS SELECT fee * 2 AS twice FROM gigs")
    said = on_postgresql.refused(GIGS.replace("fee: Mapped[int]", "fee: Mapped[str]"), code=1)
    assert "operator does not exist" in said
    assert "CREATE VIEW public.twices" in said


@pytest.mark.long
def test_views_that_were_not_there_when_it_was_written_come_back_too(
    on_postgresql: ModelsProject,
) -> None:
    on_postgresql.begin(GIGS, ROWS)
    text = on_postgresql.written(on_postgresql.change(CHANGED))
    assert "dependents" not in text
    on_postgresql.execute("CREATE VIEW dear AS SELECT fee FROM gigs")
    plan = on_postgresql.run("upgrade", "--plan").out
    assert "~ view dear: taken down and put up again" in plan
    on_postgresql.run("upgrade")
    assert [(3,), (4,)] == on_postgresql.rows("SELECT fee FROM dear ORDER BY 1")


@pytest.mark.long
def test_a_script_of_sql_does_the_same(on_postgresql: ModelsProject) -> None:
    on_postgresql.begin(GIGS, ROWS, "CREATE VIEW dear AS SELECT fee FROM gigs")
    on_postgresql.change(CHANGED)
    on_postgresql.execute(on_postgresql.run("upgrade", "--sql").out)
    assert [(3,), (4,)] == on_postgresql.rows("SELECT fee FROM dear ORDER BY 1")
    assert "Up to date" in on_postgresql.run("status").text


@pytest.mark.long
def test_a_view_of_a_partition_outlasts_a_change_of_the_whole(
    on_postgresql: ModelsProject,
) -> None:
    logs = (
        '\n\nlogs = sa.Table("logs", Base.metadata, sa.Column("day", sa.Date, primary_key=True),'
        ' sa.Column("level", sa.Integer), postgresql_partition_by="RANGE (day)")\n'
    )
    on_postgresql.begin(
        logs,
        "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
        "CREATE VIEW first AS SELECT level FROM logs_1",
    )
    before = others(on_postgresql)
    on_postgresql.change(logs.replace("sa.Integer", "sa.BigInteger"))
    for verb in (["upgrade"], ["downgrade", "--yes"], ["upgrade"]):
        on_postgresql.run(*verb)
        assert before == others(on_postgresql)


@pytest.mark.long
def test_rows_are_filled_at_once_while_views_are_down(on_postgresql: ModelsProject) -> None:
    """What fills them in pieces commits, and nobody would know any more what is down."""
    on_postgresql.begin(GIGS, "CREATE VIEW dear AS SELECT fee FROM gigs")
    on_postgresql.execute(
        "INSERT INTO gigs (id, title, fee, seats)"
        " SELECT n, 'walk', 1, 2 FROM generate_series(1, 60000) AS n"
    )
    path = on_postgresql.root / "alembic" / "versions"
    on_postgresql.run("migrate", "by hand", "--empty")
    (file,) = path.glob("*by_hand.py")
    text = file.read_text(encoding="utf-8").replace(
        "from alembic import op", "from dbtasks import op"
    )
    body = """def upgrade() -> None:
    op.suspend_dependents("gigs", ["fee"])
    op.add_column("gigs", sa.Column("city", sa.String(9)))
    op.fill("gigs", "city", "here")
    op.execute("ANY NONSENSE")
"""
    start = text.index("def upgrade")
    end = text.index("def downgrade")
    if "import sqlalchemy as sa" not in text:
        body = f"import sqlalchemy as sa\n\n\n{body}"
    file.write_text(f"{text[:start]}{body}\n\n{text[end:]}", encoding="utf-8")
    on_postgresql.run("upgrade", code=1)
    assert [(60000,)] == on_postgresql.rows("SELECT count(*) FROM dear")
