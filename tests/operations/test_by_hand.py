"""The operations in revisions that people write themselves: what they do, what they refuse."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model
from tests.states import state_of

ROWS = "INSERT INTO gigs (title) VALUES ('walk'), ('talk')"
FEE = "fee: Mapped[int | None]"


def by_hand(project: ModelsProject, up: str, down: str = "pass") -> None:
    """Write an empty revision, and fill in its two functions."""
    written = project.run("migrate", "by hand", "--empty").out
    path = project.root / written.partition("Wrote ")[2].splitlines()[0]
    first, second = (
        "".join(f"    {line}\n" for line in body.strip().splitlines()) for body in (up, down)
    )
    text = path.read_text(encoding="utf-8")
    text = text.replace("def upgrade() -> None:\n    pass\n", f"def upgrade() -> None:\n{first}")
    text = text.replace(
        "def downgrade() -> None:\n    pass\n", f"def downgrade() -> None:\n{second}"
    )
    path.write_text(text, encoding="utf-8")


def fails(project: ModelsProject, up: str) -> str:
    """Return what is said of an upgrade that fails; it has to leave all as it was."""
    by_hand(project, up)
    before = state_of(project)
    said = project.run("upgrade", code=1).err
    assert before == state_of(project)
    assert "Traceback" not in said
    assert up.strip().splitlines()[-1].strip() in said
    return said


FILLS = {
    "a number": ("7", "7"),
    "a calculation over the row": ("sa.text('id * 2')", "2"),
    "nothing that is a value": ("sa.text('NULL')", "None"),
}


@pytest.mark.parametrize("what", FILLS)
def test_fill(project: ModelsProject, what: str) -> None:
    value, expected = FILLS[what]
    project.begin(model("gigs", TITLE, FEE), ROWS, "UPDATE gigs SET fee = 1 WHERE id = 2")
    by_hand(project, f'op.fill("gigs", "fee", {value})')
    project.run("upgrade")
    assert [expected, "1"] == [
        str(fee) for (fee,) in project.rows("SELECT fee FROM gigs ORDER BY id")
    ]


def test_fill_takes_values_of_all_kinds(project: ModelsProject) -> None:
    columns = {
        "a": ("sa.String(40)", "'it\\'s 5% :x'", "it's 5% :x"),
        "f": ("sa.String(40)", r"'C:\\x\\:y'", r"C:\x\:y"),
        "b": ("sa.Boolean", "True", "1" if project.is_sqlite else "True"),
        "c": ("sa.Date", "'2026-01-02'", "2026-01-02"),
        "d": ("sa.Numeric(6, 2)", "sa.text('1.50')", "1.5" if project.is_sqlite else "1.50"),
        "e": ("sa.JSON", "{'x': [1]}", '{"x": [1]}' if project.is_sqlite else "{'x': [1]}"),
    }
    lines = [
        f"{name}: Mapped[object | None] = mapped_column({type_})"
        for name, (type_, *_) in columns.items()
    ]
    project.begin(model("gigs", TITLE, *lines), ROWS)
    by_hand(
        project,
        "\n".join(f'op.fill("gigs", "{name}", {value})' for name, (_, value, _) in columns.items()),
    )
    project.run("upgrade")
    (row,) = project.rows("SELECT a, f, b, c, d, e FROM gigs WHERE id = 1")
    assert [expected for *_, expected in columns.values()] == [str(value) for value in row]


def test_fill_only_where_a_condition_holds(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), ROWS)
    by_hand(project, """op.fill("gigs", "title", "run", where="title = 'walk'")""")
    project.run("upgrade")
    assert [("run",), ("talk",)] == project.rows("SELECT title FROM gigs ORDER BY id")


def test_refuse_rows(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), ROWS)
    said = fails(project, """op.refuse_rows("gigs", "nobody knows why", where="title = 'walk'")""")
    assert "gigs has rows, and nobody knows why." in said
    project.execute("UPDATE gigs SET title = 'run' WHERE title = 'walk'")
    project.run("upgrade")


def test_operations_on_enums(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(model("gigs", TITLE), ROWS)
    up = """
op.create_enum("state", ["open", "it's shut"])
op.add_column("gigs", sa.Column("state", sa.Enum("open", "it's shut", name="state")))
op.fill("gigs", "state", "open")
op.add_enum_value("state", "held", before="open")
op.execute("UPDATE gigs SET state = 'held' WHERE id = 2")
op.rename_enum_value("state", "held", "kept")
op.rename_enum("state", "phase")
op.replace_enum("phase", ["open", "kept"])
"""
    by_hand(project, up, 'op.drop_column("gigs", "state")\nop.drop_enum("phase")')
    project.run("upgrade")
    assert [("open",), ("kept",)] == project.rows("SELECT state::text FROM gigs ORDER BY id")
    values = "SELECT enumlabel FROM pg_enum ORDER BY enumsortorder"
    assert [("open",), ("kept",)] == project.rows(values)
    project.run("downgrade", "--yes")
    assert [] == project.rows(values)


def test_operations_on_enums_do_nothing_on_sqlite_but_for_the_rows(
    on_sqlite: ModelsProject,
) -> None:
    on_sqlite.begin(model("gigs", TITLE), ROWS)
    up = """
op.create_enum("state", ["walk", "talk"])
op.add_enum_value("state", "held", before="walk")
op.rename_enum_value("state", "walk", "run", columns=[("gigs", "title")])
op.rename_enum("state", "phase")
op.replace_enum("phase", ["run", "talk"])
op.drop_enum("phase")
op.set_sequence("gigs", "id", "serial")
op.rename_sequence("gigs_id_seq", "other")
"""
    by_hand(on_sqlite, up)
    on_sqlite.run("upgrade")
    assert [("run",), ("talk",)] == on_sqlite.rows("SELECT title FROM gigs ORDER BY id")
    on_sqlite.run("check")


def test_set_sequence_goes_on_above_the_highest_value(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (id, title) VALUES (40, 'walk')")
    kinds = ['"GENERATED ALWAYS AS IDENTITY"', '"serial"', "None"]
    for number, kind in enumerate(kinds[:2], start=41):
        by_hand(project, f'op.set_sequence("gigs", "id", {kind})')
        project.run("upgrade")
        project.execute("INSERT INTO gigs (title) VALUES ('new')")
        assert [(number,)] == project.rows("SELECT max(id) FROM gigs")
    by_hand(project, f'op.set_sequence("gigs", "id", {kinds[2]})')
    project.run("upgrade")
    assert [(None,)] == project.rows("SELECT pg_get_serial_sequence('gigs', 'id')")


def test_renames(project: ModelsProject) -> None:
    unique = "title: Mapped[str] = mapped_column(sa.String(80), unique=True, index=True)"
    args = 'sa.UniqueConstraint("title", "fee", name="both")'
    project.begin(model("gigs", unique, FEE, args=args), ROWS)
    up = (
        'op.rename_constraint("gigs", "both", "the two")\n'
        'op.rename_index("ix_gigs_title", "by title")'
    )
    down = (
        'op.rename_index("by title", "ix_gigs_title")\n'
        'op.rename_constraint("gigs", "the two", "both")'
    )
    by_hand(project, up, down)
    project.run("upgrade")
    changes = project.run("check", code=4).out
    assert "~ unique the two on gigs renamed to both" in changes
    assert "~ index by title on gigs renamed to ix_gigs_title" in changes
    project.run("downgrade", "--yes")
    project.run("check")


BATCH = """
with op.batch_alter_table("gigs") as batch:
    batch.add_column(sa.Column("seats", sa.Integer(), server_default="3", nullable=False))
    batch.add_column(sa.Column("user_id", sa.Integer()))
    batch.create_foreign_key("fk_user", "users", ["user_id"], ["id"], ondelete="SET NULL")
    batch.create_unique_constraint("uq_title", ["title"])
    batch.create_check_constraint("positive", sa.column("fee") > 0)
    batch.create_index("ix_seats", ["seats"])
    batch.alter_column("fee", new_column_name="price", type_=sa.Numeric(8, 2), nullable=False)
"""
BATCH_BACK = """
with op.batch_alter_table("gigs", recreate="always") as batch:
    batch.drop_index("ix_seats")
    batch.drop_constraint("positive", type_="check")
    batch.drop_constraint("uq_title")
    batch.drop_constraint("fk_user", type_="foreignkey")
    batch.alter_column("price", new_column_name="fee", type_=sa.Integer(), nullable=True)
    batch.drop_column("user_id")
    batch.drop_column("seats")
"""


def test_a_batch_of_everything_there_and_back(project: ModelsProject) -> None:
    """The check goes by the name that the naming convention has made of its own."""
    project.begin(model("users") + model("gigs", TITLE, FEE), ROWS, "UPDATE gigs SET fee = 2 * id")
    by_hand(project, BATCH, BATCH_BACK)
    project.run("upgrade")
    query = "SELECT title, seats, price FROM gigs ORDER BY id"
    assert [("walk", 3, 2), ("talk", 3, 4)] == project.rows(query)
    changes = project.run("check", code=4).out
    assert "- check ck_gigs_positive on gigs (price)" in changes
    project.run("downgrade", "--yes")
    project.run("check")
    assert [("walk", 2), ("talk", 4)] == project.rows("SELECT title, fee FROM gigs ORDER BY id")


def test_an_operation_that_can_not_be_carried_out_does_not_hinder_the_plan(
    project: ModelsProject,
) -> None:
    project.begin(model("gigs", TITLE), ROWS)
    by_hand(project, 'op.add_column("gigs", sa.Column("fee", sa.Integer()), nonsense=1)')
    project.run("upgrade", "--plan")
    said = project.run("upgrade", code=1).err
    assert "nonsense" in said
    assert "Traceback" not in said


WRONG = {
    "a table that is not there": ('op.fill("nope", "fee", 1)', "nope"),
    "a column that is not there": ('op.fill("gigs", "nope", 1)', "nope"),
    "SQL that is none": ('op.fill("gigs", "fee", sa.text("nope("))', "syntax error"),
    "a value of no known kind": ('op.fill("gigs", "fee", object())', "object"),
    "rows of no table": ('op.refuse_rows("nope", "why")', "nope"),
    "an index of no name": ('op.rename_index("nope", "new")', "nope"),
    "a constraint of no name": ('op.rename_constraint("gigs", "nope", "new")', "nope"),
    "a batch on no table": (
        'with op.batch_alter_table("nope") as batch:\n    batch.drop_column("fee")',
        "nope",
    ),
    "a batch on no column": (
        'with op.batch_alter_table("gigs") as batch:\n    batch.drop_column("nope")',
        "nope",
    ),
    "a batch on no constraint": (
        'with op.batch_alter_table("gigs") as batch:\n    batch.drop_constraint("nope")',
        "nope",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_by_its_name_and_line(project: ModelsProject, what: str) -> None:
    up, named = WRONG[what]
    project.begin(model("gigs", TITLE, FEE), ROWS)
    by_hand(project, up)
    before = state_of(project)
    said = project.run("upgrade", code=1).err
    assert before == state_of(project)
    place, reason, *_ = said.splitlines()
    assert f": {up.splitlines()[0]}" in place
    assert named in reason, said
    assert "Error: '" not in reason
    assert "It was rolled back. Nothing was changed." in said


def test_a_batch_on_sqlite_says_that_a_table_or_column_is_missing(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE, FEE), ROWS)
    expected = {
        "a batch on no table": "There is no table nope.",
        "a batch on no column": "gigs has no column nope.",
        "a batch on no constraint": "gigs has no constraint nope.",
        "an index of no name": "There is no index nope.",
    }
    for what, reason in expected.items():
        by_hand(on_sqlite, WRONG[what][0])
        assert reason in on_sqlite.run("upgrade", code=1).err
        max(on_sqlite.revisions(), key=lambda path: path.stat().st_mtime_ns).unlink()


def test_a_conversion_that_is_not_known_asks_for_one(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE, FEE), ROWS)
    batch = (
        'with op.batch_alter_table("gigs") as batch:\n'
        '    batch.alter_column("fee", type_=sa.Date(){})'
    )
    by_hand(on_sqlite, batch.format(""))
    on_sqlite.execute("UPDATE gigs SET fee = 20")
    said = on_sqlite.run("upgrade", code=1).err
    assert "gigs.fee can't be converted from INTEGER to Date()" in said
    assert 'Say how: batch_op.alter_column(..., sqlite_using="SQL over the old row")' in said
    max(on_sqlite.revisions(), key=lambda path: path.stat().st_mtime_ns).unlink()
    by_hand(on_sqlite, batch.format(""", sqlite_using="'2026-01-02'" """))
    on_sqlite.run("upgrade")
    assert [("2026-01-02",)] * 2 == on_sqlite.rows("SELECT fee FROM gigs")


def test_where_there_are_no_values_none_is_needed(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE, FEE), ROWS)
    on_sqlite.execute("UPDATE gigs SET fee = NULL")
    batch = 'with op.batch_alter_table("gigs") as batch:\n    batch.alter_column("fee", type_='
    by_hand(on_sqlite, f"{batch}sa.Date())")
    on_sqlite.run("upgrade")
    assert [("DATE",)] == on_sqlite.rows(
        "SELECT type FROM pragma_table_info('gigs') WHERE name = 'fee'"
    )
