"""Whatever a string holds, it arrives: in values, conditions, enums, casts and refusals."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.models_project import TITLE, ModelsProject, model
from tests.operations.test_by_hand import by_hand, fails
from tests.selection import rarely


def _like_a_parameter() -> str:
    """Return what drivers know, or nothing: on SQLite, older SQLAlchemy seeks it in strings too."""
    with sa.create_engine("sqlite://").connect() as connection:
        try:
            return str(connection.scalar(sa.text("SELECT '%(x)s'")))
        except sa.exc.StatementError:
            return ""


ODD = _like_a_parameter() + (
    r"""C:\temp \W+ \:x :y a::b \:: 100% %s %% {x} {{}} O'N "q" ; -- /* $1 é 😀"""
    "\tend\n."
)
SQL = "'" + ODD.replace("'", "''") + "'"
NOTE = "note: Mapped[str | None]"


def begin(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE, NOTE), "INSERT INTO gigs (title) VALUES ('a'), ('b')")


VALUES = ("C:\\temp", "a:b\\:", "100%s", 'O\'N "q"', "{x}\té😀")


def test_a_fill_writes_a_string_as_it_is(project: ModelsProject) -> None:
    begin(project)
    by_hand(
        project,
        f"op.fill('gigs', 'note', {ODD!r})\n"
        f"op.fill('gigs', 'title', 'x', where='note = ' + {SQL!r})\n",
    )
    project.run("upgrade")
    assert [("x", ODD), ("x", ODD)] == project.rows("SELECT title, note FROM gigs")


def test_an_answer_is_sql_in_which_nothing_is_changed(project: ModelsProject) -> None:
    begin(project)
    after = model("gigs", TITLE, NOTE, "slug: Mapped[str]", "path: Mapped[str]")
    fills = ("--fill", f"gigs.slug={SQL}", "--fill", f"gigs.path={SQL} || id")
    project.change(after, *fills)
    project.run("upgrade")
    query = "SELECT slug, path FROM gigs ORDER BY id"
    assert [(ODD, f"{ODD}1"), (ODD, f"{ODD}2")] == project.rows(query)


def test_text_is_read_as_sqlalchemy_reads_it(project: ModelsProject) -> None:
    begin(project)
    by_hand(
        project, r"""op.fill("gigs", "note", sa.text(r"'a\:b ' || :x").bindparams(x="y:%\\"))"""
    )
    project.run("upgrade")
    assert [("a:b y:%\\",)] * 2 == project.rows("SELECT note FROM gigs")


def test_a_script_holds_each_tab(on_postgresql: ModelsProject) -> None:
    begin(on_postgresql)
    column = f"sa.Column('d', sa.Text(), server_default={ODD!r})"
    by_hand(on_postgresql, f"op.fill('gigs', 'note', {ODD!r})\nop.add_column('gigs', {column})")
    script = on_postgresql.run("upgrade", "--sql").out
    on_postgresql.execute(script)
    assert [(ODD, ODD)] * 2 == on_postgresql.rows("SELECT note, d FROM gigs")


def test_a_refusal_says_its_reason_as_it_is(project: ModelsProject) -> None:
    begin(project)
    by_hand(project, f"op.fill('gigs', 'note', {ODD!r})")
    project.run("upgrade")
    reason = ODD.replace("\t", " ").replace("\n", " ")
    said = fails(project, f"op.refuse_rows('gigs', {reason!r}, where='note = ' + {SQL!r})")
    assert f"gigs has rows, and {reason}." in said


@pytest.mark.parametrize("odd", rarely(VALUES, "C:\\temp"))
def test_an_enum_takes_values_of_any_characters(project: ModelsProject, odd: str) -> None:
    column = "note: Mapped[str] = mapped_column(sa.Enum({}, name='notes'), default={!r})"
    begin(project)
    project.execute("UPDATE gigs SET note = 'plain'")
    project.change(model("gigs", TITLE, column.format("'plain'", "plain")))
    project.run("upgrade")
    project.change(model("gigs", TITLE, column.format(f"'plain', {odd!r}", odd)))
    project.run("upgrade")
    by_hand(project, f"op.fill('gigs', 'note', {odd!r}, where='id = 2')")
    project.run("upgrade")
    assert [("plain",), (odd,)] == project.rows("SELECT note FROM gigs ORDER BY id")
    gone = model("gigs", TITLE, column.format("'plain'", "plain"))
    project.change(gone, "--fill", "gigs.note='plain'")
    project.run("upgrade")
    assert [("plain",), ("plain",)] == project.rows("SELECT note FROM gigs")
    project.run("check")
