r"""Every character arrives as it is, wherever models have a text: \ : % ' " { } and others."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model
from tests.selection import rarely

ODD = "a\\b\\: :c %s 100%% %(x)s 'q' \"d\" {0} {{x}} $1 $$ \t ;-- /* \n Ä 😀"
ROW = "INSERT INTO gigs (title) VALUES ('walk')"

DECLARED = {
    "a default": f"v: Mapped[str] = mapped_column(default={ODD!r})",
    "a server_default": f"v: Mapped[str] = mapped_column(server_default={ODD!r})",
    "a list": f"v: Mapped[list[str]] = mapped_column(ListOf(sa.String), default=[{ODD!r}])",
    "a JSON document": f"v: Mapped[dict] = mapped_column(sa.JSON, default={{{ODD!r}: {ODD!r}}})",
    "an enum": f"v: Mapped[str] = mapped_column(sa.Enum({ODD[:60]!r}, 'x', name='odd'), "
    f"default={ODD[:60]!r})",
}


@pytest.mark.parametrize("what", rarely(list(DECLARED), "a default"))
def test_what_rows_get_holds_every_character(project: ModelsProject, what: str) -> None:
    project.begin(model("gigs", TITLE), ROW)
    project.change(model("gigs", TITLE, DECLARED[what]))
    project.run("upgrade")
    project.run("check")
    ((found,),) = project.rows("SELECT v FROM gigs")
    if what.startswith(("a default", "a server", "an enum")):
        assert found == (ODD[:60] if what == "an enum" else ODD)
    else:
        assert "😀" in str(found) or "\\ud83d" in str(found)
    project.run("downgrade", "--yes")
    project.run("upgrade")


@pytest.mark.parametrize("what", rarely(["comment", "check", "default"], "check"))
def test_what_a_database_keeps_holds_every_character(project: ModelsProject, what: str) -> None:
    text = ODD.replace("'", "''")
    lines = {
        "comment": f"v = mapped_column(sa.Text, comment={ODD!r})",
        "check": f"v = mapped_column(sa.Text, sa.CheckConstraint(sa.text({_escaped(text)!r}), "
        "name='odd'))",
        "default": f"v = mapped_column(sa.Text, server_default={ODD!r})",
    }
    project.begin(model("gigs", TITLE, "v = mapped_column(sa.Text)"), ROW)
    project.change(model("gigs", TITLE, lines[what]))
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    project.run("upgrade")


def _escaped(text: str) -> str:
    r"""Return a check of `sa.text`, in which `\:` is a colon."""
    colons = text.replace("\\:", "\\\\:").replace(" :c", " \\:c")
    return f"v <> '{colons}'"


def test_a_fill_and_a_guard_hold_every_character(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE), ROW)
    sql = "'" + ODD.replace("'", "''").strip() + "'"
    after = model("gigs", TITLE, "v: Mapped[str] = mapped_column(sa.Text)")
    project.change(after, "--fill", f"gigs.v={sql}")
    project.run("upgrade")
    assert [(ODD,)] == project.rows("SELECT v FROM gigs")
