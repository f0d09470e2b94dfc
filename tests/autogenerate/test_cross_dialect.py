"""A history written on one database is applied, checked and taken back on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.models_project import PLAIN_PRELUDE, PRELUDE, TITLE, ModelsProject, model
from tests.servers import Server

Elsewhere = Callable[[ModelsProject], ModelsProject]

STATE = "\n\nclass S(enum.Enum):\n    open = 1\n    shut = 2\n"
STATE3 = STATE.replace("shut = 2", "shut = 2\n    held = 3")
REFERENCE = "Mapped[int] = mapped_column(sa.ForeignKey('{}'{}), unique=True)"
CASCADE = ", ondelete='CASCADE'"
BIG = "sa.BigInteger, "


def counting(table: str, type_: str = "") -> str:
    """Return a model with an identity for its key."""
    return model(table, TITLE).replace("(primary_key", f"({type_}sa.Identity(), primary_key")


CHAPTERS: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "enums": (
        [
            STATE + model("gigs", "state: Mapped[S] = mapped_column(server_default='open')"),
            STATE3 + model("gigs", "state: Mapped[S] = mapped_column(server_default='held')"),
            STATE3.replace("held", "kept")
            + model("gigs", "state: Mapped[S] = mapped_column(server_default='kept')"),
            STATE.replace("open", "kept")
            + model("gigs", "state: Mapped[S]")
            + model("bookings", "states: Mapped[list] = mapped_column(ListOf(sa.Enum(S)))"),
            model("gigs", "state: Mapped[str] = mapped_column(sa.String(9))"),
        ],
        ("--rename", "s.held=kept"),
    ),
    "comments": (
        [
            model("gigs", "title: Mapped[str] = mapped_column(sa.String(80), comment='a')"),
            model("gigs", 'title: Mapped[str] = mapped_column(sa.String(80), comment="it\'s b")'),
            model("gigs", TITLE, args="{'comment': 'all that is on'}").replace("},)", "})"),
            model("gigs", TITLE),
        ],
        (),
    ),
    "UUIDs": (
        [
            model("gigs", "key: Mapped[str] = mapped_column(sa.String(36))"),
            model("gigs", "key: Mapped[uuid.UUID]"),
            model("gigs", "key: Mapped[uuid.UUID]", "other: Mapped[uuid.UUID | None]"),
            model("gigs", "key: Mapped[str] = mapped_column(sa.String(36))"),
        ],
        (),
    ),
    "lists": (
        [
            model("gigs", TITLE),
            model("gigs", TITLE, "tags: Mapped[list] = mapped_column(ListOf(sa.String(9)))"),
            model("gigs", TITLE, "tags: Mapped[list] = mapped_column(ListOf(sa.Integer))"),
            model("gigs", TITLE, "tags: Mapped[list] = mapped_column(sa.JSON)"),
        ],
        (),
    ),
    "defaults": (
        [
            model("gigs", "is_new: Mapped[bool] = mapped_column(server_default=sa.true())"),
            model("gigs", "is_new: Mapped[bool] = mapped_column(server_default=sa.false())"),
            model(
                "gigs",
                "is_new: Mapped[bool]",
                "at: Mapped[dt.datetime] = mapped_column(server_default=sa.func.now())",
                "day: Mapped[dt.date] = mapped_column(default=dt.date(2026, 1, 2))",
                "data: Mapped[dict] = mapped_column(sa.JSON, default=dict)",
                "fee: Mapped[Decimal] = mapped_column(sa.Numeric(8, 2), server_default='1.50')",
            ),
        ],
        (),
    ),
    "keys": (
        [
            counting("gigs"),
            counting("gigs") + model("bookings", f"gig_id: {REFERENCE.format('gigs.id', '')}"),
            counting("gigs", BIG)
            + model("bookings", f"gig_id: {REFERENCE.format('gigs.id', CASCADE)}"),
            counting("shows", BIG)
            + model("bookings", f"show_id: {REFERENCE.format('shows.id', CASCADE)}"),
        ],
        ("--rename", "gigs=shows", "--rename", "bookings.gig_id=show_id"),
    ),
    "JSON": (
        [
            model("gigs", "data: Mapped[dict] = mapped_column(sa.JSON)"),
            model(
                "gigs",
                "data: Mapped[dict] = "
                "mapped_column(sa.JSON().with_variant(pg.JSONB(), 'postgresql'))",
            ),
            model("gigs", "data: Mapped[str] = mapped_column(sa.Text)"),
        ],
        (),
    ),
    "checks and computed columns": (
        [
            model("gigs", "fee: Mapped[int]"),
            model(
                "gigs",
                "fee: Mapped[int]",
                "twice: Mapped[int | None] = mapped_column(sa.Computed('fee * 2', persisted=True))",
                args="sa.CheckConstraint('fee >= 0', name='positive')",
            ),
            model(
                "gigs",
                "fee: Mapped[int]",
                "twice: Mapped[int | None] = mapped_column(sa.Computed('fee * 3', persisted=True))",
                args="sa.CheckConstraint('fee >= 1', name='positive'), "
                "sa.Index('ix_l', sa.text('abs(fee)'))",
            ),
            model("gigs", "fee: Mapped[int]"),
        ],
        (),
    ),
}


HISTORIES = [
    pytest.param(database, what, prelude, id=f"{database}-{what}-{names}", marks=marks)
    for names, prelude, chapters in (
        ("named", PRELUDE, tuple(CHAPTERS)),
        ("plain", PLAIN_PRELUDE, ("keys", "checks and computed columns")),
    )
    for what in chapters
    for database in ("sqlite", "postgresql")
    for marks in [() if (database == "sqlite") == (what != "lists") else pytest.mark.long]
]
"""Those that are long differ from one of everyday in the database that they are written on."""


@pytest.fixture
def elsewhere(server: Server, project: ModelsProject) -> Iterator[ModelsProject]:
    """The same project on the other database."""
    if not project.is_sqlite:
        yield replace(project, variables={"DATABASE_URL": "sqlite:///other.db"})
        return
    with server.database() as url:
        yield replace(project, variables={"DATABASE_URL": url})


@pytest.mark.parametrize(("database_url", "what", "prelude"), HISTORIES, indirect=["database_url"])
def test_a_history_means_the_same_on_the_other_database(
    project: ModelsProject, elsewhere: ModelsProject, what: str, prelude: str
) -> None:
    project.prelude = elsewhere.prelude = prelude
    chapters, renames = CHAPTERS[what]
    project.begin(chapters[0])
    for chapter in chapters[1:]:
        answers = known(renames, project, chapter)
        project.change(chapter, *answers, "--no-rename")
        project.run("upgrade")
        project.run("check")
    assert len(chapters) == len(project.revisions())

    elsewhere.run("init")
    elsewhere.run("check")
    assert "Up to date." in elsewhere.run("status").out
    elsewhere.run("downgrade", "base", "--yes")
    elsewhere.run("upgrade")
    elsewhere.run("check")
    assert "Nothing to do" in elsewhere.run("migrate", "change").out


def known(renames: tuple[str, ...], project: ModelsProject, chapter: str) -> tuple[str, ...]:
    """Return those renames that a chapter makes: their new names are in it, and not before."""
    before = (project.root / "models.py").read_text(encoding="utf-8")
    found: list[str] = []
    for flag, pair in zip(renames[::2], renames[1::2], strict=True):
        new = pair.partition("=")[2]
        if new in chapter and new not in before:
            found += [flag, pair]
    return tuple(found)
