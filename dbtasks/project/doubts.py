"""Doubts about which database is meant: settings that contradict each other.

Verbs that only look say them; verbs that change something refuse until one is chosen.
"""

from __future__ import annotations

from dbtasks.databases.address import identity, shown_text
from dbtasks.errors import SettingsError
from dbtasks.hints import command
from dbtasks.project.settings import DEFAULT_URLS, Environment, Settings

_EXAMPLE = "postgresql://user:password@host:5432/name"


def doubts(settings: Settings) -> tuple[str, ...]:
    """Return what speaks against the database of the settings being the one that is meant."""
    found = (_contradiction(settings), _mismatch(settings))
    return tuple(f"{doubt}: what would change the database is refused" for doubt in found if doubt)


def refuse_doubts(settings: Settings, verb: str, *words: str) -> None:
    """Raise `SettingsError` if there is any doubt, before a verb changes anything.

    `words` follow the verb in the command that is to be typed.
    """
    contradiction, mismatch = _contradiction(settings), _mismatch(settings)
    environment = settings.environment
    if mismatch:
        url = DEFAULT_URLS.get(environment, _EXAMPLE)
        raise SettingsError(
            f"{mismatch}. Nothing was changed.",
            f"Set APP_ENV={environment} where the address is, if that is right; or name the "
            "database: ",
            command(verb, *words, "--env", environment.value, "--database-url", url),
        )
    if contradiction:
        # A password is to be filled in: the word stands for it in all our examples.
        url = shown_text(settings.database_url, settings.root).replace(":***@", ":password@")
        raise SettingsError(
            f"{contradiction}. Nothing was changed.",
            "Correct the wrong one or take it away; or choose, for this once: ",
            command(verb, *words, "--database-url", url),
        )


def _contradiction(settings: Settings) -> str:
    """Return where two settings name different databases, which Alembic and we would each take.

    The environment before `.env`, and both before pyproject.toml, is how one overrides the other;
    but what stands in Alembic's own configuration is where everybody else thinks that it goes.
    """
    other = settings.alembic_url
    if other is None:
        return ""
    root = settings.root
    theirs, ours = identity(other.text, root), identity(settings.database_url, root)
    if theirs is None or ours is None or theirs == ours:
        return ""
    return (
        f"{settings.database_url_source} names {shown_text(settings.database_url, root)}, and "
        f"{other.source} names {shown_text(other.text, root)}"
    )


def _mismatch(settings: Settings) -> str:
    """Return where an environment was named for a database that was given for another one."""
    if not settings.meant_for:
        return ""
    known = settings.meant_for in set(Environment)
    return (
        f"The environment is {settings.environment}, and {settings.database_url_source} was given "
        f"for {settings.meant_for if known else 'another one'}"
    )
