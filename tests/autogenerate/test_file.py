"""The file of a revision reads as if a careful person had written it, and works both ways."""

from __future__ import annotations

import pytest

from tests.models_project import PLAIN_PRELUDE, TITLE, ModelsProject, model

STATE = "\n\nclass S(enum.Enum):\n    open = 1\n    shut = 2\n"
EVERYTHING = (
    STATE
    + model(
        "gigs",
        TITLE,
        "key: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)",
        "at: Mapped[dt.datetime] = mapped_column(server_default=sa.func.now(), index=True)",
        'fee: Mapped[Decimal] = mapped_column(sa.Numeric(8, 2), comment="in the artist\'s money")',
        "twice: Mapped[int | None] = mapped_column(sa.Computed('id * 2', persisted=True))",
        "is_new: Mapped[bool] = mapped_column(server_default=sa.true())",
        "tags: Mapped[list[str]] = mapped_column(ListOf(sa.String(40)), default=list)",
        "notes: Mapped[dict] = mapped_column(sa.JSON().with_variant(pg.JSONB(), 'postgresql'))",
        "state: Mapped[S] = mapped_column(server_default='open')",
        args="sa.CheckConstraint(\"title <> ''\", name='title_is_said'), "
        "sa.Index('ix_lower', sa.text('lower(title)')), {'comment': \"What's \\\"on\\\"\"}",
    ).replace("},)", "})")
    + model(
        "bookings",
        "gig_id: Mapped[int] = mapped_column(sa.ForeignKey('gigs.id', ondelete='CASCADE'))",
        "phase: Mapped[S | None]",
    )
)
LATER = (
    STATE.replace("shut = 2", "shut = 2\n    held = 3")
    + model(
        "shows",
        TITLE.replace("80", "200"),
        "key: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)",
        "fee: Mapped[int]",
        "made: Mapped[dt.date] = mapped_column(default=dt.date(2026, 1, 2))",
        "owner: Mapped[uuid.UUID] = mapped_column(default=uuid.UUID(int=7))",
        "langs: Mapped[list[str]] = mapped_column(ListOf(sa.String(40)), default=list)",
        "is_new: Mapped[bool] = mapped_column(server_default=sa.false())",
        "tags: Mapped[list[str]] = mapped_column(ListOf(sa.String(40)), default=list)",
        "notes: Mapped[dict] = mapped_column(sa.JSON().with_variant(pg.JSONB(), 'postgresql'))",
        "state: Mapped[S] = mapped_column(server_default='held')",
    )
    + model(
        "bookings",
        "show_id: Mapped[int] = mapped_column(sa.ForeignKey('shows.id'))",
        "phase: Mapped[S] = mapped_column(default=S.open)",
    )
)
ROWS = (
    "INSERT INTO gigs (title, key, fee, tags, notes) VALUES ('walk', "
    "'00000000000000000000000000000001', 1.50, {tags}, '{{}}')"
)
RENAMES = ("--rename", "gigs=shows", "--rename", "bookings.gig_id=show_id")


@pytest.fixture(params=["with a naming convention", "without"])
def story(request: pytest.FixtureRequest, project: ModelsProject) -> ModelsProject:
    """A project whose two revisions use all that a revision may hold; the second is pending."""
    if request.param == "without":
        project.prelude = PLAIN_PRELUDE
    tags = "'[\"a\"]'" if project.is_sqlite else "'{a}'"
    project.begin(EVERYTHING, ROWS.format(tags=tags), "INSERT INTO bookings (gig_id) VALUES (1)")
    project.change(LATER, *RENAMES, "--no-rename")
    return project


@pytest.mark.slow
def test_nothing_of_it_needs_a_formatter_or_a_linter(story: ModelsProject) -> None:
    files = [str(path) for path in story.revisions()]
    assert 2 == len(files)
    style = ["--isolated", "--line-length", "100", "--target-version", "py311"]
    story.process(["ruff", "format", "--diff", *style, *files])
    style += ["--select=E,F,I,W,Q,UP,ISC", "--config=lint.isort.known-third-party=['alembic']"]
    story.process(["ruff", "check", *style, *files])


HARD_STRINGS = '\n\nCOMMENT = "first\\n\\n\\n\\n\\nsecond \\\\  \\n\\tit\'s \\"said\\""\n' + model(
    "gigs",
    "title: Mapped[str] = mapped_column(comment=COMMENT, server_default=sa.text(r\"' \\:x %'\"))",
    "order: Mapped[int]",
    "size: Mapped[int | None] = mapped_column(sa.Computed(r\"length(' \\:x')\"))",
    "kinds: Mapped[list[str]] = mapped_column(ListOf(sa.Enum('a\\\\b', '[c+(', name='kind')))",
    args='sa.CheckConstraint(\'id > 0\\n AND id <> "order"\', name="two_lines"), '
    "sa.CheckConstraint(r\"title <> ' \\:y'\", name='colon'), "
    "sa.Index('ix', 'title', sqlite_where=sa.text(r\"title > ' \\:z'\"), "
    "postgresql_where=sa.text(r\"title > ' \\:z'\")), {'comment': COMMENT}",
)


def test_strings_of_every_kind_reach_the_database(project: ModelsProject) -> None:
    project.begin(HARD_STRINGS)
    project.run("check")
    project.execute("INSERT INTO gigs (id, \"order\", kinds) VALUES (1, 2, '{}')")
    assert [(" :x %", 3)] == project.rows("SELECT title, size FROM gigs")
    project.change(HARD_STRINGS.replace("second", "third").replace(":y", ":Y"))
    for _ in range(2):
        project.run("upgrade")
        project.run("check")
        project.run("downgrade", "--yes")


DETAILS = model(
    "gigs",
    "a: Mapped[str] = mapped_column(sa.PickleType(impl=sa.LargeBinary(4)))",
    "b: Mapped[list] = mapped_column(sa.ARRAY(sa.Enum('a+(', 'b[|', name='e'))"
    ".with_variant(sa.JSON(), 'sqlite'))",
    "c: Mapped[dt.timedelta] = mapped_column(sa.Interval().with_variant(sa.Integer(), 'sqlite'))",
)
MORE_ON_POSTGRESQL = """\
    d: Mapped[str] = mapped_column(pg.DOMAIN('mail', sa.Text(), check=r"VALUE ~ '^(?\\:a|b)'"))
    e: Mapped[dt.datetime] = mapped_column(server_default=sa.func.pg_catalog.now())
    __table_args__ = (
        sa.PrimaryKeyConstraint('id', deferrable=True, postgresql_include=['a']),
    )
"""


def test_nothing_that_a_type_or_a_key_is_made_with_is_lost(project: ModelsProject) -> None:
    project.begin(DETAILS if project.is_sqlite else DETAILS + MORE_ON_POSTGRESQL)
    project.run("check")


def test_it_goes_up_and_down_and_up_with_rows(story: ModelsProject) -> None:
    for _ in range(2):
        story.run("upgrade")
        story.run("check")
        assert [(1,)] == story.rows(
            "SELECT count(*) FROM shows JOIN bookings ON show_id = shows.id"
        )
        story.run("downgrade", "--yes")
        assert [(1,)] == story.rows("SELECT count(*) FROM gigs JOIN bookings ON gig_id = gigs.id")


def test_a_line_of_comment_stands_where_rows_move(story: ModelsProject) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in story.revisions())
    lines = text.splitlines()
    filled = [number for number, line in enumerate(lines) if line.strip().startswith("op.fill(")]
    assert filled
    for number in filled:
        block = "\n".join(lines[max(0, number - 12) : number]).rpartition("\n\n")[2]
        assert "# " in block, block


REFERENCE = "parent_id: Mapped[int] = mapped_column(sa.ForeignKey('users.id'))"


def test_a_downgrade_that_can_not_return_says_why(project: ModelsProject) -> None:
    """The parents are gone with their table, so the children's column has nothing to refer to."""
    project.begin(
        model("users", TITLE) + model("gigs", TITLE, REFERENCE) + model("other", TITLE),
        "INSERT INTO users (title) VALUES ('Ada')",
        "INSERT INTO gigs (title, parent_id) VALUES ('walk', 1)",
    )
    written = project.change(model("gigs", TITLE) + model("other", TITLE))
    assert "op.refuse_rows(" in project.written(written).partition("def downgrade")[2]
    project.run("upgrade")
    said = project.run("downgrade", "--yes", code=1).err
    assert "gigs has rows, and what gigs.parent_id held is gone." in said
    assert "It was rolled back. Nothing was changed." in said
    assert [("walk",)] == project.rows("SELECT title FROM gigs")
    project.execute("DELETE FROM gigs")
    project.run("downgrade", "--yes")
    assert [] == project.rows("SELECT parent_id FROM gigs")


def test_a_downgrade_does_not_let_rows_refer_to_a_table_that_comes_back_empty(
    project: ModelsProject,
) -> None:
    parent = model("users", TITLE)
    project.begin(
        parent + model("gigs", TITLE, REFERENCE) + model("other", TITLE),
        "INSERT INTO users (title) VALUES ('Ada')",
        "INSERT INTO gigs (title, parent_id) VALUES ('walk', 1)",
    )
    project.change(model("gigs", TITLE, "parent_id: Mapped[int]") + model("other", TITLE))
    project.run("upgrade")
    said = project.run("downgrade", "--yes", code=1).err
    assert "gigs has rows, and users comes back empty, which parent_id refers to." in said
    assert [(1,)] == project.rows("SELECT parent_id FROM gigs")
    project.execute("DELETE FROM gigs")
    project.run("downgrade", "--yes")
    assert [] == project.rows("SELECT id FROM users")


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (model("gigs", TITLE.replace("80)", "80), unique=True")), "UNIQUE|duplicated"),
        (model("gigs", TITLE, args="sa.CheckConstraint('id > 1', name='c')"), "CHECK|violated"),
        (
            model("gigs", TITLE, "other: Mapped[int | None]").replace(
                "other: Mapped[int | None]",
                "other: Mapped[int] = mapped_column(sa.ForeignKey('gigs.id'), default=99)",
            ),
            "refer|violates",
        ),
    ],
)
def test_a_file_that_fails_its_trial_is_taken_away(
    project: ModelsProject, after: str, why: str
) -> None:
    project.begin(model("gigs", TITLE), "INSERT INTO gigs (title) VALUES ('walk'), ('walk')")
    said = project.refused(after, code=1)
    assert said.startswith("A revision was written, tried on a copy and taken away again: ")
    assert any(word in said for word in why.split("|")), said
    assert "its upgrade does not work: " in said
