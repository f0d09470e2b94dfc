"""Views, and what else reads a column on PostgreSQL, outlast changes of the column."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dbtasks.databases.postgresql.other_objects import read
from dbtasks.schema.other_objects import OtherObject
from tests.models_project import TITLE, ModelsProject, model

GIGS = model("gigs", TITLE, "fee: Mapped[int]", "seats: Mapped[int]")
CHANGED = GIGS.replace("fee: Mapped[int]", "fee: Mapped[int] = mapped_column(sa.BigInteger)")
BOOKINGS = model("bookings", 'gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"))')
ROWS = "INSERT INTO gigs (id, title, fee, seats) VALUES (1, 'walk', 3, 9), (2, 'talk', 4, 9)"

EVERYTHING = """
GRANT ALL ON gigs TO pg_monitor;
CREATE SCHEMA "Box";
CREATE VIEW dear WITH (security_barrier) AS SELECT title, fee FROM gigs WHERE fee > 2
    WITH LOCAL CHECK OPTION;
COMMENT ON VIEW dear IS 'it''s dear: 100 %';
COMMENT ON COLUMN dear.fee IS 'in cents';
GRANT SELECT ON dear TO PUBLIC;
GRANT UPDATE (fee) ON dear TO pg_signal_backend WITH GRANT OPTION;
ALTER VIEW dear OWNER TO pg_monitor;
ALTER VIEW dear ALTER COLUMN fee SET DEFAULT 7;
CREATE VIEW "Box"."Very dear" ("F", "T") AS SELECT fee, title FROM dear WHERE fee > 3;
CREATE MATERIALIZED VIEW summed AS SELECT "T", sum("F") AS total FROM "Box"."Very dear" GROUP BY 1;
CREATE UNIQUE INDEX summed_title ON summed ("T");
CREATE INDEX summed_total ON summed (total) WHERE "T" <> '';
ALTER MATERIALIZED VIEW summed CLUSTER ON summed_title;
COMMENT ON INDEX summed_total IS 'what it brings';
COMMENT ON MATERIALIZED VIEW summed IS 'once a day';
CREATE MATERIALIZED VIEW not_yet AS SELECT fee FROM gigs WITH NO DATA;
CREATE FUNCTION cheap() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM gigs WHERE fee < 4; END;
COMMENT ON FUNCTION cheap IS 'not dear';
REVOKE ALL ON FUNCTION cheap FROM PUBLIC;
CREATE FUNCTION all_dear() RETURNS SETOF dear LANGUAGE sql AS 'SELECT * FROM public.dear';
GRANT EXECUTE ON FUNCTION all_dear() TO pg_monitor;
CREATE VIEW counts AS SELECT cheap() AS cheap, (SELECT count(*) FROM all_dear()) AS dear;
CREATE MATERIALIZED VIEW kept_counts AS SELECT * FROM counts;
CREATE VIEW by_key AS SELECT id, title, fee FROM gigs GROUP BY id;
CREATE TABLE log (what text, fee int);
CREATE RULE noted AS ON UPDATE TO gigs WHERE NEW.fee <> OLD.fee
    DO ALSO INSERT INTO log VALUES (NEW.title, NEW.fee);
CREATE RULE into_dear AS ON INSERT TO dear
    DO INSTEAD INSERT INTO gigs (id, title, fee, seats) VALUES (9, NEW.title, NEW.fee, 1);
COMMENT ON RULE into_dear ON dear IS 'lets it in';
CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER dearer BEFORE UPDATE OF fee ON gigs FOR EACH ROW WHEN (NEW.fee > 5)
    EXECUTE FUNCTION same();
ALTER TABLE gigs DISABLE TRIGGER dearer;
COMMENT ON TRIGGER dearer ON gigs IS 'off for now';
CREATE TRIGGER instead INSTEAD OF UPDATE ON "Box"."Very dear" FOR EACH ROW
    EXECUTE FUNCTION same();
ALTER TABLE gigs ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_gigs ON gigs FOR SELECT TO pg_monitor USING (fee > 1);
CREATE POLICY of_log ON log USING (EXISTS (SELECT FROM dear d WHERE d.fee = log.fee))
    WITH CHECK (fee > 0);
CREATE VIEW titles AS SELECT title FROM gigs;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_read_all_data
"""
TAKEN_DOWN = {
    "view dear",
    "view Box.Very dear",
    "view counts",
    "view by_key",
    "materialized view summed",
    "materialized view not_yet",
    "materialized view kept_counts",
    "function cheap()",
    "function all_dear()",
    "rule noted on gigs",
    "trigger dearer on gigs",
    "policy of_gigs on gigs",
    "policy of_log on log",
}
KEPT = """
SELECT c.oid::regclass::text, relowner::regrole::text, reloptions::text,
    (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(
        coalesce(relacl, acldefault('r', relowner))) AS x), relispopulated::text
FROM pg_class c WHERE relkind IN ('v', 'm') AND relnamespace::regnamespace::text !~ '^(pg_|info)'
UNION ALL SELECT attrelid::regclass::text, attname, attacl::text, '', '' FROM pg_attribute
WHERE attacl IS NOT NULL AND attrelid > 16000
UNION ALL SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisclustered::text,
    '', '' FROM pg_index WHERE indrelid::regclass::text !~ '^pg_'
UNION ALL SELECT classoid::regclass::text, description, objsubid::text, '', ''
FROM pg_description WHERE objoid > 16000
UNION ALL SELECT p.oid::regprocedure::text, proowner::regrole::text,
    (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(proacl) AS x), '', ''
FROM pg_proc p WHERE p.oid > 16000
UNION ALL SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid), '', '', '' FROM pg_attrdef
ORDER BY 1, 2, 3
"""
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
