"""A new name keeps the rows: asked about, answered beforehand, or refused."""

from __future__ import annotations

import pytest

from dbtasks import Project, migrate
from dbtasks.autogenerate.answers import Answers
from tests.in_process import as_if_new
from tests.models_project import PLAIN_PRELUDE, TITLE, ModelsProject, model

NAME = "name: Mapped[str] = mapped_column(sa.String(80))"
INSERT = "INSERT INTO gigs (title) VALUES ('walk')"


@pytest.mark.parametrize(
    ("entry_point", "prefix"),
    [("just", "just"), ("migrate.cmd", r".\migrate.cmd"), ("", "python tasks.py")],
)
def test_without_a_terminal_both_commands_are_shown_for_the_entry_point(
    on_sqlite: ModelsProject, entry_point: str, prefix: str
) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    said = on_sqlite.refused(model("gigs", NAME), code=2, DBTASKS_ENTRY_POINT=entry_point)
    assert (
        "Did you rename gigs.title to gigs.name? There is no terminal to ask on. "
        "Nothing was written.\n"
        f"If so: {prefix} migrate change --rename gigs.title=name\n"
        f"If not: {prefix} migrate change --no-rename\n"
    ) == said


def test_the_commands_shown_hold_the_answers_given_already(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE, "fee: Mapped[int | None]"), INSERT)
    after = model("gigs", NAME, "price: Mapped[int | None]", "seats: Mapped[int]")
    said = project.refused(
        after, "--rename", "gigs.title=name", "--fill", "gigs.seats=2 * 2", code=2
    )
    given = '--rename gigs.title=name --fill "gigs.seats=2 * 2"'
    assert [
        (
            "Did you rename gigs.fee to gigs.price? There is no terminal to ask on. "
            "Nothing was written."
        ),
        f"If so: python tasks.py migrate change {given} --rename gigs.fee=price",
        f"If not: python tasks.py migrate change {given} --no-rename",
    ] == said.splitlines()


def test_several_renames_are_asked_about_in_one_message(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE) + model("users", "mail: Mapped[str]"), INSERT)
    after = model("shows", TITLE) + model("users", "email: Mapped[str]")
    said = project.refused(after, code=2)
    assert "Did you rename gigs to shows and users.mail to users.email?" in said
    assert "--rename gigs=shows --rename users.mail=email\n" in said
    project.change(after, "--rename", "gigs=shows", "--rename", "users.mail=email")
    project.run("upgrade")
    assert [("walk",)] == project.rows("SELECT title FROM shows")
    project.run("check")


def test_no_rename_says_that_what_is_gone_is_gone(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    name = "name: Mapped[str | None]"
    written = project.change(model("gigs", name), "--no-rename")
    assert "drops gigs.title with 1 value" in written.out
    assert "# gigs.title held 1 value when this was written." in project.written(written)
    project.run("upgrade")
    assert [(None,)] == project.rows("SELECT name FROM gigs")


def test_a_table_and_its_column_are_renamed_at_once(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), INSERT)
    renames = ("--rename", "gigs=shows", "--rename", "gigs.title=shows.name")
    written = project.change(model("shows", NAME), *renames)
    assert ["~ gigs renamed to shows", "~ shows.title renamed to name"] == written.out.splitlines()[
        :2
    ]
    project.run("upgrade")
    assert [("walk",)] == project.rows("SELECT name FROM shows")


@pytest.mark.parametrize(
    "rename", ["gigs.titel=name", "gigs.title=nome", "gig=shows", "gigs.id=id", "title=name"]
)
def test_a_rename_that_fits_nothing_is_refused(on_sqlite: ModelsProject, rename: str) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    said = on_sqlite.refused(model("gigs", NAME), "--rename", rename, code=2)
    assert said.startswith(f"--rename {rename.replace('=id', '=gigs.id')} fits nothing: ")
    assert "Nothing was written." in said


@pytest.mark.parametrize("rename", ["gigs.title", "=name", "gigs.title="])
def test_a_rename_that_is_half_a_rename_is_refused(on_sqlite: ModelsProject, rename: str) -> None:
    on_sqlite.begin(model("gigs", TITLE), INSERT)
    said = on_sqlite.refused(model("gigs", NAME), "--rename", rename, code=2)
    assert [
        f"--rename {rename!r} is not understood.",
        "Write it as --rename gigs.title=name",
    ] == said.splitlines()


def test_each_name_is_asked_about_until_it_has_found_its_other(project: ModelsProject) -> None:
    """Those most alike come first, and nothing is offered twice."""
    numbers = "{}: Mapped[int | None]"
    project.begin(model("gigs", numbers.format("seats"), numbers.format("fee")))
    after = model("gigs", numbers.format("fees"), numbers.format("places"))
    said = project.refused(after, code=2)
    assert "Did you rename gigs.fee to gigs.fees and gigs.seats to gigs.places?" in said

    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return "y" if question == "Did you rename gigs.fee to gigs.places? [y/n]" else "n"

    with as_if_new(project.root, project.environment()):
        written = migrate(Project.load(project.root), "change", Answers(ask=ask))
    assert [
        "Did you rename gigs.fee to gigs.fees? [y/n]",
        "Did you rename gigs.seats to gigs.fees? [y/n]",
        "Did you rename gigs.fee to gigs.places? [y/n]",
    ] == questions
    assert "~ gigs.fee renamed to places" in map(str, written.changes)


def test_columns_that_are_not_alike_are_not_asked_about(project: ModelsProject) -> None:
    project.begin(model("gigs", "title: Mapped[str | None]"))
    written = project.change(model("gigs", "seats: Mapped[int | None]"))
    assert "- gigs.title" in written.out


RENAMED = ("--rename", "gigs.title=name", "--rename", "gigs=shows")
UNIQUE = "mapped_column(sa.String(80), unique=True, index=True)"
REFERENCE = 'gig: Mapped[str] = mapped_column(sa.ForeignKey("{}"))'
BEFORE = model("gigs", f"title: Mapped[str] = {UNIQUE}")
BEFORE += model("bookings", REFERENCE.format("gigs.title"))
AFTER = model("shows", f"name: Mapped[str] = {UNIQUE}")
AFTER += model("bookings", REFERENCE.format("shows.name"))


@pytest.mark.parametrize("prelude", ["with a naming convention", "without"])
def test_indexes_keys_and_sequences_follow(project: ModelsProject, prelude: str) -> None:
    if prelude == "without":
        project.prelude = PLAIN_PRELUDE
    project.begin(BEFORE, INSERT, "INSERT INTO bookings (gig) VALUES ('walk')")
    text = project.written(project.change(AFTER, *RENAMED))
    assert "drop_" not in text
    assert "create_" not in text
    project.run("upgrade")
    project.run("check")
    assert [("walk",)] == project.rows(
        "SELECT s.name FROM bookings b JOIN shows s ON s.name = b.gig"
    )
    project.execute("INSERT INTO shows (name) VALUES ('talk')")
    assert [(2,)] == project.rows("SELECT max(id) FROM shows")
    if not project.is_sqlite:
        assert [("public.shows_id_seq",)] == project.rows(
            "SELECT pg_get_serial_sequence('shows', 'id')"
        )
        names = project.rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        )
        names += project.rows("SELECT conname FROM pg_constraint WHERE contype <> 'n'")
        assert not [name for (name,) in names if "gigs" in name or "title" in name]
    project.run("downgrade", "--yes")
    assert [("walk",)] == project.rows("SELECT title FROM gigs WHERE id = 1")
