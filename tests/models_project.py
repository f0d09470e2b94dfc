"""A project to change models in, in this process: write models, run verbs, look at the rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests import by_hand
from tests.in_process import Result, forget
from tests.project_folder import ProjectFolder
from tests.states import state_of

PRELUDE = """\
import datetime as dt
import enum
import uuid
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dbtasks import ListOf


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention={
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s"})
"""
PLAIN_PRELUDE = re.sub(r"    metadata = .*\Z", "    pass\n", PRELUDE, flags=re.DOTALL)
"""The same without a naming convention."""

TITLE = "title: Mapped[str] = mapped_column(sa.String(80))"


def model(name: str, *lines: str, args: str = "") -> str:
    """Return a mapped class of the table `name`, with an integer key and these columns."""
    table_args = [f"__table_args__ = ({args},)"] if args else []
    key = "id: Mapped[int] = mapped_column(primary_key=True)"
    body = "".join(
        f"    {line}\n" for line in [f'__tablename__ = "{name}"', *table_args, key, *lines]
    )
    return f"\n\nclass {name.capitalize()}(Base):\n{body}"


@dataclass
class ModelsProject(ProjectFolder):
    """A project with one models module, and a database of its own."""

    prelude: str = PRELUDE

    @property
    def url(self) -> str:
        """The database's address."""
        return self.variables["DATABASE_URL"]

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite."""
        return self.url.startswith("sqlite")

    def models(self, text: str) -> None:
        """Write the models module anew."""
        self.write("models.py", self.prelude + text)
        forget(self.root)

    def begin(self, models: str, *statements: str) -> None:
        """Make the project and its database from models, and execute statements."""
        self.models(models)
        self.run("init", "--models", "models:Base")
        self.execute(*statements)

    def change(self, models: str, *words: str, code: int = 0, **variables: str) -> Result:
        """Change the models and `migrate`; the test fails unless it ends with `code`."""
        self.models(models)
        return self.run("migrate", "change", *words, code=code, **variables)

    def refused(self, models: str, *words: str, code: int, **variables: str) -> str:
        """Return what `migrate` says of models that it refuses, leaving all as it was."""
        self.models(models)
        before = state_of(self)
        result = self.run("migrate", "change", *words, code=code, **variables)
        assert before == state_of(self)
        assert "" == result.out
        assert "Traceback" not in result.err
        return result.err

    def execute(self, *statements: str) -> None:
        """Execute statements past dbtasks."""
        by_hand.run_script(self.url, ";\n".join(statements))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return by_hand.rows(self.url, query)

    def written(self, result: Result) -> str:
        """Return the text of the file that `migrate` says it wrote."""
        found = re.search(r"^Wrote (.+)$", result.out, re.MULTILINE)
        assert found, result.text
        return (self.root / found[1]).read_text(encoding="utf-8")
