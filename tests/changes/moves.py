"""Values that move between tables and columns in one revision, and where they are found then."""

from __future__ import annotations

from dataclasses import dataclass

from tests.models_project import TITLE, model

Rows = list[tuple[object, ...]]


def key_of(table: str) -> str:
    return f'mapped_column(sa.ForeignKey("{table}.id"))'


@dataclass(frozen=True)
class Move:
    """A change of models, what is said of its rows, and what they are before and afterwards."""

    name: str
    before: str
    after: str
    inserts: tuple[str, ...]
    flags: tuple[str, ...]
    then: tuple[str, Rows]
    back: tuple[str, Rows] | None = None
    again: bool = True


GIGS = model("gigs", TITLE, "venue: Mapped[str | None]")
VENUES = model("venues", "name: Mapped[str] = mapped_column(unique=True)")
TWO = "INSERT INTO gigs (id, title) VALUES (1, 'a'), (2, 'b')"
THREE = (
    "INSERT INTO gigs (id, title, venue) VALUES"
    " (1, 'a', 'Attic'), (2, 'b', 'It''s 100% :x'), (3, 'c', 'Attic')"
)
LOOKUP = "gigs.venue_id=(SELECT v.id FROM venues v WHERE v.name = venue)"

MOVES = [
    Move(
        "a string becomes a reference to a new table",
        GIGS,
        VENUES + model("gigs", TITLE, f"venue_id: Mapped[int] = {key_of('venues')}"),
        (THREE,),
        (
            *("--fill-table", "venues=SELECT DISTINCT venue AS name FROM gigs"),
            *("--fill", LOOKUP),
        ),
        (
            "SELECT g.id, v.name FROM gigs g JOIN venues v ON v.id = g.venue_id ORDER BY g.id",
            [(1, "Attic"), (2, "It's 100% :x"), (3, "Attic")],
        ),
        (
            "SELECT id, venue FROM gigs ORDER BY id",
            [(1, "Attic"), (2, "It's 100% :x"), (3, "Attic")],
        ),
    ),
    Move(
        "a string becomes a reference while the table gets another name",
        GIGS,
        VENUES
        + model("shows", "name: Mapped[str]", f"venue_id: Mapped[int | None] = {key_of('venues')}"),
        (THREE,),
        (
            *("--rename", "gigs=shows", "--rename", "gigs.title=name"),
            *("--fill-table", "venues=SELECT DISTINCT g.venue AS name FROM gigs g"),
            *("--fill", "shows.venue_id=(SELECT v.id FROM venues v WHERE v.name = gigs.venue)"),
        ),
        (
            "SELECT g.name, v.name FROM shows g JOIN venues v ON v.id = g.venue_id ORDER BY g.id",
            [("a", "Attic"), ("b", "It's 100% :x"), ("c", "Attic")],
        ),
        ("SELECT title, venue FROM gigs WHERE id = 2", [("b", "It's 100% :x")]),
    ),
    Move(
        "a table is split in two, each row with its key",
        model("gigs", TITLE, "bio: Mapped[str]"),
        model("gigs", TITLE) + "\n\nclass Detail(Base):\n    __tablename__ = 'details'\n"
        '    gig_id: Mapped[int] = mapped_column(sa.ForeignKey("gigs.id"), primary_key=True)\n'
        "    bio: Mapped[str]\n    stars: Mapped[int] = mapped_column(default=3)\n"
        "    shown: Mapped[bool] = mapped_column(default=True)\n",
        ("INSERT INTO gigs (id, title, bio) VALUES (1, 'a', 'x'), (2, 'b', 'y')",),
        ("--fill-table", "details=SELECT id AS gig_id, bio FROM gigs;"),
        (
            "SELECT gig_id, bio, stars FROM details WHERE shown ORDER BY gig_id",
            [(1, "x", 3), (2, "y", 3)],
        ),
        ("SELECT id, bio FROM gigs ORDER BY id", [(1, "x"), (2, "y")]),
    ),
    Move(
        "a table is split in two, and its key goes on counting",
        model("gigs", TITLE, "bio: Mapped[str]"),
        model("gigs", TITLE) + model("bios", "bio: Mapped[str]"),
        ("INSERT INTO gigs (id, title, bio) VALUES (7, 'a', 'x'), (9, 'b', 'y')",),
        ("--fill-table", "bios=SELECT id, bio FROM gigs"),
        ("INSERT INTO bios (bio) VALUES ('z') RETURNING id", [(10,)]),
        again=False,
    ),
    Move(
        "two tables become one",
        model("gigs", TITLE) + model("talks", TITLE, "room: Mapped[int]"),
        model("gigs", TITLE, "kind: Mapped[str]", "room: Mapped[int | None]"),
        (TWO, "INSERT INTO talks (id, title, room) VALUES (1, 'c', 5)"),
        (
            *("--fill-table", "gigs=SELECT title, room, 'talk' AS kind FROM talks"),
            *("--fill", "gigs.kind='gig'"),
        ),
        (
            "SELECT title, kind, room FROM gigs ORDER BY title",
            [("a", "gig", None), ("b", "gig", None), ("c", "talk", 5)],
        ),
        again=False,
    ),
    Move(
        "columns move to the table that refers",
        model("gigs", TITLE, "bio: Mapped[str]")
        + model("seats", f"gig_id: Mapped[int] = {key_of('gigs')}"),
        model("gigs", TITLE)
        + model("seats", f"gig_id: Mapped[int] = {key_of('gigs')}", "bio: Mapped[str]"),
        (
            "INSERT INTO gigs (id, title, bio) VALUES (1, 'a', 'x'), (2, 'b', 'y')",
            "INSERT INTO seats (id, gig_id) VALUES (1, 2), (2, 1), (3, 1)",
        ),
        ("--fill", "seats.bio=(SELECT gigs.bio FROM gigs WHERE gigs.id = seats.gig_id)"),
        ("SELECT id, bio FROM seats ORDER BY id", [(1, "y"), (2, "x"), (3, "x")]),
        ("SELECT id, bio FROM gigs ORDER BY id", [(1, "x"), (2, "y")]),
    ),
    Move(
        "a column moves to the table that is referred to",
        model("gigs", TITLE)
        + model("seats", f"gig_id: Mapped[int] = {key_of('gigs')}", "n: Mapped[int]"),
        model("gigs", TITLE, "n: Mapped[int]")
        + model("seats", f"gig_id: Mapped[int] = {key_of('gigs')}"),
        (TWO, "INSERT INTO seats (id, gig_id, n) VALUES (1, 2, 4), (2, 1, 5), (3, 1, 6)"),
        ("--fill", "gigs.n=(SELECT sum(s.n) FROM seats s WHERE s.gig_id = gigs.id)"),
        ("SELECT id, n FROM gigs ORDER BY id", [(1, 11), (2, 4)]),
        again=False,
    ),
    Move(
        "two columns become one, which a third is made of",
        model("gigs", "first: Mapped[str]", "last: Mapped[str]"),
        model("gigs", "a_slug: Mapped[str]", "full_name: Mapped[str]"),
        ("INSERT INTO gigs (id, first, last) VALUES (1, 'Ada', 'O''Hara')",),
        (
            *("--fill", "gigs.a_slug=lower(full_name) || '-%:x'", "--no-rename"),
            *("--fill", "gigs.full_name=first || ' ' || last"),
        ),
        ("SELECT full_name, a_slug FROM gigs", [("Ada O'Hara", "ada o'hara-%:x")]),
        again=False,
    ),
    Move(
        "a reference becomes an association",
        VENUES + model("gigs", TITLE, f"venue_id: Mapped[int | None] = {key_of('venues')}"),
        VENUES + model("gigs", TITLE) + '\n\nplaces = sa.Table("places", Base.metadata,\n'
        '    sa.Column("gig_id", sa.ForeignKey("gigs.id"), primary_key=True),\n'
        '    sa.Column("venue_id", sa.ForeignKey("venues.id"), primary_key=True),\n'
        '    sa.Column("rank", sa.Integer, nullable=False, server_default="1"))\n',
        (
            "INSERT INTO venues (id, name) VALUES (5, 'x')",
            "INSERT INTO gigs (id, title, venue_id) VALUES (1, 'a', 5), (2, 'b', NULL)",
        ),
        (
            "--fill-table",
            (
                "places=WITH known AS (SELECT * FROM gigs WHERE venue_id IS NOT NULL) "
                "SELECT id AS gig_id, venue_id FROM known"
            ),
        ),
        ("SELECT gig_id, venue_id, rank FROM places", [(1, 5, 1)]),
        again=False,
    ),
    Move(
        "an association gets a key and a column",
        model("gigs", TITLE)
        + '\n\ntags = sa.Table("tags", Base.metadata, sa.Column("name", sa.String(9), '
        'primary_key=True), sa.Column("gig_id", sa.ForeignKey("gigs.id"), primary_key=True))\n',
        model("gigs", TITLE)
        + model(
            "tags",
            "name: Mapped[str] = mapped_column(sa.String(9))",
            f"gig_id: Mapped[int] = {key_of('gigs')}",
            "title: Mapped[str]",
        ),
        (TWO, "INSERT INTO tags (name, gig_id) VALUES ('x', 1), ('x', 2), ('y', 2)"),
        ("--fill", "tags.title=name || (SELECT g.title FROM gigs g WHERE g.id = gig_id)"),
        ("SELECT id, title FROM tags ORDER BY title", [(1, "xa"), (2, "xb"), (3, "yb")]),
    ),
    Move(
        "a lookup table is filled from two columns of a table that goes",
        model("gigs", TITLE) + model("talks", "home: Mapped[str]", "away: Mapped[str | None]"),
        model("gigs", TITLE) + VENUES,
        (TWO, "INSERT INTO talks (home, away) VALUES ('x', 'y'), ('y', NULL)"),
        (
            *("--no-rename", "--fill-table"),
            "venues=SELECT home AS name FROM talks UNION SELECT away FROM talks WHERE away > ''",
        ),
        ("SELECT name FROM venues ORDER BY name", [("x",), ("y",)]),
        again=False,
    ),
    Move(
        "a reference becomes the text that it stands for, and two tables do without the lookup",
        model("venues", "name: Mapped[str]", "size: Mapped[int]")
        + model("gigs", TITLE, f"venue_id: Mapped[int] = {key_of('venues')}")
        + model("talks", f"venue_id: Mapped[int | None] = {key_of('venues')}"),
        model("gigs", TITLE, "venue: Mapped[str]") + model("talks", "venue: Mapped[str | None]"),
        (
            "INSERT INTO venues (id, name, size) VALUES (5, 'x', 9), (6, 'y''s 5%:z', 8)",
            "INSERT INTO gigs (id, title, venue_id) VALUES (1, 'a', 5), (2, 'b', 6), (3, 'c', 5)",
            "INSERT INTO talks (id, venue_id) VALUES (1, 6), (2, NULL)",
        ),
        (
            *("--no-rename", "--fill"),
            "gigs.venue=(SELECT v.name FROM venues v WHERE v.id = venue_id)",
            *("--fill", "talks.venue=(SELECT name FROM venues WHERE venues.id = talks.venue_id)"),
        ),
        (
            (
                "SELECT title, venue FROM gigs UNION "
                "SELECT 'talk', coalesce(venue, '') FROM talks ORDER BY 1, 2"
            ),
            [("a", "x"), ("b", "y's 5%:z"), ("c", "x"), ("talk", ""), ("talk", "y's 5%:z")],
        ),
        (
            (
                "SELECT g.title, v.name, t.id FROM gigs g JOIN venues v ON v.id = g.venue_id "
                "LEFT JOIN talks t ON t.venue_id = v.id ORDER BY g.id"
            ),
            [("a", "x", None), ("b", "y's 5%:z", 1), ("c", "x", None)],
        ),
        again=False,
    ),
    Move(
        "a reference by its own text does without the lookup",
        "\n\nclass State(Base):\n    __tablename__ = 'states'\n"
        "    code: Mapped[str] = mapped_column(primary_key=True)\n    hint: Mapped[str | None]\n"
        + model("gigs", 'state: Mapped[str] = mapped_column(sa.ForeignKey("states.code"))')
        + model("talks", 'state: Mapped[str | None] = mapped_column(sa.ForeignKey("states.code"))'),
        model("gigs", "state: Mapped[str]") + model("talks", "state: Mapped[str | None]"),
        (
            "INSERT INTO states (code) VALUES ('on'), ('off'), ('open')",
            "INSERT INTO gigs (state) VALUES ('on'), ('off'), ('on')",
            "INSERT INTO talks (state) VALUES ('off'), (NULL)",
        ),
        ("--no-rename", "--allow-drops"),
        ("SELECT state FROM gigs ORDER BY state", [("off",), ("on",), ("on",)]),
        ("SELECT code FROM states ORDER BY code", [("off",), ("on",)]),
    ),
    Move(
        "rows go to a table with an enum that is another type",
        model("gigs", TITLE, 'mood: Mapped[str] = mapped_column(sa.Enum("x", "y", name="mood"))'),
        model("gigs", TITLE, 'mood: Mapped[str] = mapped_column(sa.Enum("x", "y", name="mood"))')
        + model(
            "moods",
            'is_a: Mapped[str] = mapped_column(sa.Enum("x", "y", name="kind"))',
            "n: Mapped[int] = mapped_column(default=3)",
        ),
        ("INSERT INTO gigs (title, mood) VALUES ('a', 'x'), ('b', 'y'), ('c', 'x')",),
        ("--fill-table", "moods=SELECT DISTINCT mood AS is_a FROM gigs"),
        ("SELECT is_a, n FROM moods ORDER BY is_a", [("x", 3), ("y", 3)]),
    ),
    Move(
        "a lookup table becomes an enum",
        VENUES + model("gigs", TITLE, f"venue_id: Mapped[int] = {key_of('venues')}"),
        model("gigs", TITLE, 'venue: Mapped[str] = mapped_column(sa.Enum("x", "y", name="place"))'),
        (
            "INSERT INTO venues (id, name) VALUES (5, 'x'), (6, 'y')",
            "INSERT INTO gigs (id, title, venue_id) VALUES (1, 'a', 5), (2, 'b', 6), (3, 'c', 5)",
        ),
        (
            *("--no-rename", "--fill"),
            "gigs.venue=(SELECT v.name FROM venues v WHERE v.id = venue_id)",
        ),
        ("SELECT id, venue FROM gigs ORDER BY id", [(1, "x"), (2, "y"), (3, "x")]),
        (
            "SELECT g.id, v.name FROM gigs g JOIN venues v ON v.id = g.venue_id ORDER BY g.id",
            [(1, "x"), (2, "y"), (3, "x")],
        ),
    ),
    Move(
        "a text becomes a reference under its own name",
        GIGS,
        VENUES + model("gigs", TITLE, f"venue: Mapped[int | None] = {key_of('venues')}"),
        (THREE,),
        (
            *("--fill-table", "venues=SELECT DISTINCT venue AS name FROM gigs"),
            *("--fill", "gigs.venue=(SELECT v.id FROM venues v WHERE v.name = venue)"),
        ),
        (
            "SELECT g.id, v.name FROM gigs g JOIN venues v ON v.id = g.venue ORDER BY g.id",
            [(1, "Attic"), (2, "It's 100% :x"), (3, "Attic")],
        ),
        (
            "SELECT id, venue FROM gigs ORDER BY id",
            [(1, "Attic"), (2, "It's 100% :x"), (3, "Attic")],
        ),
    ),
    Move(
        "a reference becomes a text under its own name",
        VENUES + model("gigs", TITLE, f"venue: Mapped[int] = {key_of('venues')}"),
        model("gigs", TITLE, "venue: Mapped[str]"),
        (
            "INSERT INTO venues (id, name) VALUES (5, 'x'), (6, 'y')",
            "INSERT INTO gigs (id, title, venue) VALUES (1, 'a', 6), (2, 'b', 5)",
        ),
        (
            *("--no-rename", "--fill"),
            "gigs.venue=(SELECT v.name FROM venues v WHERE v.id = gigs.venue)",
        ),
        ("SELECT id, venue FROM gigs ORDER BY id", [(1, "y"), (2, "x")]),
        (
            "SELECT g.id, v.name FROM gigs g JOIN venues v ON v.id = g.venue ORDER BY g.id",
            [(1, "y"), (2, "x")],
        ),
    ),
]
