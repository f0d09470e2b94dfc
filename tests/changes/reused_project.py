"""A database and a project that serve one example after another, in this process."""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from dbtasks import Project, check_models, migrate, upgrade
from dbtasks.autogenerate.answers import Answers
from dbtasks.commands.initialize import write_files
from dbtasks.databases import backend_of
from dbtasks.errors import ModelsError
from dbtasks.schema import Schema, Table
from dbtasks.values import Written
from tests.changes.strategies import Target
from tests.changes.strategies_changes import Pair
from tests.changes.strategies_model import PRELUDE
from tests.changes.strategies_rows import Rows

MODULE = "models_under_test"
NAMED_SCHEMAS = ("other", "Other One")


@dataclass
class ReusedProject:
    """A folder with a project, and a database whose address is `url`."""

    root: Path
    url: str

    def __post_init__(self) -> None:
        write_files(self._project(), f"{MODULE}:metadata", [])

    @property
    def dialect(self) -> str:
        """The kind of the database: sqlite or postgresql."""
        return self.url.partition(":")[0]

    @property
    def target(self) -> Target:
        """What the strategies may draw for the database."""
        if self.dialect == "sqlite":
            return Target("sqlite")
        with self._engine().connect() as connection:
            version = connection.dialect.server_version_info or (0,)
        return Target("postgresql", version[0])

    def clear(self) -> None:
        """Forget the example before: its revisions, and all that is in the database."""
        shutil.rmtree(self.root / "alembic" / "versions")
        (self.root / "alembic" / "versions").mkdir()
        project = self._project()
        if self.dialect == "sqlite":
            Path(self.url.removeprefix("sqlite:///")).unlink(missing_ok=True)
            project.database.create()
            return
        project.database.erase()
        self.execute(*(f'CREATE SCHEMA "{name}"' for name in NAMED_SCHEMAS))

    def project(self, models: str) -> Project:
        """Return the project as a new process would see it, with these models (Python)."""
        sys.modules[MODULE] = run(models)
        return self._project()

    def migrate(self, models: str, answers: Answers | None = None) -> Written:
        """Write the revision that the models need, and apply it."""
        written = self.write(models, answers)
        if written.path:
            upgrade(self.project(models))
        return written

    def write(self, models: str, answers: Answers | None = None) -> Written:
        """Write the revision that the models need."""
        return migrate(self.project(models), "change", answers or Answers(no_rename=True))

    def revisions(self) -> dict[str, str]:
        """Return the files of the revisions by name."""
        folder = self.root / "alembic" / "versions"
        return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}

    def left(self, models: str) -> tuple[str, ...]:
        """Return what `check` finds."""
        return tuple(str(change) for change in check_models(self.project(models)).changes)

    def builds(self, models: str) -> bool:
        """Whether the database builds the models at all: not with two constraints of one name."""
        try:
            self.left(models)
        except ModelsError:
            return False
        return True

    def insert(self, models: str, rows: Rows) -> None:
        """Insert rows, whose values are Python that may name what the models define."""
        module = run(models)
        with self._engine().begin() as connection:
            for key, literals in rows.items():
                for row in literals:
                    values = {name: eval(text, module.__dict__) for name, text in row.items()}
                    connection.execute(module.metadata.tables[key].insert().values(values))

    def schema(self) -> Schema:
        """Return the facts of the database, the columns by name: a new one goes to the end."""
        with self._engine().connect() as connection:
            found = backend_of(connection).read_schema(connection, NAMED_SCHEMAS)
        return replace(found, tables={key: _sorted(t) for key, t in found.tables.items()})

    def values(self, table: Table, names: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the rows of a table, sorted, with their values in these columns as text."""
        place = sa.table(table.name, *map(sa.column, names), schema=table.schema)
        with self._engine().connect() as connection:
            found = connection.execute(sa.select(*place.columns)).all()
        return sorted(tuple(map(_text, row)) for row in found)

    def fills(self, pair: Pair) -> dict[str, str]:
        """Return what a person would put into the rows that want a value, as SQL."""
        fills = {}
        module = run(pair.after.source)
        for table, column in pair.gaps():
            type_ = module.metadata.tables[table.key].columns[column.name].type
            literals = pair.filling(table, column)
            written = (self._sql(eval(text, module.__dict__), type_) for text in literals)
            if sql := next(filter(None, written), ""):
                fills[f"{table.key}.{column.name}"] = sql
        return fills

    def execute(self, *statements: str) -> None:
        """Execute statements."""
        with self._engine().begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _sql(self, value: object, type_: sa.types.TypeEngine[Any]) -> str:
        """Return a value as SQL; nothing where it can't be written so."""
        literal = sa.literal(value, type_)
        expression = literal if self.dialect == "sqlite" else sa.cast(literal, type_)
        try:
            sql = str(expression.compile(self._engine(), compile_kwargs={"literal_binds": True}))
        except sa.exc.CompileError:
            return ""
        return "" if "\0" in sql else sql

    def _engine(self) -> sa.Engine:
        return sa.create_engine(self.url, poolclass=sa.NullPool)

    def _project(self) -> Project:
        return Project.load(self.root, {"database-url": self.url})


def run(models: str) -> ModuleType:
    """Return the module that the Python of models makes."""
    module = ModuleType(MODULE)
    with warnings.catch_warnings():
        # SQLAlchemy's own DOMAIN lacks the operator classes that it will require.
        warnings.simplefilter("ignore", sa.exc.SADeprecationWarning)
        exec(compile(PRELUDE + models, f"<{MODULE}>", "exec"), module.__dict__)
    return module


def _sorted(table: Table) -> Table:
    return replace(table, columns=tuple(sorted(table.columns, key=lambda column: column.name)))


def _text(value: object) -> str:
    """Return a value as text, the same for 12.50 and 12.5, for bytes and a view of them."""
    if isinstance(value, Decimal):
        return str(value.normalize())
    return repr(bytes(value) if isinstance(value, memoryview) else value)
