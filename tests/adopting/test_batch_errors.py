"""A batch on what is not there: caught by the revision, or told as everything else is."""

from __future__ import annotations

import pytest

from tests.models_project import TITLE, ModelsProject, model
from tests.operations.test_by_hand import by_hand
from tests.states import state_of

CAUGHT = """
found = []
def attempt(errors, work, table="gigs"):
    try:
        with op.batch_alter_table(table) as batch:
            work(batch)
    except errors as error:
        found.append(str(error).partition("\\n")[0])
attempt(ValueError, lambda b: b.drop_constraint("no", type_="foreignkey"))
attempt(KeyError, lambda b: b.drop_column("no"))
attempt(KeyError, lambda b: b.alter_column("no", nullable=False))
attempt(sa.exc.OperationalError, lambda b: b.drop_index("no"))
attempt(sa.exc.NoSuchTableError, lambda b: b.drop_column("x"), "no")
op.execute("INSERT INTO gigs (title) VALUES (" + repr("; ".join(found).replace("'", "")) + ")")
"""
SAID = "No such constraint: no; no; no; (sqlite3.OperationalError) no such index: no; no"
UNCAUGHT = {
    'batch.drop_constraint("no")': "gigs has no constraint no.",
    'batch.drop_column("no")': "gigs has no column no.",
    'batch.drop_index("no")': "no such index: no",
    'batch.drop_column("title"); batch.drop_index("no")': "gigs has no index no.",
    "batch.drop_constraint(None)": "A constraint of gigs has no name to go by.",
}


def test_a_revision_catches_what_alembic_raises(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(model("gigs", TITLE))
    by_hand(on_sqlite, CAUGHT)
    on_sqlite.run("upgrade")
    assert [(SAID,)] == on_sqlite.rows("SELECT title FROM gigs")


@pytest.mark.parametrize("step", UNCAUGHT)
def test_what_no_revision_catches_is_a_message(on_sqlite: ModelsProject, step: str) -> None:
    on_sqlite.begin(model("gigs", TITLE))
    by_hand(on_sqlite, f'with op.batch_alter_table("gigs") as batch:\n    {step}')
    before = state_of(on_sqlite)
    said = on_sqlite.run("upgrade", code=1).err
    assert UNCAUGHT[step] in said
    assert "Traceback" not in said
    assert "Nothing was changed." in said
    assert before == state_of(on_sqlite)
