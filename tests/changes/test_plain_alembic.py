"""Plain Alembic, by an env.py of its own, makes of a database what our verbs make of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.changes.cases import Case
from tests.changes.runner import MODULE, Run, provide_module
from tests.changes.test_cases import ALL

# SQLite's foreign keys are off when a connection begins, unless a case has a listener for that.
ENV = f"""
import sqlalchemy as sa
from alembic import context
from {MODULE} import Base

engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.NullPool)
with engine.connect() as connection:
    if engine.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.fixture
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of two empty databases of the kind that the test is for."""
    with ExitStack() as stack:
        if request.getfixturevalue("dialect") == "sqlite":
            first, second = (f"sqlite:///{(tmp_path / name).as_posix()}" for name in "ab")
        else:
            server = request.getfixturevalue("server")
            first, second = (stack.enter_context(server.empty_database()) for _ in range(2))
        yield first, second


@pytest.mark.long
@pytest.mark.parametrize(
    ("case", "dialect"), [pytest.param(*param.values, id=param.id) for param in ALL]
)
def test_a_change_is_the_same_by_plain_alembic(
    case: Case, dialect: str, urls: tuple[str, str], tmp_path: Path
) -> None:
    ours, theirs = (Run(case, tmp_path, url) for url in urls)
    ours.carry_through()
    (tmp_path / "alembic" / "env.py").write_text(ENV)
    config = Config(attributes={"url": theirs.url})
    config.set_main_option("script_location", str(tmp_path / "alembic"))
    first = ScriptDirectory.from_config(config).get_base()
    assert first is not None
    provide_module(MODULE, case.prelude + case.before)
    command.upgrade(config, first)
    theirs.insert()
    provide_module(MODULE, case.prelude + case.after)
    command.upgrade(config, "head")
    theirs.keeps("kept by plain Alembic")
    assert ours.schema() == theirs.schema()
    command.downgrade(config, "-1")
    command.upgrade(config, "head")
    theirs.keeps("kept again by plain Alembic")
