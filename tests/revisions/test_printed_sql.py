"""`--sql` prints all that a revision tells the database, however its SQL begins."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests import by_hand
from tests.models_project import TITLE, ModelsProject, model
from tests.revisions.test_looking_never_acts import FIRST, revision

STATEMENTS = {
    "a comment before an update": (
        "-- titles are shouted\nUPDATE gigs SET title = upper(title) WHERE id = 1",
        [(1, "WALK"), (2, "talk")],
    ),
    "a comment after an update": (
        "UPDATE gigs SET title = upper(title) WHERE id = 1 -- titles are shouted",
        [(1, "WALK"), (2, "talk")],
    ),
    "a comment before a delete": ("/* not needed */ DELETE FROM gigs WHERE id = 2", [(1, "walk")]),
    "several comments": (
        "\n  /* one\n  -- two */\n  -- three; four\n  DELETE FROM gigs WHERE id = 2",
        [(1, "walk")],
    ),
    "an insert of a query": (
        (
            "WITH more AS (SELECT 3 AS id, 'run' AS title) "
            "INSERT INTO gigs (id, title) SELECT id, title FROM more"
        ),
        [(1, "walk"), (2, "talk"), (3, "run")],
    ),
    "an update by a query": (
        (
            "WITH old AS (SELECT 2 AS id) UPDATE gigs SET title = 'old' "
            "WHERE id IN (SELECT id FROM old)"
        ),
        [(1, "walk"), (2, "old")],
    ),
    "a comment before a query that deletes": (
        (
            "-- old ones\nWITH old AS (SELECT 2 AS id) DELETE FROM gigs "
            "WHERE id IN (SELECT id FROM old)"
        ),
        [(1, "walk")],
    ),
}
READS = """
def upgrade():
    rows = op.get_bind().execute(sa.text("SELECT id, title FROM gigs")).fetchall()
    for id_, title in rows:
        op.execute(f"UPDATE gigs SET title = '{title}!' WHERE id = {id_}")


def downgrade():
    pass
"""


@pytest.fixture
def project(project: ModelsProject) -> ModelsProject:
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    rows = "INSERT INTO gigs (id, title) VALUES (1, 'walk'), (2, 'talk')"
    project.begin(model("gigs", TITLE), rows)
    return project


def printed(project: ModelsProject, *lines: str) -> str:
    """Return the SQL of an upgrade of these lines, which touches nothing."""
    body = indent("\n".join(lines), "    ")
    project.write("alembic/versions/r001.py", revision("r001", "r000", f"def upgrade():\n{body}\n"))
    script = project.run("upgrade", "--sql").out
    assert [(1, "walk"), (2, "talk")] == gigs(project)
    return script


def gigs(project: ModelsProject) -> list[tuple[object, ...]]:
    return project.rows("SELECT id, title FROM gigs ORDER BY id")


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_is_printed_however_it_begins(project: ModelsProject, name: str) -> None:
    sql, expected = STATEMENTS[name]
    after = "op.execute(\"INSERT INTO gigs (id, title) VALUES (9, 'last')\")"
    by_hand.run_script(project.url, printed(project, f"op.execute({sql!r})", after))
    assert [*expected, (9, "last")] == gigs(project)
    assert "Up to date." in project.run("status").out


def test_a_backslash_in_a_default_is_printed_once(project: ModelsProject) -> None:
    column = 'op.add_column("gigs", sa.Column("path", sa.String(9), server_default="C:\\\\x"))'
    by_hand.run_script(project.url, printed(project, column))
    assert {("C:\\x",)} == set(project.rows("SELECT path FROM gigs"))


@pytest.mark.parametrize("sql", [sql for sql, _ in STATEMENTS.values()], ids=STATEMENTS)
def test_so_it_is_where_it_is_given_to_the_connection(on_sqlite: ModelsProject, sql: str) -> None:
    project = on_sqlite
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    rows = "INSERT INTO gigs (id, title) VALUES (1, 'walk'), (2, 'talk')"
    project.begin(model("gigs", TITLE), rows)
    (expected,) = (rows for text, rows in STATEMENTS.values() if text == sql)
    by_hand.run_script(project.url, printed(project, f"op.get_bind().execute(sa.text({sql!r}))"))
    assert expected == gigs(project)


def test_rows_that_are_read_give_the_sql_for_them_on_sqlite(on_sqlite: ModelsProject) -> None:
    project = on_sqlite
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (id, title) VALUES (1, 'walk')")
    project.write("alembic/versions/r001.py", revision("r001", "r000", READS))
    by_hand.run_script(project.url, project.run("upgrade", "--sql").out)
    assert [(1, "walk!")] == gigs(project)


def test_rows_that_can_not_be_read_are_told_by_file_and_line(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.write("alembic/versions/r000.py", revision("r000", None, FIRST))
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (id, title) VALUES (1, 'walk')")
    project.write("alembic/versions/r001.py", revision("r001", "r000", READS))
    done = project.run("upgrade", "--sql", code=1)
    assert "" == done.out
    assert done.err.startswith(
        "The SQL of revision r001 can't be written: alembic/versions/r001.py, line 9: "
        'rows = op.get_bind().execute(sa.text("SELECT id, title FROM gigs")).fetchall(): '
    )
    assert done.err.endswith(
        "Nothing was touched. A revision that looks at a database has none with --sql.\n"
        "Apply it where the database is: python tasks.py upgrade\n"
    )
    assert [(1, "walk")] == gigs(project)
    project.run("upgrade")
    assert [(1, "walk!")] == gigs(project)
