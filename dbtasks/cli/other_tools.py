"""The words of other tools, and which verb of ours does what they mean.

Whoever comes from Django, Rails, Prisma, Flyway and their like types what they have always typed.
A word is found however it is put together: `db:rollback`, `db rollback`, `migrate:rollback`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dbtasks.errors import UsageError
from dbtasks.hints import Command, command

_DOWN, _UP = command("downgrade"), command("upgrade")
_WRITE = command("migrate", "what changed")
_SEED, _INIT = command("reset", "--seed"), command("init")

_SAME: dict[Command, str] = {
    _DOWN: "rollback undo down revert back unapply migratedown",
    _UP: "up apply deploy latest update run forward head migrateup",
    _WRITE: "makemigrations makemigration make makemigrate generate revision autogenerate create "
    "new add migrationgenerate generatemigration",
    command("check"): "diff compare validate verify drift",
    command("status"): "st stat state statuses info showmigrations pending doctor version",
    command("history"): "log list ls tree graph branches branch migrations",
    command("reset"): "fresh refresh clean rebuild recreate drop wipe truncate dropall dropcreate",
    command("stamp", "REVISION"): "force baseline fake resolve repair mark tag",
    command("upgrade", "--plan"): "plan preview dryrun",
    command("upgrade", "--sql"): "sql script sqlmigrate updatesql migrationscript",
    command("upgrade", "REVISION"): "goto to upto",
    command("show", "REVISION"): "cat describe inspect view edit open",
    command("merge", "join heads"): "mergeheads join",
    command("init", "--from-database"): "pull introspect inspectdb reverse scaffold import",
    command("wait"): "waitfordb waitfor ping",
    _INIT: "setup install start bootstrap createdb ensureversion prepare createall",
}
"""The words of others, by our command for the same."""

_TOLD: dict[str, tuple[str | Command, ...]] = {
    "redo": (_DOWN, " and then ", _UP),
    "push": (
        "No verb changes a database past its revisions. Write one, then apply it: ",
        _WRITE,
        "; ",
        _UP,
    ),
    "sync": (_WRITE, " and then ", _UP),
    "syncdb": (_WRITE, " and then ", _UP),
    "seed": ("Seeds are run by the reset of a development database: ", _SEED),
    "loaddata": ("Seeds are run by the reset of a development database: ", _SEED),
    "squash": (
        "Revisions are not squashed: databases name them. Each file stays; see them all: ",
        command("history"),
    ),
    "dump": (
        "For a copy of rows use pg_dump or sqlite3's .dump; for the SQL of revisions: ",
        command("upgrade", "--sql"),
    ),
    "backup": (
        "Use pg_dump, or copy the SQLite file. Before a change, look at it: ",
        command("upgrade", "--plan"),
    ),
    "restore": ("Use pg_restore, or put the SQLite file back; then: ", command("status")),
    "shell": ("Use psql or sqlite3; for the address: ", command("status")),
    "unlock": (
        "No lock outlives a verb, so there is none to take away. To look: ",
        command("status"),
    ),
}
"""Words for which there is no one command of ours, and what to do instead."""

_TOLD |= {
    other: _TOLD[word]
    for word, others in {
        "squash": "squashmigrations collapse flatten",
        "dump": "dumpdata schemadump structuredump export",
        "shell": "console psql dbshell studio connect sqlite3",
        "unlock": "lock releaselocks forceunlock",
        "push": "pushschema",
        "seed": "seeds populate fixtures",
    }.items()
    for other in others.split()
}

_BY_NAME = {word: ours for ours, words in _SAME.items() for word in words.split()}

_WHOLE: dict[str, tuple[str | Command, ...]] = {
    "dbmigrate": ("To write a revision: ", _WRITE, "; to apply what is written: ", _UP),
    "dbcreate": (_INIT,),
    "dbsetup": (_INIT,),
    "migratemake": (_WRITE,),
    "migraterun": (_UP,),
}
"""Words that mean something else together than their last one alone."""

_TOOLS = frozenset(
    {
        "alembic",
        "atlas",
        "database",
        "db",
        "dbmate",
        "django",
        "flask",
        "flyway",
        "goose",
        "knex",
        "liquibase",
        "manage",
        "migrate",
        "migration",
        "migrations",
        "prisma",
        "py",
        "rails",
        "rake",
        "schema",
        "sequelize",
        "typeorm",
    }
)
_FOR_MIGRATE = frozenset(
    {
        "apply",
        "deploy",
        "dev",
        "diff",
        "down",
        "fresh",
        "latest",
        "lint",
        "make",
        "new",
        "redo",
        "refresh",
        "reset",
        "resolve",
        "rollback",
        "run",
        "status",
        "undo",
        "up",
    }
)
"""What others put behind `migrate`. It would be the message of a revision here."""


def refuse_word(words: Sequence[str], verbs: Sequence[str]) -> None:
    """Raise `UsageError` if words, which begin with no verb of ours, are those of another tool."""
    for number in range(min(len(words), 3), 0, -1):
        typed = " ".join(words[:number])
        advice = _advice(typed, verbs)
        if advice:
            label = () if isinstance(advice[0], str) else ("What does that here: ",)
            raise UsageError(f"There is no verb {typed!r}.", *label, *advice)


def refuse_message(message: str) -> None:
    """Raise `UsageError` if a revision would be called what others put behind `migrate`."""
    if message.lower() not in _FOR_MIGRATE:
        return
    way = _advice(message, ()) or (command(message.lower()),)
    if message.lower() == "dev":
        way = _WRITE, " and then ", _UP
    raise UsageError(
        f"migrate writes a revision, and {message!r} would be its message. Nothing was written.",
        "If you mean what other tools do: ",
        *way,
    )


def _advice(typed: str, verbs: Sequence[str]) -> tuple[str | Command, ...]:
    parts = [part for part in re.split(r"[^a-z0-9]+", typed.lower()) if part]
    whole = "".join(parts)
    while parts:
        word = "".join(parts)
        told = _WHOLE.get(word) or _TOLD.get(word)
        if told:
            return told
        if word in _BY_NAME:
            return (_BY_NAME[word],)
        if word in verbs and word != whole:
            return (command(word),)
        if parts[0] not in _TOOLS:
            break
        del parts[0]
    return ()
