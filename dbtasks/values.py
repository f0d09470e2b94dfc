"""What the verbs find out and hand to the report: plain values that know no database.

All of them turn into JSON field by field, so their names are part of the documented interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from dbtasks.additions import Advice

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True)
class NotKnown:
    """What could not be found out, which is another answer than nothing; `why` says the reason."""

    why: str


@dataclass(frozen=True)
class Change:
    """A change, a line each: a sign and what it is about."""

    sign: str
    """`+` comes, `-` goes, `~` changes, `?` is code that is not looked into."""
    what: str
    """What it is about, for people to read."""

    def __str__(self) -> str:
        return f"{self.sign} {self.what}"


@dataclass(frozen=True)
class Revision:
    """One revision as its file tells it."""

    id: str
    """The id."""
    down: tuple[str, ...]
    """The revisions that it follows; two or more for a merge, none for a first one."""
    message: str
    """The message."""
    path: str
    """The file."""
    is_head: bool
    """Whether none follows it."""
    is_applied: bool | None
    """Whether the database holds it; None where nobody asked it, or no file has its revision."""
    is_current: bool = False
    """Whether the database is at it."""
    labels: tuple[str, ...] = ()
    """Its branch labels."""
    depends_on: tuple[str, ...] = ()
    """The revisions of other branches that it needs."""
    is_unfinished: bool = False
    """Whether it failed its trial and was kept, to be mended."""
    upgrade: tuple[Change, ...] | None = None
    """What applying it changes, an operation a line; None where nobody asked its file."""
    downgrade: tuple[Change, ...] | None = None
    """What taking it back changes, likewise."""
    upgrade_losses: tuple[str, ...] = ()
    """What applying it destroys where there are rows, a line each; `upgrade --plan` counts them."""
    downgrade_losses: tuple[str, ...] = ()
    """What taking it back destroys, likewise."""
    upgrade_locks: tuple[str, ...] = ()
    """What applying it keeps others from doing meanwhile, a line a table."""
    downgrade_locks: tuple[str, ...] = ()
    """What taking it back keeps others from doing, likewise."""


@dataclass(frozen=True)
class Status:
    """Where a database stands against the history and the models."""

    environment: str
    """`development`, `test`, `staging` or `production`."""
    database: str
    """The address, password hidden."""
    source: str
    """The setting that named the database."""
    exists: bool
    """Whether it has been created."""
    current: tuple[str, ...]
    """The revisions that it is at; empty at base."""
    heads: tuple[str, ...]
    """The tips of the history."""
    pending: tuple[Revision, ...]
    """What `upgrade` would apply, in that order."""
    unknown: tuple[str, ...]
    """Revisions that the database names and no file has."""
    changes: tuple[Change, ...] | None
    """What the models hold and no revision does; None when that can't be told: `changes_note`."""
    changes_note: str = ""
    """Why it can't be told."""
    notes: tuple[str, ...] = ()
    """What else is to be known of the revisions and the database, a line each."""
    is_unversioned: bool = False
    """Whether the database has what revisions make, and names none of them."""

    @property
    def is_behind(self) -> bool:
        """Whether revisions wait to be applied, or that can't be told: see `unknown`."""
        return bool(self.pending or self.unknown)


@dataclass(frozen=True)
class Step:
    """One revision to be applied (`upgrade`) or taken back (`downgrade`)."""

    revision: str
    """The revision's id."""
    message: str
    """Its message."""
    path: str
    """Its file."""
    direction: str
    """`upgrade` or `downgrade`."""
    changes: tuple[Change, ...] = ()
    """What the step changes, an operation a line."""
    losses: tuple[str, ...] = ()
    """What the step destroys, a line each."""
    notes: tuple[str, ...] = ()
    """What the step locks, and what else is to be known, a line each."""


@dataclass(frozen=True)
class Plan:
    """Ordered steps from where the database is to where it shall be; read-only."""

    direction: str
    """`upgrade` or `downgrade`."""
    current: tuple[str, ...]
    """The revisions that the database is at."""
    target: tuple[str, ...]
    """The revisions that it will be at."""
    steps: tuple[Step, ...]
    """What will be done, in that order."""


@dataclass(frozen=True)
class AppliedStep:
    """A step that was carried out, and the seconds it took."""

    revision: str
    """The revision's id."""
    message: str
    """Its message."""
    seconds: float
    """How long it took."""


@dataclass(frozen=True)
class TableRows:
    """A table, and how many rows stand in it."""

    table: str
    """The table, with its schema unless that is the default one."""
    rows: int
    """How many rows; of a large table, what the database takes them to be."""


@dataclass(frozen=True)
class Outcome:
    """What `upgrade`, `downgrade` and their like did."""

    direction: str
    """`upgrade` or `downgrade`."""
    database: str
    """The database."""
    steps: tuple[AppliedStep, ...]
    """What was done, in that order."""
    current: tuple[str, ...]
    """The revisions that the database is at now."""
    notes: tuple[str, ...] = ()
    """What else was done."""
    dropped: tuple[TableRows, ...] = ()
    """The tables that `reset` dropped, with the rows that were in them."""


@dataclass(frozen=True)
class History:
    """All revisions, newest first."""

    revisions: tuple[Revision, ...]
    """All revisions, children before parents."""
    current: tuple[str, ...]
    """The revisions that the database is at."""
    heads: tuple[str, ...]
    """The tips of the history."""
    unknown: tuple[str, ...] = ()
    """Revisions that the database names and no file has."""


@dataclass(frozen=True)
class Current:
    """The revisions that the database names."""

    database: str
    """The database."""
    current: tuple[str, ...]
    """The revisions that it is at; empty at base."""
    heads: tuple[str, ...]
    """The tips of the history."""
    is_at_head: bool
    """Whether the two are the same."""
    unknown: tuple[str, ...] = ()
    """Revisions that the database names and no file has."""
    notes: tuple[str, ...] = ()
    """What `stamp` did not compare."""


@dataclass(frozen=True)
class Check:
    """The differences between models and database."""

    database: str
    """The database."""
    changes: tuple[Change, ...]
    """The differences between models and database."""
    is_behind: bool = False
    """Whether revisions are pending, which may be where the differences come from."""
    notes: tuple[str, ...] = ()
    """What was not compared, and what else is to be known."""

    @property
    def differs(self) -> bool:
        """Whether there is any difference."""
        return bool(self.changes)


@dataclass(frozen=True)
class Written:
    """A revision that `migrate` or `merge` wrote, unless there was nothing to do."""

    revision: str
    """The new revision's id; empty when nothing was written."""
    message: str
    """Its message."""
    path: str
    """Its file; empty when nothing was written."""
    changes: tuple[Change, ...]
    """What it does."""
    notes: tuple[str, ...] = ()
    """What to look at before it is applied."""


@dataclass(frozen=True)
class Prepared:
    """What `init` did."""

    root: str
    """The project's folder."""
    created: tuple[str, ...]
    """The files that were written."""
    kept: tuple[str, ...]
    """The files that stood already."""
    revision: str
    """The first revision's file, if it was written."""
    outcome: Outcome | None = None
    """How the database was brought to the head."""
    recorded: tuple[str, ...] = ()
    """The revisions that a database which had tables and no version was found to be at."""
    notes: tuple[str, ...] = ()
    """What else was done."""
    ignored: tuple[str, ...] = ()
    """The lines that were added to .gitignore."""
    advice: tuple[Advice, ...] = ()
    """What is left to be added by hand."""
    databases: Mapping[str, Prepared] = field(default_factory=dict)
    """What was done to each database by its name, where env.py works on several."""


@dataclass(frozen=True)
class Sql:
    """The SQL of a plan, as text."""

    sql: str
    """The SQL; empty when there is nothing to do."""


@dataclass(frozen=True)
class Answered:
    """The database's server answered, so many seconds after it was first asked."""

    database: str
    """The database."""
    seconds: float
    """How long it took the server to answer."""


@dataclass(frozen=True)
class ByDatabase(Generic[Value_co]):
    """What a verb found or did, where env.py works on several databases."""

    databases: Mapping[str, Value_co]
    """The value of each database, by its name."""
