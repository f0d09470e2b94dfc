"""Models that the property tests have found to fail once, cut down to what made them."""

from __future__ import annotations

from dataclasses import dataclass

BOTH = ("sqlite", "postgresql")
SQLITE = ("sqlite",)
POSTGRESQL = ("postgresql",)


@dataclass(frozen=True)
class PastDifference:
    """What failed, and the tables (below `metadata`) that made it."""

    what: str
    tables: str
    dialects: tuple[str, ...] = BOTH

    @property
    def models(self) -> str:
        """The Python of the models."""
        return f"metadata = sa.MetaData()\n{self.tables}"


def table(*items: str) -> str:
    """Return a table with an integer key."""
    key = 'sa.Column("id", sa.Integer(), primary_key=True)'
    return f't = sa.Table("gigs", metadata, {", ".join([key, *items])})\n'


PAST_DIFFERENCES = [
    PastDifference(
        "a type's own check, which a convention can't name",
        'metadata.naming_convention = {"ck": "ck_%(table_name)s_%(constraint_name)s"}\n'
        + table('sa.Column("a", sa.Boolean(create_constraint=True))'),
        POSTGRESQL,
    ),
    PastDifference(
        "a percent sign in a computed column",
        table(
            'sa.Column("a", sa.Text())',
            """sa.Column("b", sa.Text(), sa.Computed("a || '%'", persisted=True))""",
        ),
    ),
    PastDifference(
        "a percent sign in a check and in an index",
        table(
            'sa.Column("a", sa.Text())',
            """sa.CheckConstraint("a <> '5%'", name="c")""",
            """sa.Index("i", sa.text("(a || '%')"))""",
        ),
    ),
    PastDifference(
        "a check over a column with a percent sign",
        table('sa.Column("5%", sa.Integer())')
        + 't.append_constraint(sa.CheckConstraint(t.c["5%"] > 0, name="c"))',
    ),
    PastDifference(
        "an interval kept as a time", table('sa.Column("a", sa.Interval(native=False))')
    ),
    PastDifference(
        "an interval's precision", table('sa.Column("a", sa.Interval(second_precision=3))')
    ),
    PastDifference(
        "PostgreSQL's own type as a variant",
        table("""sa.Column("a", sa.JSON().with_variant(pg.JSONB(), "postgresql"))"""),
    ),
    PastDifference(
        "a domain with rules of its own",
        table(
            """sa.Column("a", pg.DOMAIN("Positive", sa.Integer(), not_null=True,
                constraint_name="pos", check="VALUE>0"), index=True, nullable=False)""",
            'prefixes=["UNLOGGED"]',
            'comment="a table"',
        ),
        POSTGRESQL,
    ),
    PastDifference(
        "types in a schema that no table is in",
        table(
            """sa.Column("a", pg.ENUM("low", name="l", schema="other"), server_default="low")""",
            """sa.Column("b", pg.ARRAY(pg.DOMAIN("short", sa.String(9), schema="other")))""",
        ),
        POSTGRESQL,
    ),
    PastDifference(
        "two checks without a name on one column",
        table(
            'sa.Column("a", sa.Integer())',
            'sa.CheckConstraint("a <> 13")',
            'sa.CheckConstraint("a BETWEEN -5 AND 5")',
        ),
    ),
    PastDifference(
        "the same constraint twice",
        table(
            'sa.Column("a", pg.INT4RANGE())',
            'pg.ExcludeConstraint(("a", "&&"), using="gist", name="z")',
            'pg.ExcludeConstraint(("a", "&&"), using="gist", name="a")',
        ),
        POSTGRESQL,
    ),
    PastDifference(
        "a key that a sequence counts",
        'sa.Table("a", metadata, '
        'sa.Column("id", sa.Integer(), sa.Sequence("s"), primary_key=True))',
    ),
    PastDifference(
        "a comment on a table with a quote in its name",
        'sa.Table("it\'s", metadata, '
        'sa.Column("id", sa.Integer(), primary_key=True), comment="it\'s")',
    ),
]
