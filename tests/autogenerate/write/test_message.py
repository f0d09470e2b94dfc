"""What was typed as the message stands in the file, which always parses, and in what verbs show."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import alembic
import pytest
from alembic.config import Config
from alembic.util import template_to_file
from hypothesis import given

from dbtasks.autogenerate.write.message import in_docstring
from tests.autogenerate.write.revision_writer import RevisionWriter
from tests.autogenerate.write.test_strings import STRINGS
from tests.changes.examples import tries
from tests.models_project import TITLE, ModelsProject, model

HARD = {
    'say """hi"""': "_say_hi.py",
    "back\\slash\\": "_back_slash.py",
    'she said "no"': "_she_said_no.py",
    '"': "_.py",
    "\\": "_.py",
    '\\"': "_.py",
    '"""" a': "_a.py",
    "a\x00b": "_a_b.py",
    "\u202eright to left\u202c": "_right_to_left.py",
    "half \ud800 a pair": "_half_a_pair.py",
    "\\n ${message} %s {x} \\N{DASH}": "_n_message_s_x_n_dash.py",
    "müßig 音楽 🎸": "_müßig_音楽.py",
}
"""Messages, and how the names of their files end."""
TEMPLATES = sorted((Path(alembic.__file__).parent / "templates").glob("*/script.py.mako"))


def docstring_of(text: str) -> str:
    """Return the docstring of a module."""
    docstring = ast.get_docstring(ast.parse(text), clean=False)
    assert docstring is not None
    return docstring


def message_in(text: str) -> str:
    """Return the first line of the docstring of a module."""
    return docstring_of(text).partition("\n")[0]


def messages(project: ModelsProject) -> list[str]:
    """Return what `history` tells of each revision, the newest first."""
    return [item["message"] for item in project.run("history", "--json").json()["revisions"]]


def test_verbs_show_what_was_typed(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE))
    for message, end in HARD.items():
        written = on_sqlite.run("migrate", message, "--empty").out.splitlines()[0]
        assert written.endswith(end)
    assert [*reversed(HARD), "initial"] == messages(on_sqlite)
    on_sqlite.run("upgrade")
    assert "Up to date.\n" in on_sqlite.run("status").out
    assert 'say """hi"""\n' in on_sqlite.run("history").out
    assert "message   müßig 音楽 🎸\n" in on_sqlite.run("show", "head").out


def test_a_revision_from_the_models_and_one_that_joins_have_it_too(
    on_sqlite: ModelsProject,
) -> None:
    on_sqlite.begin(model("gigs", TITLE))
    base = on_sqlite.run("current").out.split()[0]
    on_sqlite.models(model("gigs", TITLE, "seats: Mapped[int | None]"))
    on_sqlite.run("migrate", 'seats "as is"')
    [path] = on_sqlite.root.glob("alembic/versions/*seats_as_is.py")
    head = message_in(path.read_text(encoding="utf-8"))
    assert 'seats "as is"' == head
    other = path.read_text(encoding="utf-8").replace(path.name.split("_")[2], "abcabcabcabc")
    on_sqlite.write("alembic/versions/other.py", other)
    assert base in other
    on_sqlite.run("merge", "both\\")
    assert ["both\\", 'seats "as is"', 'seats "as is"', "initial"] == messages(on_sqlite)


def test_plain_alembic_writes_it_too(writer: RevisionWriter) -> None:
    for message in HARD:
        assert message == message_in(writer.write(message=message))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.parent.name)
@given(message=STRINGS)
@tries(15)
def test_a_template_of_alembic_parses_with_any_message(
    tmp_path: Path, template: Path, message: str
) -> None:
    config = Config()
    config.set_main_option("databases", "one, two")
    given = dict.fromkeys(("imports", "branch_labels", "depends_on", "upgrades", "downgrades"))
    ids = {"up_revision": "b", "down_revision": "a", "create_date": "today", "comma": str}
    written = {**given, **ids, "config": config, "message": in_docstring(message)}
    template_to_file(template, tmp_path / "revision.py", "utf-8", **written)
    docstring = docstring_of((tmp_path / "revision.py").read_text(encoding="utf-8"))
    assert docstring.startswith(f"{message}\n\nRevision ID: b\n")


@given(message=STRINGS)
@tries(200)
def test_a_docstring_may_end_right_behind_the_message(message: str) -> None:
    assert message == ast.literal_eval(f'"""{in_docstring(message)!s}"""')


def test_a_hook_of_env_py_sees_what_was_typed_and_may_change_it(writer: RevisionWriter) -> None:
    def hook(_context: object, _revision: object, directives: Any) -> None:
        assert 'ticket "7' == directives[0].message
        directives[0].message += '"'

    text = writer.write(message=in_docstring('ticket "7'), process_revision_directives=hook)
    assert 'ticket "7"' == message_in(text)


def test_a_message_may_be_handed_over_twice() -> None:
    assert "a\\\\" == str(in_docstring(in_docstring("a\\")))
