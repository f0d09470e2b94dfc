"""The character NUL is refused in a sentence, on both databases: no text of PostgreSQL holds it."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model

WHY = "holds a NUL character, which PostgreSQL stores in no text"
DECLARED = [
    (r"v = mapped_column(sa.Text, server_default='a\0b')", "The server_default of gigs.v"),
    (r"v = mapped_column(sa.Text, comment='a\0b')", "The comment on gigs.v"),
    (r"v = mapped_column(sa.Enum('a\0b', 'c', name='v'))", "A value of the enum of gigs.v"),
]


def test_a_default_that_holds_one_is_refused_with_column_and_value(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('walk')")
    after = model("gigs", TITLE, r"v: Mapped[str] = mapped_column(default='a\0b')")
    said = project.refused(after, code=1)
    assert rf"gigs.v can't get 'a\x00b': that {WHY}. Nothing was written." in said


@pytest.mark.parametrize(("line", "what"), DECLARED)
def test_a_declaration_that_holds_one_is_refused(
    project: ModelsProject, line: str, what: str
) -> None:
    project.begin(model("gigs", TITLE))
    assert f"{what} {WHY}: 'a\\x00b'." in project.refused(model("gigs", TITLE, line), code=1)


WRITTEN_FOR_EACH = """
from sqlalchemy.ext.compiler import compiles

class Drawn(sa.sql.functions.FunctionElement):
    type = sa.Text()
    inherit_cache = True

@compiles(Drawn, "sqlite")
def _(element, compiler, **options):
    return "(hex(randomblob(4)))"

@compiles(Drawn, "postgresql")
def _(element, compiler, **options):
    return "md5(random()::text)"

"""


def test_a_default_that_only_a_database_has_words_for_is_built(project: ModelsProject) -> None:
    line = "v = mapped_column(sa.Text, server_default=Drawn())"
    project.begin(WRITTEN_FOR_EACH + model("gigs", TITLE))
    project.models(WRITTEN_FOR_EACH + model("gigs", TITLE, line))
    assert "+ gigs.v" in project.run("check", code=4).text
