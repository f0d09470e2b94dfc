"""What the verbs find out and hand to the report: plain values that know no database.

All of them turn into JSON field by field, so their names are part of the documented interface.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NotKnown:
    """What could not be found out, which is another answer than nothing; `why` says the reason."""

    why: str


@dataclass(frozen=True)
class Change:
    """A change, a line each: a sign and what it is about.

    The sign is `+`, `-` or `~`; `?` stands before a revision's own code, of which only the source
    is known.
    """

    sign: str
    what: str

    def __str__(self) -> str:
        return f"{self.sign} {self.what}"


@dataclass(frozen=True)
class Revision:
    """One revision as its file tells it. `down` holds the ids of its parents."""

    id: str
    down: tuple[str, ...]
    message: str
    path: str
    is_head: bool
    is_applied: bool | None
    """Whether the database holds it; None where nobody asked the database."""
    is_current: bool = False
    labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    upgrade: tuple[Change, ...] | None = None
    """What applying it changes, an operation a line; None where nobody asked its file."""
    downgrade: tuple[Change, ...] | None = None
    """What taking it back changes, likewise."""


@dataclass(frozen=True)
class Status:
    """Where a database stands against the history and the models."""

    environment: str
    database: str
    """The address, password hidden."""
    source: str
    """The setting that named the database."""
    exists: bool
    current: tuple[str, ...]
    heads: tuple[str, ...]
    pending: tuple[Revision, ...]
    unknown: tuple[str, ...]
    """Revisions that the database names and no file has."""
    changes: tuple[Change, ...] | None
    """What the models hold and no revision does; None when it can't be told, for the reason in
    `changes_note`."""
    changes_note: str = ""
    notes: tuple[str, ...] = ()
    """What else is to be known of the revisions, a line each."""

    @property
    def is_behind(self) -> bool:
        """Whether revisions wait to be applied."""
        return bool(self.pending)


@dataclass(frozen=True)
class Step:
    """One revision to be applied (`upgrade`) or taken back (`downgrade`)."""

    revision: str
    message: str
    path: str
    direction: str
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
    current: tuple[str, ...]
    target: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class AppliedStep:
    """A step that was carried out, and the seconds it took."""

    revision: str
    message: str
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What `upgrade`, `downgrade` and their like did."""

    direction: str
    database: str
    steps: tuple[AppliedStep, ...]
    current: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """All revisions, newest first."""

    revisions: tuple[Revision, ...]
    current: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True)
class Current:
    """The revisions that the database names."""

    database: str
    current: tuple[str, ...]
    heads: tuple[str, ...]
    is_at_head: bool


@dataclass(frozen=True)
class Check:
    """The differences between models and database."""

    database: str
    changes: tuple[Change, ...]
    is_behind: bool = False
    """Whether revisions are pending, which may be where the differences come from."""

    @property
    def differs(self) -> bool:
        """Whether there is any difference."""
        return bool(self.changes)


@dataclass(frozen=True)
class Written:
    """A revision that `migrate` or `merge` wrote; `path` is empty when there was nothing to do."""

    revision: str
    message: str
    path: str
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """What `init` did, a line each; `created` holds the files it wrote."""

    root: str
    created: tuple[str, ...]
    kept: tuple[str, ...]
    revision: str
    outcome: Outcome | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sql:
    """The SQL of a plan, as text."""

    sql: str


@dataclass(frozen=True)
class Answered:
    """The database's server answered, so many seconds after it was first asked."""

    database: str
    seconds: float
