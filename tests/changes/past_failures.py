"""Changes that the property tests have found to fail once, cut down to what made them."""

from __future__ import annotations

from dataclasses import dataclass, field

from dbtasks.databases.postgresql.table_options import takes_with
from tests.changes.past_differences import BOTH, POSTGRESQL, table


@dataclass(frozen=True)
class Change:
    """A change that failed: the tables before and after, SQL that inserts rows, and fills."""

    what: str
    before: str
    after: str
    rows: tuple[str, ...] = ()
    fills: dict[str, str] = field(default_factory=dict)
    dialects: tuple[str, ...] = BOTH

    @property
    def models(self) -> tuple[str, str]:
        """The Python of the models before and after."""
        return f"metadata = sa.MetaData()\n{self.before}", f"metadata = sa.MetaData()\n{self.after}"


ID = 'sa.Column("id", sa.Integer(), primary_key=True)'
COUNTED = 'sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True)'
LONG = "x" * 63
PERCENT = "t.append_constraint(sa.CheckConstraint(t.c.a.not_like('z%')))\n"
STORED = ", postgresql_with={'fillfactor': 70}" if takes_with() else ""
CHECKS = """sa.CheckConstraint("id <> 13"), sa.CheckConstraint("abs(id) < 99")"""
TWICE_UNIQUE = 'sa.UniqueConstraint("a", deferrable=True)', 'sa.UniqueConstraint("a")'
EXCLUDED = ", ".join(
    f'pg.ExcludeConstraint(("a", "&&"), using="gist"{words})'
    for words in ("", ", where=sa.text('a IS NOT NULL')", ", where=sa.text('id > 1')")
)
ROW = ("INSERT INTO gigs (id, a) VALUES (1, 2)",)
DERIVED = """sa.Column("d", sa.Integer(), sa.Computed("a * 2", persisted=True){})"""
CHANGES = [
    Change(
        "a change of type below a computed column that goes",
        table('sa.Column("a", sa.Integer())', DERIVED.format("")),
        table('sa.Column("a", sa.String(50))'),
        ROW,
    ),
    Change(
        "a change of type below a computed column that changes too",
        table('sa.Column("a", sa.SmallInteger())', DERIVED.format("")),
        table('sa.Column("a", sa.Integer())', DERIVED.format(', comment="c"')),
        ROW,
    ),
    Change(
        "NOT NULL filled from a default that is a function",
        table('sa.Column("a", sa.DateTime(), server_default=sa.func.now())'),
        table('sa.Column("a", sa.DateTime(), nullable=False, server_default=sa.func.now())'),
        ("INSERT INTO gigs (id, a) VALUES (1, NULL)",),
    ),
    Change(
        "counting from above the rows that exist",
        table(),
        'sa.Table("gigs", metadata, sa.Column("id", sa.Integer(), '
        "sa.Identity(start=100, minvalue=10), primary_key=True))",
        ("INSERT INTO gigs (id) VALUES (1)",),
        dialects=POSTGRESQL,
    ),
    Change(
        "a deferrable unique constraint goes with its column",
        table(
            'sa.Column("a", sa.Integer())', 'sa.UniqueConstraint("a", name="u", deferrable=True)'
        ),
        table(),
        dialects=POSTGRESQL,
    ),
    Change(
        "a unique constraint that includes another column",
        table(
            'sa.Column("a", sa.Integer())',
            'sa.UniqueConstraint("id", name="u", postgresql_include=["a"])',
        ),
        table('sa.Column("a", sa.Integer())'),
        dialects=POSTGRESQL,
    ),
    Change(
        "an exclude constraint goes",
        table(
            'sa.Column("a", pg.INT4RANGE())',
            'pg.ExcludeConstraint(("a", "&&"), using="gist", name="e", where=sa.text("id > 1"))',
        ),
        table('sa.Column("a", pg.INT4RANGE())'),
        dialects=POSTGRESQL,
    ),
    Change(
        "a conversion of a column with a percent sign",
        table('sa.Column("5%", sa.String(9))'),
        table('sa.Column("5%", sa.Integer())'),
        ("INSERT INTO gigs (id) VALUES (1)",),
    ),
    Change(
        "a fill of a table with a deferred foreign key",
        table(
            'sa.Column("a", sa.Integer())',
            'sa.ForeignKeyConstraint(["a"], ["gigs.id"], deferrable=True, initially="DEFERRED")',
        ),
        table(
            'sa.Column("a", sa.Integer())',
            'sa.ForeignKeyConstraint(["a"], ["gigs.id"], deferrable=True, initially="DEFERRED")',
            'sa.Column("b", sa.Integer(), nullable=False)',
        ),
        ("INSERT INTO gigs (id, a) VALUES (1, 1)",),
        {"gigs.b": "0"},
    ),
    Change(
        "a column of UUIDs as text goes",
        table('sa.Column("a", sa.Uuid(as_uuid=False), nullable=False)'),
        table(),
        (f"INSERT INTO gigs (id, a) VALUES (1, '{'1' * 32}')",),
    ),
    Change(
        "a serial key in a table with a quote in its name",
        f'sa.Table("it\'s", metadata, {COUNTED})',
        f'sa.Table("it\'s", metadata, {ID})',
        dialects=POSTGRESQL,
    ),
    Change(
        "a serial key in a table with a long name",
        f'sa.Table("{LONG}", metadata, {ID})',
        f'sa.Table("{LONG}", metadata, {COUNTED})',
        dialects=POSTGRESQL,
    ),
    Change(
        "an index whose name is cut",
        f'sa.Table("{LONG}", metadata, {ID}, sa.Column("a", sa.Integer()))',
        f'sa.Table("{LONG}", metadata, {ID}, sa.Column("a", sa.Integer(), index=True))',
    ),
    Change(
        "a unique column with a default goes",
        table('sa.Column("a", sa.Integer(), unique=True, server_default="3")'),
        table(),
        ("INSERT INTO gigs (id, a) VALUES (1, 1), (2, 2)",),
    ),
    Change(
        "a column that may be NULL, and no row is",
        table('sa.Column("a", sa.Uuid(), nullable=False, unique=True)'),
        table('sa.Column("a", sa.Uuid(), unique=True)'),
        (f"INSERT INTO gigs (id, a) VALUES (1, '{'a' * 32}')",),
    ),
    Change(
        "a table that is stored in its own way goes",
        table() + f'sa.Table("a", metadata, {ID}, prefixes=["UNLOGGED"]{STORED})',
        table(),
        dialects=POSTGRESQL,
    ),
    Change(
        "a domain goes with its last column",
        table('sa.Column("a", pg.DOMAIN("short", sa.String(9), check="length(VALUE) < 9"))'),
        table(),
        dialects=POSTGRESQL,
    ),
    Change(
        "a change of type below checks without names",
        table(
            'sa.Column("a", sa.String(12))',
            'sa.CheckConstraint("id <> 13")',
            """sa.CheckConstraint("a NOT LIKE 'z%'")""",
        ),
        table(
            'sa.Column("a", sa.Text())',
            'sa.CheckConstraint("id <> 13")',
            """sa.CheckConstraint("a NOT LIKE 'z%'")""",
        ),
    ),
    Change(
        "an interval that must not be NULL goes",
        table('sa.Column("a", sa.Interval(), nullable=False)'),
        table(),
    ),
    Change(
        "a deferrable constraint beside a checked Boolean",
        table(
            'sa.Column("a", sa.Boolean(create_constraint=True))',
            'sa.UniqueConstraint("a", "id", name="u", deferrable=True)',
        ),
        table('sa.Column("a", sa.Boolean(create_constraint=True))'),
        dialects=POSTGRESQL,
    ),
    Change(
        "a table with a checked Boolean that goes",
        table()
        + f"""sa.Table("b", metadata, {ID}, sa.Column("a", sa.Boolean(create_constraint=True)))""",
        table(),
    ),
    Change(
        "checks with a percent sign over a column that changes",
        table('sa.Column("a", sa.String(9))') + PERCENT,
        table('sa.Column("a", sa.Text())') + PERCENT,
    ),
    Change(
        "a conversion beside a type that SQLAlchemy does not reflect",
        table('sa.Column("a", pg.JSONPATH())', 'sa.Column("b", pg.UUID())'),
        table('sa.Column("a", pg.JSONPATH())', 'sa.Column("b", sa.String(36))'),
        dialects=POSTGRESQL,
    ),
    Change(
        "checks without names on a table whose name is long",
        f'sa.Table("{"é" * 30}", metadata, {ID}, {CHECKS})',
        f'sa.Table("{"é" * 30}", metadata, {ID}, {CHECKS}, sa.Column("a", sa.Integer()))',
    ),
    Change(
        "a conversion beside an index over a domain",
        table('sa.Column("a", pg.DOMAIN("short", sa.Integer()))')
        + 'sa.Index("i", t.c.a.asc().nulls_first())',
        table('sa.Column("a", sa.BigInteger())') + 'sa.Index("i", t.c.a.asc().nulls_first())',
        dialects=POSTGRESQL,
    ),
    Change(
        "a table without columns moves to another schema",
        'sa.Table("a b", metadata, sa.Column("a", sa.Integer()))',
        'sa.Table("a b", metadata, schema="other", comment="empty")',
        dialects=POSTGRESQL,
    ),
    Change(
        "a check without a name beside another",
        table('sa.Column("a", sa.Integer())', 'sa.CheckConstraint("a <> 13")'),
        table(
            'sa.Column("a", sa.Integer())',
            'sa.CheckConstraint("a < 99")',
            'sa.CheckConstraint("a <> 13")',
        ),
        dialects=POSTGRESQL,
    ),
    Change(
        "a column goes that has two unique constraints without a name",
        table('sa.Column("a", sa.Integer())', *TWICE_UNIQUE),
        table(),
        dialects=POSTGRESQL,
    ),
    Change(
        "a table goes that has two excludes without a name",
        table() + f'sa.Table("b", metadata, {ID}, sa.Column("a", pg.INT4RANGE()), {EXCLUDED})',
        table(),
        dialects=POSTGRESQL,
    ),
    Change(
        "an exclude constraint with a condition comes",
        table('sa.Column("a", pg.INT4RANGE())'),
        table('sa.Column("a", pg.INT4RANGE())', EXCLUDED),
        dialects=POSTGRESQL,
    ),
    Change(
        "one of two columns of an enum goes",
        table(*(f'sa.Column("{name}", sa.Enum("x", "y", name="c"))' for name in "ab")),
        table('sa.Column("b", sa.Enum("x", "y", name="c"))'),
    ),
]
