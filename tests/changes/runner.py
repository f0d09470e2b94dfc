"""Carries one change of a model through all stages, with rows in the tables.

A case holds when every stage does: a revision is written; it applies over the rows; the rows are
there; `check` finds nothing left; `downgrade` brings the schema back exactly; `upgrade` works
once more, and the rows are there still.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from dbtasks import Project, check_models, downgrade, migrate, upgrade
from dbtasks.autogenerate.answers import Answers
from dbtasks.commands.initialize import initialize
from dbtasks.databases import backend_of
from dbtasks.schema import Schema
from tests.changes.cases import Case

MODULE = "models_of_the_case"


class StageError(AssertionError):
    """A stage did not hold."""

    def __init__(self, stage: str, what: object) -> None:
        super().__init__(f"{stage}: {what}")
        self.stage = stage


@dataclass
class Run:
    """A case at work in a folder, on a database."""

    case: Case
    root: Path
    url: str

    def project(self, models: str) -> Project:
        """Return the project as a new process would see it, with these models."""
        provide_module(MODULE, self.case.prelude + models)
        return Project.load(self.root, {"database-url": self.url})

    def carry_through(self, *, keeps_all: bool = False) -> Path | None:
        """Take the case through all stages; return the revision's file.

        `keeps_all` says that the downgrade brings all rows back.
        """
        case = self.case
        initialize(self.project(case.before), f"{MODULE}:Base")
        self.insert()
        before, rows = self.schema(), self.rows()
        answers = Answers(case.renames, case.fills, no_rename=not case.renames)
        written = self._stage(
            "written", lambda: migrate(self.project(case.after), "change", answers)
        )
        if not written.path:
            raise StageError("written", "nothing to do")
        self._stage("applied", lambda: upgrade(self.project(case.after)))
        self.keeps("kept")
        left = check_models(self.project(case.after)).changes
        if left:
            raise StageError("checked", left)
        self._stage("downgraded", lambda: downgrade(self.project(case.after)))
        if self.schema() != before:
            raise StageError("restored", _difference(before, self.schema()))
        if keeps_all and self.rows() != rows:
            raise StageError("brought back", f"{rows} is now {self.rows()}")
        self._stage("upgraded again", lambda: upgrade(self.project(case.after)))
        self.keeps("kept again")
        return self.root / written.path

    def _stage(self, name: str, work: Any) -> Any:
        try:
            return work()
        except Exception as error:
            raise StageError(name, error) from error

    def insert(self) -> None:
        """Insert the rows of the case, as its models do."""
        tables = sys.modules[MODULE].Base.metadata.tables
        with self._engine().begin() as connection:
            for name, rows in self.case.rows.items():
                if rows:
                    connection.execute(tables[name].insert(), rows)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return the rows of the tables that the case begins with, their columns by name."""
        found = {}
        with self._engine().connect() as connection:
            for name in self.case.rows:
                schema, _, table = name.rpartition(".")
                inspector = sa.inspect(connection)
                place = {"table_name": table, "schema": schema or None}
                names = sorted(item["name"] for item in inspector.get_columns(**place))
                key = inspector.get_pk_constraint(**place)["constrained_columns"]
                made = sa.table(table, *map(sa.column, names), schema=schema or None)
                selected = connection.execute(
                    sa.select(made).order_by(*(made.c[column] for column in key))
                )
                found[name] = [tuple(row) for row in selected]
        return found

    def keeps(self, stage: str) -> None:
        """Fail with the name of the stage unless what the case says of its rows holds."""
        if self.case.keep is None:
            return
        query, expected = self.case.keep
        with self._engine().connect() as connection:
            if query.startswith("!") or isinstance(expected, str):
                actual: Any = "works" if _works(connection, query.removeprefix("!")) else "fails"
            else:
                actual = [tuple(row) for row in connection.execute(sa.text(query))]
        if actual != expected:
            raise StageError(stage, f"{query}: {actual} and not {expected}")

    def schema(self) -> Schema:
        """Return the facts of the database, the columns by name: a new one goes to the end."""
        with self._engine().connect() as connection:
            schema = backend_of(connection).read_schema(connection)
        return Schema(
            {
                key: replace(table, columns=tuple(sorted(table.columns, key=lambda c: c.name)))
                for key, table in schema.tables.items()
            },
            schema.enums,
        )

    def _engine(self) -> sa.Engine:
        return sa.create_engine(self.url, poolclass=sa.NullPool)


def provide_module(name: str, source: str) -> ModuleType:
    """Make a module that can be imported by its name, although no file holds it; return it."""
    module = sys.modules[name] = ModuleType(name)
    exec(compile(source, f"<{name}>", "exec"), module.__dict__)
    return module


def _works(connection: sa.Connection, statement: str) -> bool:
    try:
        connection.execute(sa.text(statement))
    except sa.exc.DBAPIError:
        return False
    return True


def _difference(before: Schema, after: Schema) -> list[str]:
    return [
        f"{key}: {before.tables.get(key)}\n  is now {after.tables.get(key)}"
        for key in sorted(before.tables.keys() | after.tables.keys())
        if before.tables.get(key) != after.tables.get(key)
    ] + [f"{before.enums} is now {after.enums}"] * (before.enums != after.enums)
