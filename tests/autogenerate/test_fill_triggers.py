"""A fill is an UPDATE, and fires what waits for one: that is spared, told, or left out."""

from __future__ import annotations

from tests import by_hand
from tests.models_project import TITLE, ModelsProject, model

UPDATED = "touched: Mapped[int] = mapped_column(server_default='0')"
SQLITE = (
    """CREATE TRIGGER touch AFTER UPDATE ON gigs WHEN new.touched = old.touched
    BEGIN UPDATE gigs SET touched = old.touched + 1 WHERE id = new.id; END""",
    "CREATE TRIGGER renamed AFTER UPDATE OF title ON gigs BEGIN SELECT 1; END",
)
POSTGRESQL = (
    """CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.touched := OLD.touched + 1; RETURN NEW; END'""",
    "CREATE TRIGGER touch BEFORE UPDATE ON gigs FOR EACH ROW EXECUTE FUNCTION touch()",
    "CREATE TRIGGER renamed BEFORE UPDATE OF title ON gigs FOR EACH ROW EXECUTE FUNCTION touch()",
)
SEATS = model("gigs", TITLE, UPDATED, "seats: Mapped[int]")
BY_ROW = ("--fill", "gigs.seats=id * 10")


def begin(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE, UPDATED), "INSERT INTO gigs (title) VALUES ('a'), ('b')")
    project.execute(*(SQLITE if project.is_sqlite else POSTGRESQL))


def held(project: ModelsProject) -> list[tuple[object, ...]]:
    return project.rows("SELECT seats, touched FROM gigs ORDER BY id")


def test_a_constant_fires_no_trigger(project: ModelsProject) -> None:
    begin(project)
    column = "seats: Mapped[int] = mapped_column(default=4)"
    written = project.change(model("gigs", TITLE, UPDATED, column))
    assert "gigs.seats: 2 rows filled by a default that goes again" in written.out
    assert "op.fill" not in project.written(written)
    project.run("upgrade")
    assert [(4, 0), (4, 0)] == held(project)
    project.run("check")
    project.run("downgrade", "--yes")
    project.run("upgrade")


def test_the_triggers_that_a_fill_fires_are_told(project: ModelsProject) -> None:
    begin(project)
    written = project.change(SEATS, *BY_ROW)
    fires = "gigs.seats: each row that is filled fires touch; triggers=False in op.fill leaves that"
    assert fires in written.out
    assert (
        "gigs.seats filled where NULL (2 rows, firing touch)"
        in project.run("upgrade", "--plan").out
    )
    project.run("upgrade")
    assert [(10, 1), (20, 1)] == held(project)


def test_triggers_are_left_out_and_come_back(project: ModelsProject) -> None:
    begin(project)
    text = project.written(project.change(SEATS, *BY_ROW))
    fill = 'op.fill("gigs", "seats", sa.text("id * 10"))'
    assert fill in text
    (path,) = project.root.glob("alembic/versions/*_change.py")
    quiet = fill.removesuffix(")") + ", triggers=False)"
    path.write_text(text.replace(fill, quiet), encoding="utf-8")
    assert "(2 rows)" in project.run("upgrade", "--plan").out
    project.run("upgrade")
    assert [(10, 0), (20, 0)] == held(project)
    project.execute("UPDATE gigs SET seats = 1")
    assert [(1, 1), (1, 1)] == held(project)


def quiet_fill(project: ModelsProject) -> None:
    """Write a revision whose fill leaves the triggers out."""
    text = project.written(project.change(SEATS, *BY_ROW))
    fill = 'op.fill("gigs", "seats", sa.text("id * 10"))'
    (path,) = project.root.glob("alembic/versions/*_change.py")
    quiet = fill.removesuffix(")") + ", triggers=False)"
    path.write_text(text.replace(fill, quiet), encoding="utf-8")


def test_a_script_leaves_triggers_out_too_and_brings_each_back_as_it_was(
    on_postgresql: ModelsProject,
) -> None:
    begin(on_postgresql)
    on_postgresql.execute(
        "CREATE TRIGGER idle BEFORE UPDATE ON gigs FOR EACH ROW EXECUTE FUNCTION touch()",
        "ALTER TABLE gigs DISABLE TRIGGER idle",
        "ALTER TABLE gigs ENABLE ALWAYS TRIGGER touch",
    )
    quiet_fill(on_postgresql)
    script = on_postgresql.run("upgrade", "--sql").out
    assert "DISABLE TRIGGER" in script
    by_hand.run_script(on_postgresql.url, script)
    assert [(10, 0), (20, 0)] == held(on_postgresql)
    query = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    assert [("idle", "D"), ("renamed", "O"), ("touch", "A")] == on_postgresql.rows(query)
    on_postgresql.run("check")


def test_a_fill_where_rows_meet_a_condition_tells_its_triggers(project: ModelsProject) -> None:
    begin(project)
    written = project.run("migrate", "mend", "--empty")
    path = next(project.root.glob("alembic/versions/*_mend.py"))
    text = path.read_text(encoding="utf-8")
    fill = """op.fill("gigs", "title", "x", where="title = 'a'")"""
    head, _, rest = text.partition("    pass\n")
    imports = head.replace("from alembic import op", "from dbtasks import op")
    path.write_text(f"{imports}    {fill}\n{rest}", encoding="utf-8")
    assert "Wrote" in written.out
    told = project.run("upgrade", "--plan").out
    assert "gigs.title filled where title = 'a', firing renamed, touch" in told


def test_the_triggers_that_numbering_fires_are_told(project: ModelsProject) -> None:
    begin(project)
    numbered = model("gigs", TITLE, UPDATED).replace(
        "id: Mapped[int] = mapped_column(primary_key=True)",
        "id: Mapped[int]\n    row: Mapped[int] = mapped_column(primary_key=True)",
    )
    written = project.change(numbered)
    assert "gigs.row: each row that is filled fires touch" in written.out
