"""Revisions whose id is no plain text, and such as say two things of themselves."""

from __future__ import annotations

import pytest

from tests.faults.broken import revision
from tests.faults.harm import refused
from tests.project_folder import ProjectFolder

THIRD = "alembic/versions/3_third.py"
TABLE = 'op.create_table("third", sa.Column("id", sa.Integer))', 'op.drop_table("third")'
PLAIN = revision("c3", "abc222", *TABLE)
COMPUTED = {
    "a function of the file": (
        "revision = 'c3'",
        "def make():\n    return 'c3'\nrevision = make()",
    ),
    "a call": ("down_revision = 'abc222'", "down_revision = str('abc222')"),
    "a list that is put together": (
        "down_revision = 'abc222'",
        "down_revision = [id_ for id_ in ('abc222',)]",
    ),
    "a name that a loop binds": ("revision = 'c3'", "for revision in ['c1', 'c3']:\n    pass"),
    "what another module says": ("revision = 'c3'", "from ids import THIRD as revision"),
}
LIES = {
    "another id": "globals()['revision'] = 'd4'",
    "another parent": "globals()['down_revision'] = 'abc111'",
    "no id": "del globals()['revision']",
    "another id by a function": "def late():\n    globals().update(revision='d4')\nlate()",
}


@pytest.mark.parametrize("name", COMPUTED)
def test_what_python_says_of_an_id_counts(on_both: ProjectFolder, name: str) -> None:
    old, new = COMPUTED[name]
    assert old in PLAIN
    on_both.write("ids.py", "THIRD = 'c3'\n")
    on_both.write(THIRD, PLAIN.replace(old, new))

    shown = on_both.run("status").out
    assert "The database is behind: 1 revision is pending." == shown.splitlines()[0]
    assert f"{THIRD} was imported: its revision is no plain text" in shown
    assert ["c3", "abc222", "abc111"] == [
        item["id"] for item in on_both.run("history", "--json").json()["revisions"]
    ]
    assert "+ third (id)" in on_both.run("upgrade", "--plan").out
    assert "CREATE TABLE third" in on_both.run("upgrade", "--sql").out
    on_both.run("upgrade")
    assert ["c3"] == on_both.run("current", "--json").json()["current"]
    on_both.run("downgrade", "--yes")
    assert ["abc222"] == on_both.run("current", "--json").json()["current"]


def test_a_header_of_plain_text_is_not_remarked_on(project: ProjectFolder) -> None:
    project.write(THIRD, PLAIN)
    assert "imported" not in project.run("status").out


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_file_that_says_something_else_when_it_is_imported_is_refused_before_anything_runs(
    on_both: ProjectFolder, lie: str
) -> None:
    on_both.write(THIRD, PLAIN)
    # The file before it is in order, and is not run either.
    on_both.write("alembic/versions/4_fourth.py", f"{revision('d5', 'c3')}\n{lie}\n")
    shown = on_both.run("status").out
    assert "2 revisions are pending" in shown
    assert (
        "4_fourth.py says of itself that it is revision d5, and something else when Python "
        "imports it. Nothing was changed.\n"
        "Write revision and down_revision as plain text, and change them nowhere else.\n"
    ) == refused(on_both, "upgrade", code=1)
