"""Revisions written from operations as `migrate` writes them, and run again, without a database."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation, ModifyTableOps
from alembic.runtime.migration import MigrationContext

from dbtasks.autogenerate.plan.blocks import CommentOp
from dbtasks.autogenerate.write.plugin import plugin_options
from dbtasks.operations.sql import POSTGRESQL

ENV = """
from alembic import context
context.configure(dialect_name="postgresql", **context.config.attributes["options"])
context.run_migrations()
"""
INI = """
[alembic]
script_location = %(here)s
revision_environment = true
[post_write_hooks]
hooks = dbtasks
dbtasks.type = dbtasks
"""


@dataclass(frozen=True)
class RevisionWriter:
    """A folder of Alembic's with nothing but the template of a revision in it."""

    folder: Path

    @classmethod
    def at(cls, folder: Path, template: str) -> RevisionWriter:
        """Return a writer with all that it needs in a folder."""
        (folder / "versions").mkdir()
        for name, text in (("alembic.ini", INI), ("env.py", ENV), ("script.py.mako", template)):
            (folder / name).write_text(text, encoding="utf-8")
        return cls(folder)

    def write(self, *operations: MigrateOperation, message: str = "m", **options: Any) -> str:
        """Return the text of a revision whose upgrade is these operations."""

        def give(_context: object, _revision: object, directives: Any) -> None:
            directives[0].upgrade_ops.ops[:] = operations

        config = Config(self.folder / "alembic.ini")
        users = {"process_revision_directives": give, **options}
        config.attributes["options"] = plugin_options(None, users)
        with redirect_stdout(io.StringIO()):
            script: Any = command.revision(config, message, sql=True)  # no connection
        text = Path(script.path).read_text(encoding="utf-8")
        Path(script.path).unlink()
        return text


class Recorder(Operations):
    """Operations that write SQL instead of running it, and are noted down."""

    def __init__(self) -> None:
        self.sql = io.StringIO()
        options = {"as_sql": True, "output_buffer": self.sql}
        super().__init__(MigrationContext.configure(dialect=POSTGRESQL, opts=options))
        self.operations: list[MigrateOperation] = []

    def invoke(self, operation: MigrateOperation) -> Any:
        """Note an operation down and write its SQL."""
        self.operations.append(operation)
        return super().invoke(operation)


def happened(upgrade: Callable[[Recorder], None]) -> tuple[str, list[str]]:
    """Return the SQL of what happens, and with what operations of ours were called."""
    recorder = Recorder()
    upgrade(recorder)
    own = (
        repr({**vars(item), "value": None})  # which is in the SQL
        for item in recorder.operations
        if type(item).__module__.startswith("dbtasks.operations")
    )
    return recorder.sql.getvalue(), list(own)


def upgrade_of(text: str) -> Callable[[Recorder], None]:
    """Return the upgrade of a revision's file, as a function of `op`."""
    names: dict[str, Any] = {}
    exec(compile(text, "revision", "exec"), names)

    def upgrade(recorder: Recorder) -> None:
        names["op"] = recorder
        names["upgrade"]()

    return upgrade


def invoked(*operations: MigrateOperation) -> Callable[[Recorder], None]:
    """Return the upgrade that does these operations as they are."""

    def upgrade(recorder: Recorder) -> None:
        for operation in operations:
            if isinstance(operation, ModifyTableOps):
                name, schema = operation.table_name, operation.schema
                with recorder.batch_alter_table(name, schema) as batch:
                    for inner in operation.ops:
                        batch.invoke(inner)
            elif not isinstance(operation, CommentOp):
                recorder.invoke(operation)

    return upgrade
