"""`init` on a database that has tables and no version, and `stamp` where nobody compared before."""

from __future__ import annotations

from types import ModuleType

import sqlalchemy as sa

from dbtasks.databases import Database
from tests.models_project import PLAIN_PRELUDE, TITLE, ModelsProject, model
from tests.servers import Server
from tests.states import state_of

GIGS = model("gigs", TITLE)
ENUM = "sa.Enum('a', 'b', name='kind')"
VENUE = "venue: Mapped[str | None] = mapped_column(sa.String(40))"


def create_all(project: ModelsProject, models: str) -> None:
    """Make the tables as an application does that knows no migrations."""
    project.models(models)
    module = ModuleType("made")
    exec(compile(project.prelude + models, "made", "exec", dont_inherit=True), module.__dict__)

    def work(connection: sa.Connection) -> None:
        module.Base.metadata.create_all(connection)
        connection.commit()

    Database.at(project.url, project.root).run(work)


def versions(project: ModelsProject) -> list[str]:
    """Return what the version table holds; nothing where there is none."""
    return list(project.run("current", "--json").json()["current"])


def lose_version(project: ModelsProject) -> None:
    project.execute("DROP TABLE alembic_version")


def write_second(project: ModelsProject) -> tuple[str, str]:
    """Add a column by a second revision; return the ids of both."""
    project.begin(GIGS)
    (first,) = versions(project)
    project.change(model("gigs", TITLE, VENUE))
    project.run("upgrade")
    (second,) = versions(project)
    return first, second


def test_what_create_all_made_is_recorded_at_the_head(project: ModelsProject) -> None:
    _, second = write_second(project)
    project.execute("DROP TABLE alembic_version; DROP TABLE gigs")
    create_all(project, model("gigs", TITLE, VENUE))
    assert f"is just what {second} yields: recorded\n" in project.run("init").out
    assert [second] == versions(project)
    project.run("check")


def test_an_older_database_is_recorded_where_it_is_and_told_what_is_pending(
    project: ModelsProject,
) -> None:
    first, second = write_second(project)
    project.run("downgrade")
    lose_version(project)
    said = project.run("status").out
    assert said.endswith("To find out at which revision: python tasks.py init\n")
    assert (
        f"is just what {first} yields: recorded; 1 revision is pending" in project.run("init").out
    )
    assert [first] == versions(project)
    project.run("upgrade")
    assert [second] == versions(project)


def test_the_advice_of_a_failed_upgrade_leads_there(project: ModelsProject) -> None:
    _, second = write_second(project)
    lose_version(project)
    failed = project.run("upgrade", code=1).err
    assert failed.endswith(
        "To find out which revision these tables are at, and record it: python tasks.py init\n"
    )
    project.run("init")
    assert [second] == versions(project)


def test_a_new_project_takes_over_what_its_models_declare(project: ModelsProject) -> None:
    create_all(project, GIGS)
    project.execute("INSERT INTO gigs (title) VALUES ('kept')")
    said = project.run("init", "--models", "models:Base").out
    assert "yields: recorded\n" in said
    (revision,) = project.revisions()
    assert revision.name in said
    project.run("check")
    assert [("kept",)] == project.rows("SELECT title FROM gigs")


def test_unnamed_constraints_are_no_difference(project: ModelsProject) -> None:
    project.prelude = PLAIN_PRELUDE
    unnamed = model(
        "gigs",
        "title: Mapped[str] = mapped_column(sa.String(80), unique=True)",
        "band: Mapped[int]",
        args="sa.CheckConstraint('band > 0')",
    )
    create_all(project, unnamed)
    project.run("init", "--models", "models:Base")
    assert 1 == len(versions(project))
    project.run("check")


def test_what_is_something_else_is_refused_and_each_difference_named(
    project: ModelsProject,
) -> None:
    create_all(project, GIGS)
    project.models(model("gigs", TITLE, VENUE))
    before = state_of(project)
    said = project.run("init", "--models", "models:Base", code=1).err
    assert "it is not what the models declare: they differ in 1 place. What it would take:" in said
    assert "\n  + gigs.venue VARCHAR(40) NULL\nNothing was written.\n" in said
    assert said.endswith("tasks.py init --from-database --models models:Base\n")
    assert before == state_of(project)


def test_the_first_revision_is_written_as_the_database_is(project: ModelsProject) -> None:
    create_all(project, GIGS + model("bands", "name: Mapped[str]"))
    project.execute("INSERT INTO gigs (title) VALUES ('kept')")
    project.models(model("gigs", TITLE, VENUE) + model("bands", "name: Mapped[str]"))
    said = project.run("init", "--models", "models:Base", "--from-database").out
    assert "yields: recorded; 1 revision is pending" not in said  # the second came afterwards
    assert "wrote alembic/versions/" in said
    assert 2 == len(project.revisions())
    project.run("upgrade")
    project.run("check")
    assert [("kept", None)] == project.rows("SELECT title, venue FROM gigs")
    project.run("reset", "--yes")
    project.run("check")


def test_the_first_revision_as_the_database_is_holds_all_that_it_has(
    project: ModelsProject,
) -> None:
    rich = model(
        "bands",
        "name: Mapped[str] = mapped_column(sa.String(40), unique=True)",
        # SQLite has no enums, so there a revision can't tell of them.
        f"kind: Mapped[str] = mapped_column({'sa.Text' if project.is_sqlite else ENUM})",
        "fee: Mapped[Decimal] = mapped_column(sa.Numeric(10, 2), server_default='0')",
        args="sa.CheckConstraint('fee >= 0', name='fee')",
    ) + model(
        "gigs",
        TITLE,
        "band_id: Mapped[int] = mapped_column(sa.ForeignKey('bands.id', ondelete='CASCADE'))",
        "at: Mapped[dt.datetime | None] = mapped_column(index=True)",
    )
    create_all(project, rich)
    said = project.run("init", "--models", "models:Base", "--from-database").out
    assert "the models change nothing" in said
    project.run("check")


def test_what_no_revision_can_make_is_named(project: ModelsProject) -> None:
    create_all(project, GIGS)
    if project.is_sqlite:
        trigger = "CREATE TRIGGER quiet AFTER INSERT ON gigs BEGIN SELECT 1; END"
        project.execute(trigger)
    else:
        project.execute("ALTER TABLE gigs ENABLE ROW LEVEL SECURITY")
    for words in ([], ["--from-database"]):
        said = project.run("init", "--models", "models:Base", *words, code=1).err
        named = "- trigger quiet on gigs" if project.is_sqlite else "- row security of gigs"
        assert f"\n  {named}\nNothing was written." in said
    assert [] == project.revisions()


def test_views_of_others_are_named_and_no_hindrance(project: ModelsProject) -> None:
    project.begin(GIGS, "CREATE VIEW titles AS SELECT title FROM gigs")
    lose_version(project)
    assert "not compared: view titles" in project.run("init").out
    assert 1 == len(versions(project))
    assert "not compared: view titles" in project.run("check").out
    assert "not compared: view titles" in project.run("stamp", "head").out


def test_tables_of_others_alone_are_left_beside(project: ModelsProject) -> None:
    project.begin(GIGS, "DROP TABLE alembic_version", "DROP TABLE gigs", "CREATE TABLE x (id int)")
    assert "1/1" in project.run("init").out
    assert [] == project.rows("SELECT * FROM x")


def test_tables_of_others_are_left_out_by_the_setting_that_is_named(
    project: ModelsProject,
) -> None:
    project.begin(GIGS, "CREATE TABLE x (id int)")
    lose_version(project)
    said = project.run("init", code=1).err
    assert "\n  - x (table)\n" in said
    assert "include_name or include_object in alembic/env.py" in said
    env = project.root / "alembic" / "env.py"
    text = env.read_text(encoding="utf-8").replace(
        "run_migrations(Base)",
        "run_migrations(Base, include_name=lambda name, kind, _: (kind, name) != ('table', 'x'))",
    )
    env.write_text(text, encoding="utf-8")
    project.run("init")
    assert 1 == len(versions(project))


def test_stamp_refuses_base_while_there_are_tables(project: ModelsProject) -> None:
    project.begin(GIGS)
    kept = versions(project)
    said = project.run("stamp", "base", code=1).err
    assert "is not what the history yields at base: they differ in 1 place" in said
    assert said.endswith(
        "See the others: python tasks.py history; to record this one all the same: "
        "python tasks.py stamp base --unchecked\n"
    )
    assert kept == versions(project)
    project.run("stamp", "base", "--unchecked")
    assert [] == versions(project)


REACHING = '''"""reaching"""
from alembic import op
revision = "reaching"
down_revision = {down!r}


def upgrade() -> None:
    {body}


def downgrade() -> None:
    pass
'''


def test_what_can_not_be_run_apart_is_not_run_and_not_stamped(project: ModelsProject) -> None:
    project.begin(GIGS)
    kept = versions(project)
    for body, why in (
        ("open('trace', 'w').close()", "reaching.py, line 8"),
        ("op.execute('CREATE ROLE somebody')", "reaching.py: CREATE ROLE ..."),
        ("raise ValueError('no')", "it fails in an empty database"),
    ):
        text = REACHING.format(down=kept[0], body=body)
        project.write("alembic/versions/reaching.py", text)
        said = project.run("stamp", "head", code=1).err
        assert "could not be found out: " in said
        assert why in said
        assert said.endswith("just so: python tasks.py stamp reaching --unchecked\n")
        assert kept == versions(project)
        assert not (project.root / "trace").exists()
    project.run("stamp", "head", "--unchecked")
    assert ["reaching"] == versions(project)


def test_a_revision_for_rows_alone_is_told_apart_from_none(project: ModelsProject) -> None:
    project.begin(GIGS)
    (first,) = versions(project)
    body = "op.execute(\"UPDATE gigs SET title = 'x'\")"
    project.write("alembic/versions/rows.py", REACHING.format(down=first, body=body))
    lose_version(project)
    said = project.run("init").out
    assert "is just what reaching yields: recorded" in said
    assert f"{first} yields the same tables: what later revisions do to rows" in said


def test_a_role_that_may_create_nothing_reads_the_files(
    on_postgresql: ModelsProject, server: Server
) -> None:
    project = on_postgresql
    first, _ = write_second(project)
    with server.role("right", "NOCREATEDB") as role:
        url = sa.engine.make_url(project.url).set(username=role, password="right")
        address = url.render_as_string(hide_password=False)
        project.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
        own = {"DATABASE_URL": address}
        name = url.database
        project.execute(f"GRANT CREATE ON DATABASE {name} TO {role}")
        project.run("stamp", "head", **own)
        said = project.run("stamp", first, code=1, **own).err
        assert "\n  - gigs.venue\n" in said
        project.execute(f"REVOKE CREATE ON DATABASE {name} FROM {role}")
        said = project.run("stamp", "head", code=1, **own).err
        assert "could not be found out: There is no place to compare in" in said
        project.execute(f"DROP OWNED BY {role}")
