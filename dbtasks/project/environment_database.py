"""The database that an env.py connects to by itself, reached through that env.py.

Whatever env.py does first, such as SSL arguments, a search_path or a token, is done for our work
too. Its transactions are its own: work that runs in them must end none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from alembic.config import Config
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from dbtasks.databases import Database
from dbtasks.databases.address import with_installed_driver
from dbtasks.databases.transactions import lent
from dbtasks.errors import RefusedError
from dbtasks.project.environment import (
    EnvironmentRun,
    is_begun_by_env,
    nothing_run,
    run_environment,
)

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class EnvironmentDatabase(Database):
    """A database by way of env.py, which `config` and `directory` lead to.

    `named` is another one, which the settings name and env.py passes over.
    """

    config: Callable[[], Config]
    directory: ScriptDirectory
    named: Database | None = None

    def at_address(self, url: URL) -> Database:
        """Return a database that we open ourselves, by env.py's own driver where we know that.

        Revisions may be written for it.
        """
        is_known = url.get_driver_name() in self.backend.drivers
        ours = url if is_known else url.set(drivername=url.get_backend_name())
        return super().at_address(with_installed_driver(ours, self.source))

    def refuse_other(self) -> None:
        """Raise `RefusedError` where the settings name another database than env.py opens."""
        if self.named is not None:
            raise RefusedError(
                f"{self.source} connects to {self.name}, and {self.named.source} names "
                f"{self.named.name}. Nothing was done.",
                f"Let both name one database: correct {self.named.source}, or let env.py ask for "
                'config.get_main_option("sqlalchemy.url").',
            )

    def exists(self) -> bool:
        """Return True: env.py has connected to it."""
        return True

    def create(self) -> None:
        """Do nothing: whatever has to be made, env.py makes."""

    def _open(
        self, work: Callable[[Connection], Result], *, reading: bool, limit: float | None = None
    ) -> Result:
        del limit
        if not reading:
            self.refuse_other()
        results: list[Result] = []
        begun: list[Connection] = []

        def act(_heads: object, context: MigrationContext) -> list[MigrationStep]:
            assert context.connection is not None
            begun.append(context.connection)
            is_ended = is_begun_by_env(context)
            results.append(work(lent(context.connection, is_ended=is_ended)))
            return []

        try:
            with self.backend.prepared_elsewhere(reading=reading):
                run_environment(
                    self.config(), self.directory, EnvironmentRun(), act, dont_mutate=True
                )
        except DBAPIError as error:
            if not begun:
                raise self.backend.explain(error, self) from error
            raise self.trouble(error) or self._refusal(error) from error
        if not results:
            raise nothing_run()
        return results[0]
