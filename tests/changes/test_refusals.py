"""What migrate does not carry out it refuses by name, and says what to do instead."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from dbtasks.autogenerate.answers import Answers
from dbtasks.databases.postgresql.table_options import takes_with
from dbtasks.errors import RefusedError
from tests.changes.past_differences import BOTH, POSTGRESQL, SQLITE, table
from tests.changes.reused_project import ReusedProject

DOMAIN = 'sa.Column("a", pg.DOMAIN("short", sa.String(9), check="length(VALUE) < {}"))'
OTHER = table().replace("gigs", "venues")


@dataclass(frozen=True)
class Refused:
    """A change, words of its refusal, and SQL that no model knows of."""

    before: str
    after: str
    words: tuple[str, ...]
    dialects: tuple[str, ...] = BOTH
    beside: str = ""


REFUSED = {
    "how a table is stored": Refused(
        table('prefixes=["UNLOGGED"]'), table(), ("gigs", "UNLOGGED", "no options"), POSTGRESQL
    ),
    "a table without rowid": Refused(
        table(), table("sqlite_with_rowid=False"), ("gigs", "without rowid"), SQLITE
    ),
    "autoincrement": Refused(
        table(), table("sqlite_autoincrement=True"), ("gigs.id", "autoincrement"), SQLITE
    ),
    "the rules of a domain": Refused(
        table(DOMAIN.format(9)), table(DOMAIN.format(8)), ("domain short", "< 8"), POSTGRESQL
    ),
    "a table that another schema refers to": Refused(
        table() + OTHER,
        OTHER,
        ("cannot drop table gigs", "bookings"),
        POSTGRESQL,
        "CREATE SCHEMA box; CREATE TABLE box.bookings (gig int REFERENCES gigs)",
    ),
    "a column that a view shows": Refused(
        table('sa.Column("a", sa.Integer())'),
        table(),
        ("gigs.a is to go", "view box.seen"),
        POSTGRESQL,
        "CREATE SCHEMA box; CREATE VIEW box.seen AS SELECT a FROM gigs",
    ),
    "one of two checks without a name": Refused(
        table('sa.CheckConstraint("id <> 13")', 'sa.CheckConstraint("id <> 14")'),
        table('sa.CheckConstraint("id <> 13")'),
        ("gigs (id)", "without a name"),
        SQLITE,
    ),
}
if takes_with():
    REFUSED["a storage parameter"] = Refused(
        table(), table("postgresql_with={'fillfactor': 70}"), ("gigs", "fillfactor=70"), POSTGRESQL
    )
ALL = [
    pytest.param(dialect, refused, id=f"{what}-{dialect}")
    for what, refused in REFUSED.items()
    for dialect in refused.dialects
]


@pytest.mark.parametrize(("reused", "refused"), ALL, indirect=["reused"])
def test_a_change_that_is_not_carried_out_is_refused_by_name(
    reused: ReusedProject, refused: Refused
) -> None:
    before, after = (f"metadata = sa.MetaData()\n{t}" for t in (refused.before, refused.after))
    reused.clear()
    reused.migrate(before)
    if refused.beside:
        reused.execute(refused.beside)
    there = reused.schema(), reused.revisions()
    with pytest.raises(RefusedError) as caught:
        reused.write(after, Answers(no_rename=True, allow_drops=True))
    for word in (*refused.words, "Nothing was written", "dbtasks.write_empty("):
        assert word in str(caught.value)
    assert there == (reused.schema(), reused.revisions())
