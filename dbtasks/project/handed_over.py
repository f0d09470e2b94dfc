"""What an env.py hands over when it runs: models, options, and the databases that it works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.engine import URL

from dbtasks.errors import ModelsError, UsageError

_OF_THE_RUN = frozenset(
    (
        "as_sql",
        "config",
        "destination_rev",
        "dont_mutate",
        "fn",
        "output_buffer",
        "purge",
        "script",
        "starting_rev",
        "tag",
        "target_metadata",
        "template_args",
    )
)
"""Options that Alembic's commands give; all others are env.py's."""
_TOKEN = "upgrades"
"""What Alembic calls the token of a single database: a name in script.py.mako."""
_DEFAULT = "default"
"""What a database is called that env.py gives an empty name, as Flask-Migrate's does."""


@dataclass(frozen=True)
class Models:
    """What env.py hands over: the target metadata, and the options of `configure` beside it.

    `targets` is empty where env.py knows of no models, and may be several.
    """

    targets: tuple[MetaData, ...]
    options: Mapping[str, Any]

    @cached_property
    def metadata(self) -> MetaData:
        """The target metadata, several as one. Raises `ModelsError` where env.py has none."""
        if not self.targets:
            raise ModelsError(
                "env.py has no target_metadata, so there are no models to compare with.",
                "Let it hand them over there: target_metadata = Base.metadata",
            )
        return self.targets[0] if len(self.targets) == 1 else _joined(self.targets)

    @property
    def declared(self) -> MetaData:
        """The target metadata; an empty one where env.py has none."""
        return self.metadata if self.targets else MetaData()

    @property
    def target(self) -> MetaData | None:
        """The target metadata; None where env.py has none."""
        return self.metadata if self.targets else None


@dataclass(frozen=True)
class ConfiguredDatabase:
    """A database as env.py configures Alembic for it; `url` where env.py connects by itself.

    `arguments` are what its `context.run_migrations` hands to each revision's functions.
    """

    models: Models
    url: URL | None = field(default=None, repr=False)
    name: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadedEnvironment:
    """What env.py has said when it ran: its databases, and where it keeps the revisions."""

    databases: tuple[ConfiguredDatabase, ...]
    version_locations: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its databases, where it works on several."""
        return tuple(item.name for item in self.databases) if len(self.databases) > 1 else ()

    def database(self, name: str) -> ConfiguredDatabase:
        """Return the database of that name; the only one for an empty name.

        Raises `UsageError` where there is no such, or where several ask for a name.
        """
        if not name and not self.names:
            return self.databases[0]
        found = next((item for item in self.databases if item.name == name and self.names), None)
        if found is not None:
            return found
        if not self.names:
            raise UsageError(
                f"env.py works on one database, and none is called {name!r}. Nothing was done.",
                "Leave out --database.",
            )
        listed = ", ".join(self.names)
        what = f"has none called {name!r}" if name else "this needs one of them"
        raise UsageError(
            f"env.py works on {len(self.names)} databases, {listed}, and {what}. Nothing was done.",
            f"Name one: --database {self.names[0]}",
        )


def models_of(options: Mapping[str, Any]) -> Models:
    """Return the models and options that env.py has given to `EnvironmentContext.configure`."""
    given = options.get("target_metadata")
    targets = given if isinstance(given, Sequence) else () if given is None else (given,)
    kept = {name: value for name, value in options.items() if name not in _OF_THE_RUN}
    if not kept.get("render_as_batch"):
        # Alembic's default, which says nothing. A revision serves both databases in batches alone.
        kept.pop("render_as_batch", None)
    return Models(tuple(targets), kept)


def name_of(options: Mapping[str, Any], arguments: Mapping[str, Any], place: int) -> str:
    """Return what env.py calls one of its databases.

    By the token that it has the operations of a revision written under, `engine1_upgrades`; else by
    what it hands to `run_migrations`; else it is the first, the second.
    """
    token = str(options.get("upgrade_token"))
    if token != _TOKEN:
        return token.removesuffix(f"_{_TOKEN}") or _DEFAULT
    words = [value for value in arguments.values() if isinstance(value, str) and value]
    return words[0] if len(words) == 1 else str(place + 1)


def _joined(targets: Sequence[MetaData]) -> MetaData:
    """Return one MetaData with all tables; the names by convention are those that they have."""
    metadata = MetaData()
    for target in targets:
        for table in target.tables.values():
            table.to_metadata(metadata)
    return metadata
