"""EXCLUDE over expressions comes and goes on tables that are there, and in adopted databases."""

from __future__ import annotations

import pytest

from tests.models_project import PLAIN_PRELUDE, ModelsProject, model
from tests.selection import rarely

COLUMNS = ("room: Mapped[int]", "a: Mapped[dt.datetime]", "b: Mapped[dt.datetime]")
PLAIN = model("slots", *COLUMNS)
SPAN = "tsrange(a, b)"
ELEMENTS = {
    "a function": "(sa.func.tsrange(sa.column('a'), sa.column('b')), '&&')",
    "text": f"(sa.text('{SPAN}'), '&&')",
    "literal columns": "(sa.literal_column(\"tsrange(a, b, '[)')\"), '&&')",
    "a column beside a function": f"(sa.func.int4range(sa.column('room'), 9), '&&'), "
    f"(sa.text('{SPAN}'), '&&'), where=sa.text(\"room <> 5 AND room::text <> '(,'\")",
    "with its operators and its time": "(sa.func.tsrange(sa.column('a'), sa.column('b')), '&&'), "
    "deferrable=True, initially='DEFERRED'",
}


def excluding(elements: str, name: str = "name='no_overlap'") -> str:
    args = f"pg.ExcludeConstraint({elements}, using='gist', {name})"
    return model("slots", *COLUMNS, args=args)


@pytest.mark.parametrize("what", rarely(ELEMENTS, "a function", "text"))
def test_it_comes_goes_and_comes_back(on_postgresql: ModelsProject, what: str) -> None:
    project, models = on_postgresql, excluding(ELEMENTS[what])
    project.begin(PLAIN, "INSERT INTO slots VALUES (1, 1, '2026-01-01', '2026-01-03')")
    for after in (models, PLAIN):
        project.change(after)
        project.run("upgrade")
        project.run("check")
    project.run("downgrade", "--yes")
    project.models(models)
    project.run("check")
    with pytest.raises(Exception, match="no_overlap"):
        project.execute("INSERT INTO slots VALUES (2, 1, '2026-01-02', '2026-01-04')")


def test_one_without_a_name_comes_and_goes(on_postgresql: ModelsProject) -> None:
    project, models = on_postgresql, excluding(ELEMENTS["text"], "name=None")
    project.prelude = PLAIN_PRELUDE
    project.begin(PLAIN)
    project.change(models)
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "--yes")
    project.models(PLAIN)
    project.run("check")


ADOPTED = """
CREATE TABLE slots (id SERIAL PRIMARY KEY, room INTEGER NOT NULL, a TIMESTAMP NOT NULL,
    b TIMESTAMP NOT NULL,
    CONSTRAINT no_overlap EXCLUDE USING gist (int4range(room, room, '[]') WITH =,
        tsrange(a, b, '[)') range_ops WITH &&) WHERE (room <> 5 AND room::text <> '(,')
        DEFERRABLE INITIALLY DEFERRED)
"""


def test_an_adopted_one_is_written_and_taken_back(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.prelude = PLAIN_PRELUDE
    project.execute(ADOPTED)
    project.models(PLAIN)
    project.run("init", "--models", "models:Base", "--from-database")
    project.run("upgrade")
    project.run("check")
    assert [] == excludes(project)
    project.run("downgrade", "--yes")
    (made,) = excludes(project)
    assert "tsrange(a, b, '[)'::text) WITH &&" in made[0]
    assert "DEFERRABLE INITIALLY DEFERRED" in made[0]
    project.run("downgrade", "base", "--yes")
    project.run("upgrade", "+1")
    assert [made] == excludes(project)


def excludes(project: ModelsProject) -> list[tuple[str, ...]]:
    return project.rows("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'x'")
