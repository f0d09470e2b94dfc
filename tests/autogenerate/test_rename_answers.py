"""Every answer about a rename is carried out or refused; none is guessed, none asked for twice."""

from __future__ import annotations

import pytest

from dbtasks import Project, migrate
from dbtasks.autogenerate.answers import Answers
from dbtasks.errors import RefusedError
from tests.in_process import as_if_new
from tests.models_project import TITLE, ModelsProject, model

NAME = "name: Mapped[str] = mapped_column(sa.String(80))"
TEXT = "{}: Mapped[str] = mapped_column(sa.String(9))"
NUMBER = "{}: Mapped[int]"
INSERT = "INSERT INTO gigs (title) VALUES ('walk')"


def text(*names: str, table: str = "gigs") -> str:
    return model(table, *(TEXT.format(name) for name in names))


def asked(project: ModelsProject, *answers: str, **given: object) -> tuple[list[str], str]:
    """Run `migrate` with answers one after the other; return the questions, and what it wrote."""
    questions: list[str] = []
    rest = list(answers)

    def ask(question: str) -> str:
        questions.append(question)
        return rest.pop(0)

    with as_if_new(project.root, project.environment()):
        written = migrate(Project.load(project.root), "change", Answers(ask=ask, **given))  # type: ignore[arg-type]
    return questions, "\n".join(map(str, written.changes))


def test_names_that_were_passed_along_are_asked_about_both_ways(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(text("a", "b"), "INSERT INTO gigs (a, b) VALUES ('x', 'y')")
    assert [
        (
            "Did you rename gigs.a to gigs.b and gigs.b to gigs.c? There is no terminal to ask on. "
            "Nothing was written."
        ),
        "If so: python tasks.py migrate change --rename gigs.a=b --rename gigs.b=c",
        "If rather gigs.a to gigs.c: python tasks.py migrate change --rename gigs.a=c",
        "If not: python tasks.py migrate change --no-rename",
    ] == on_sqlite.refused(text("b", "c"), code=2).splitlines()
    questions, _ = asked(on_sqlite, "n", "y")
    assert [
        "Did you rename gigs.a to gigs.b and gigs.b to gigs.c? [y/n]",
        "Did you rename gigs.a to gigs.c? [y/n]",
    ] == questions


@pytest.mark.long
def test_columns_that_changed_their_kinds_may_have_passed_on_their_names(
    on_sqlite: ModelsProject,
) -> None:
    on_sqlite.begin(model("gigs", TEXT.format("a"), NUMBER.format("b")))
    said = on_sqlite.refused(model("gigs", TEXT.format("b"), NUMBER.format("c")), code=2)
    assert "Did you rename gigs.a to gigs.b and gigs.b to gigs.c?" in said


@pytest.mark.long
def test_a_column_renamed_in_its_place_is_asked_about_one_way(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(text("a", "b"))
    said = on_sqlite.refused(text("c", "b"), code=2)
    assert "Did you rename gigs.a to gigs.c? There is no terminal" in said
    assert "If rather" not in said


def test_a_table_beside_a_new_one_of_its_name_is_asked_about(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    after = model("old_gigs", TITLE) + model("gigs", NUMBER.format("seats"))
    said = on_sqlite.refused(after, code=2)
    assert "Did you rename gigs to old_gigs? There is no terminal to ask on." in said


def test_a_table_in_another_schema_is_asked_about(on_postgresql: ModelsProject) -> None:
    on_postgresql.begin(model("gigs", TITLE), INSERT)
    after = model("gigs", TITLE) + '    __table_args__ = {"schema": "box"}\n'
    said = on_postgresql.refused(after, code=2)
    assert "Did you rename gigs to box.gigs? There is no terminal to ask on." in said
    assert "--rename gigs=box.gigs\n" in said
    written = on_postgresql.change(after, "--rename", "gigs=box.gigs")
    assert "~ gigs moved to box.gigs" in written.out
    assert 'op.move_table("gigs", "box")' in on_postgresql.written(written)
    on_postgresql.run("upgrade")
    on_postgresql.run("check")
    assert [("walk",)] == on_postgresql.rows("SELECT title FROM box.gigs")
    on_postgresql.execute("INSERT INTO box.gigs (title) VALUES ('talk')")
    on_postgresql.run("downgrade", "--yes")
    assert [("walk",), ("talk",)] == on_postgresql.rows("SELECT title FROM gigs ORDER BY id")


@pytest.mark.long
def test_views_and_references_go_along_to_another_schema(on_postgresql: ModelsProject) -> None:
    reference = 'gig_id: Mapped[int] = mapped_column(sa.ForeignKey("{}gigs.id"))'
    on_postgresql.begin(
        model("gigs", TITLE) + model("bookings", reference.format("")),
        INSERT,
        "INSERT INTO bookings (gig_id) VALUES (1)",
        "CREATE VIEW titles AS SELECT title FROM gigs",
    )
    after = model("gigs", TITLE) + '    __table_args__ = {"schema": "box"}\n'
    on_postgresql.change(
        after + model("bookings", reference.format("box.")), "--rename", "gigs=box.gigs"
    )
    on_postgresql.run("upgrade")
    on_postgresql.run("check")
    assert [("walk",)] == on_postgresql.rows("SELECT title FROM titles")
    assert [("box.gigs",)] == on_postgresql.rows(
        "SELECT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
    )


@pytest.mark.long
def test_one_thing_is_no_rename_and_another_is(project: ModelsProject) -> None:
    numbers = [f"{name}: Mapped[int | None]" for name in ("seats", "fee", "places", "price")]
    project.begin(model("gigs", *numbers[:2]), "INSERT INTO gigs (seats, fee) VALUES (4, 5)")
    after = model("gigs", *numbers[2:])
    said = project.refused(after, "--no-rename", "gigs.seats", code=2)
    assert "Did you rename gigs.fee to gigs.price? There is no terminal" in said
    words = "--no-rename gigs.seats --rename gigs.fee=price"
    assert f"If so: python tasks.py migrate change {words}\n" in said
    project.change(after, "--no-rename", "gigs.seats", "--rename", "gigs.fee=price")
    project.run("upgrade")
    assert [(None, 5)] == project.rows("SELECT places, price FROM gigs")


@pytest.mark.long
def test_several_questions_can_be_answered_each_for_itself(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(text("title") + text("mail", table="users"))
    said = on_sqlite.refused(text("name") + text("email", table="users"), code=2)
    only = "--rename gigs.title=name --no-rename users.mail"
    assert f"If only the first: python tasks.py migrate change {only}" == said.splitlines()[-1]


def test_no_rename_before_the_message_leaves_the_message_alone(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE))
    on_sqlite.models(model("gigs", "name: Mapped[str | None]"))
    assert "- gigs.title" in on_sqlite.run("migrate", "--no-rename", "change").out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param(
            ["--rename", "gigs.titel=name"],
            "in the database gigs has no titel, but id, title",
            marks=pytest.mark.long,
        ),
        (["--rename", "gigs.title=nome"], "in the models gigs has no nome"),
        pytest.param(
            ["--rename", "gigs.title=acts.name"],
            "in the models gigs has no acts.name",
            marks=pytest.mark.long,
        ),
        pytest.param(
            ["--rename", "gigs=shows"], "in the models there is no shows", marks=pytest.mark.long
        ),
        pytest.param(
            ["--rename", "gigs=gigs.name"],
            "in the models there is no gigs.name",
            marks=pytest.mark.long,
        ),
        pytest.param(["--rename", "gigs=gigs"], "it has that name", marks=pytest.mark.long),
        pytest.param(
            ["--rename", "gig=acts"],
            "the database has no gig, but acts, gigs",
            marks=pytest.mark.long,
        ),
        (["--rename", "gigs=acts"], "the database has acts as well"),
        pytest.param(
            ["--rename", "gigs.title=id"],
            "the database has gigs.id as well",
            marks=pytest.mark.long,
        ),
        pytest.param(
            ["--rename", "gigs.title=name", "--rename", "gigs.id=name"],
            "can't both become",
            marks=pytest.mark.long,
        ),
        pytest.param(
            ["--rename", "gigs.title=name", "--rename", "gigs.title=id"],
            "is given twice",
            marks=pytest.mark.long,
        ),
        (["--no-rename", "gigs.id"], "--no-rename gigs.id fits nothing"),
        pytest.param(
            ["--no-rename", "gigs.title", "--no-rename", "gig"],
            "Gone from the models: gigs.title.",
            marks=pytest.mark.long,
        ),
        pytest.param(
            ["--no-rename", "--fill", "gigs.nome=1"],
            "--fill gigs.nome fits nothing",
            marks=pytest.mark.long,
        ),
        pytest.param(
            ["--no-rename", "--fill", "gigs.id=1"],
            "New or NOT NULL now: gigs.name.",
            marks=pytest.mark.long,
        ),
    ],
)
def test_an_answer_that_can_not_be_carried_out_is_refused(
    on_sqlite: ModelsProject, words: list[str], why: str
) -> None:
    acts = model("acts", NUMBER.format("n"))
    on_sqlite.begin(model("gigs", TITLE) + acts, INSERT)
    said = on_sqlite.refused(model("gigs", NAME) + acts, *words, code=2)
    assert why in said
    assert "Nothing was written" in said or "is given twice" in said


@pytest.mark.long
def test_a_schema_that_is_not_there_is_no_place_for_a_table(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    said = on_sqlite.refused(model("gigs", TITLE), "--rename", "gigs=box.gigs", code=2)
    assert "--rename gigs=box.gigs fits nothing: in the models there is no box.gigs." in said


def test_what_was_answered_is_not_asked_again_when_a_later_answer_is_wrong(
    project: ModelsProject,
) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    project.models(model("gigs", NAME, NUMBER.format("seats"), NUMBER.format("rows")))
    questions, said = asked(project, "y", "7", "nosuch(name)", "length(name)")
    assert [
        "Did you rename gigs.title to gigs.name? [y/n]",
        "gigs.seats is NOT NULL. What does the row that exists get? (SQL)",
        "gigs.rows is NOT NULL. What does the row that exists get? (SQL)",
        "gigs.rows is NOT NULL. What does the row that exists get? (SQL)",
    ] == [question.splitlines()[-1] for question in questions]
    assert "nosuch" in questions[-1]
    assert "~ gigs.title renamed to name" in said
    project.run("upgrade")
    assert [("walk", 7, 4)] == project.rows("SELECT name, seats, rows FROM gigs")


def test_what_was_answered_on_the_terminal_stands_in_the_command_of_a_refusal(
    on_sqlite: ModelsProject,
) -> None:
    tables = "".join(model(name, NUMBER.format("n")) for name in ("ab", "cd", "ef"))
    on_sqlite.begin(model("gigs", TITLE) + tables, INSERT)
    on_sqlite.models(model("gigs", NAME))
    with pytest.raises(RefusedError, match=r"Answers\(renames=\{'gigs.title': 'name'\}"):
        asked(on_sqlite, "y")


@pytest.mark.long
def test_a_renamed_table_that_loses_a_column_says_so(project: ModelsProject) -> None:
    fee = "fee: Mapped[int | None]"
    project.begin(model("gigs", TITLE, fee), "INSERT INTO gigs (title, fee) VALUES ('walk', 3)")
    written = project.change(model("shows", TITLE), "--rename", "gigs=shows")
    assert "drops shows (now gigs).fee with 1 value" in written.out
    assert "drops shows (now gigs).fee with 1 value" in project.run("upgrade", "--plan").out


@pytest.mark.long
def test_a_column_that_goes_beside_a_swap_is_told_of_by_its_name(project: ModelsProject) -> None:
    acts = model("acts", "name: Mapped[str]", "fee: Mapped[int | None]")
    project.begin(model("gigs", TITLE) + acts, "INSERT INTO acts (name, fee) VALUES ('n', 3)")
    after = model("gigs", "name: Mapped[str]") + model("acts", TITLE)
    written = project.change(after, "--rename", "gigs=acts", "--rename", "acts=gigs")
    assert "drops gigs (now acts).fee with 1 value" in written.out
