"""Models that do not load, told by the user's own line."""

from __future__ import annotations

import pytest

from tests.faults.harm import append, refused, settled, write
from tests.project_folder import MODELS, ProjectFolder

MODELS_THAT_FAIL = {
    "a syntax error": (
        append("models.py", "    seats: int ="),
        "models.py, line 13: seats: int =: SyntaxError: invalid syntax",
    ),
    "a package that is not installed": (
        append("models.py", "import geoalchemy3"),
        (
            "models.py, line 13: import geoalchemy3: ModuleNotFoundError: No module named "
            "'geoalchemy3'"
        ),
    ),
    "a name that is not defined": (
        append("models.py", "    seats: Mapped[int] = nothing(1)"),
        (
            "models.py, line 13: seats: Mapped[int] = nothing(1): NameError: name 'nothing' is not "
            "defined"
        ),
    ),
    "an error in a module below": (
        lambda project: (
            project.write("parts/__init__.py", "from parts.seat import SEATS\n"),
            project.write("parts/seat.py", "SEATS = 1 / 0\n"),
            append("models.py", "import parts")(project),
        ),
        "parts/seat.py, line 1: SEATS = 1 / 0: ZeroDivisionError: division by zero",
    ),
    "an error when a class is made": (
        append("models.py", "class Seat(Base):\n    __tablename__ = 'seats'"),
        (
            "models.py, line 13: class Seat(Base):: ArgumentError: Mapper Mapper[Seat(seats)] "
            "could not assemble any primary key columns for mapped table 'seats'"
        ),
    ),
    "a name that the models lack": (
        write("alembic/env.py", "from dbtasks import run_migrations\nfrom models import Bass\n"),
        (
            "alembic/env.py, line 2: from models import Bass: ImportError: cannot import name "
            "'Bass' from 'models' ({root}/models.py)"
        ),
    ),
}


@pytest.mark.parametrize("name", MODELS_THAT_FAIL)
def test_models_that_do_not_load_are_told_by_the_users_own_line(
    project: ProjectFolder, name: str
) -> None:
    spoil, expected = MODELS_THAT_FAIL[name]
    spoil(project)
    said = refused(project, "status", code=1)
    assert said.startswith(f"The models can't be imported: {settled(expected, project)}")
    assert 2 == len(said.splitlines())


def test_no_verb_goes_on_without_the_models(project: ProjectFolder) -> None:
    append("models.py", "import geoalchemy3")(project)
    for words in (["migrate", "x"], ["reset", "--yes"], ["check"]):
        assert refused(project, *words, code=1).startswith("The models can't be imported: ")


def test_a_traceback_is_shown_to_whom_asks_for_it(project: ProjectFolder) -> None:
    append("models.py", "import geoalchemy3")(project)
    said = project.run("status", "--traceback", code=1).err
    assert "Traceback (most recent call last)" in said
    assert "ModuleNotFoundError: No module named 'geoalchemy3'" in said


def test_an_index_without_a_name_is_told_with_what_is_missing(project: ProjectFolder) -> None:
    project.write_models(MODELS.replace('"ix": "ix_%(column_0_label)s", ', ""))
    project.add_column("venue: Mapped[str | None] = mapped_column(index=True)")
    said = refused(project, "migrate", "find by venue", code=1)
    assert said.startswith("The index on gigs (venue) has no name: ")
    assert said.endswith('Add to it: "ix": "ix_%(column_0_label)s"\n')
