"""Each way in which models and database can differ: planned, carried out, followed, taken back.

Who adds a kind of difference gives an example of it here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import isabstract

import pytest

from dbtasks.schema import difference as d
from dbtasks.schema.difference import Difference
from tests.models_project import TITLE, ModelsProject, model

STATE = "\n\nclass S(enum.Enum):\n    open = 1\n    shut = 2\n"
HAS_STATE = model("gigs", TITLE, "state: Mapped[S | None]")
LONGER_STATE = STATE.replace("shut = 2", "shut = 2\n    held = 3")
OTHER_STATE = STATE.replace("shut", "closed")
AGE = "age: Mapped[int | None] = mapped_column(pg.DOMAIN('age', sa.Integer(), {}))"


def checked(name: str) -> str:
    return model("gigs", TITLE, args=f"sa.CheckConstraint(\"title <> ''\", name='{name}')")


@dataclass(frozen=True)
class Example:
    """Models before and after. `line` is in what a person is told; `words` are answers."""

    before: str
    after: str
    line: str
    words: tuple[str, ...] = ()
    on: frozenset[str] = field(default=frozenset({"sqlite", "postgresql"}))


OTHER_OPTIONS = "{'sqlite_with_rowid': False, 'postgresql_partition_by': 'RANGE (id)'}"
ONLY_POSTGRESQL = frozenset({"postgresql"})
PLAIN = model("gigs", TITLE)
EXAMPLES: dict[type[Difference], Example] = {
    d.TableAdded: Example(PLAIN, PLAIN + model("acts", TITLE), "+ acts (id, title)"),
    d.TableDropped: Example(PLAIN + model("acts"), PLAIN, "- acts (table)"),
    d.TableRenamed: Example(
        PLAIN, model("shows", TITLE), "~ gigs renamed to shows", ("--rename", "gigs=shows")
    ),
    d.ColumnAdded: Example(
        PLAIN, model("gigs", TITLE, "fee: Mapped[int | None]"), "+ gigs.fee integer"
    ),
    d.ColumnDropped: Example(model("gigs", TITLE, "fee: Mapped[int | None]"), PLAIN, "- gigs.fee"),
    d.ColumnRenamed: Example(
        PLAIN,
        model("gigs", TITLE.replace("title", "name")),
        "~ gigs.title renamed to name",
        ("--rename", "gigs.title=name"),
    ),
    d.ColumnChanged: Example(
        PLAIN, model("gigs", TITLE.replace("80", "90")), "~ gigs.title VARCHAR(80) -> VARCHAR(90)"
    ),
    d.ConstraintAdded: Example(PLAIN, checked("said"), "+ check ck_gigs_said on gigs"),
    d.ConstraintDropped: Example(checked("said"), PLAIN, "- check ck_gigs_said on gigs"),
    d.ConstraintRenamed: Example(
        checked("said"),
        checked("told"),
        "~ check ck_gigs_said on gigs renamed to ck_gigs_told",
    ),
    d.IndexAdded: Example(
        PLAIN, model("gigs", TITLE[:-1] + ", index=True)"), "+ index ix_gigs_title on gigs"
    ),
    d.IndexDropped: Example(
        model("gigs", TITLE[:-1] + ", index=True)"), PLAIN, "- index ix_gigs_title on gigs"
    ),
    d.IndexRenamed: Example(
        model("gigs", TITLE, args="sa.Index('one', 'title')"),
        model("gigs", TITLE, args="sa.Index('two', 'title')"),
        "renamed to two",
    ),
    d.TableCommentChanged: Example(
        PLAIN, model("gigs", TITLE, args="{'comment': 'evenings'}"), "~ gigs comment 'evenings'"
    ),
    d.TableOptionsChanged: Example(
        PLAIN,
        model("gigs", TITLE, args=OTHER_OPTIONS),
        "gigs",
    ),
    d.EnumAdded: Example(PLAIN, STATE + HAS_STATE, "+ enum s (open, shut)"),
    d.EnumDropped: Example(STATE + HAS_STATE, PLAIN, "- enum s"),
    d.EnumChanged: Example(STATE + HAS_STATE, LONGER_STATE + HAS_STATE, "+ enum s value 'held'"),
    d.EnumValueRenamed: Example(
        STATE + HAS_STATE,
        OTHER_STATE + HAS_STATE,
        "~ enum s value 'shut' renamed to 'closed'",
        ("--rename", "s.shut=closed"),
    ),
    d.DomainChanged: Example(
        PLAIN, model("gigs", TITLE, AGE.format("")), "+ domain age integer", (), ONLY_POSTGRESQL
    ),
}
REFUSED = {d.TableOptionsChanged}
"""What a person has to do by hand, as the refusal says."""
EVERYDAY = {d.ColumnChanged, d.EnumChanged, d.DomainChanged}
"""What is tried on PostgreSQL in each run."""
ON_EACH_DATABASE = [
    pytest.param(kind, database, id=f"{kind.__name__}-{database}", marks=marks)
    for kind, example in EXAMPLES.items()
    for database in sorted(example.on)
    for marks in [() if database == "sqlite" or kind in EVERYDAY else pytest.mark.long]
    if kind not in REFUSED
]


def test_every_kind_has_an_example() -> None:
    kinds = {kind for kind in vars(d).values() if isinstance(kind, type)}
    ours = {kind for kind in kinds if issubclass(kind, Difference) and not isabstract(kind)}
    assert ours == set(EXAMPLES)


@pytest.mark.parametrize(("kind", "database_url"), ON_EACH_DATABASE, indirect=["database_url"])
def test_it_is_planned_carried_out_followed_and_taken_back(
    kind: type[Difference], project: ModelsProject
) -> None:
    example = EXAMPLES[kind]
    project.begin(example.before)
    project.execute("INSERT INTO gigs (id, title) VALUES (1, 'jazz')")
    written = project.change(example.after, *example.words)
    for text in (written.out, project.run("upgrade", "--plan").out):
        assert example.line in text.replace("INTEGER", "integer")
    project.run("upgrade")
    assert "Up to date." in project.run("status").out
    project.run("check")
    project.run("downgrade", "--yes")
    project.models(example.before)
    project.run("check")
    assert [(1, "jazz")] == project.rows("SELECT id, title FROM gigs")


@pytest.mark.parametrize("kind", list(REFUSED), ids=lambda kind: kind.__name__)
def test_it_is_refused(kind: type[Difference], project: ModelsProject) -> None:
    example = EXAMPLES[kind]
    project.begin(example.before)
    assert example.line in project.refused(example.after, code=1)
