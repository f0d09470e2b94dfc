"""What squawk says of a revision's SQL, beside the operation that it is about.

squawk (https://squawkhq.com) knows what hurts a PostgreSQL server at work. Its configuration in
the project's folder counts. Rules of style are left out: they are no matter of one revision. So
are those about transactions and the order of an enum: both are taken care of here.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks.databases.quiet import quiet_context
from dbtasks.databases.safe_operations import made_safe
from dbtasks.hints import counted
from dbtasks.operations.batch import each_operation
from dbtasks.operations.sql import REVISION_DIALECT
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.values import NotKnown

MISSING = 'for a review of the SQL: pip install "dbtasks[review]"'
_TIMEOUT_SECONDS = 20
_LEFT_OUT = (
    "ban-drop-",
    "ban-uncommitted-transaction",
    "prefer-",
    "renaming-",
    "require-enum-value-ordering",
    "require-lock-timeout",
    "require-statement-timeout",
    "transaction-nesting",
)


def review(
    operations: Sequence[MigrateOperation], metadata: sa.MetaData | None, root: Path
) -> tuple[str, ...]:
    """Return the findings, a line each; how to get them where squawk is not installed."""
    squawk = _squawk()
    if squawk is None:
        return (MISSING,)
    statements = [(_about(item), _sql(item, metadata)) for item in each_operation(operations)]
    lines = [line for _, sql in statements for line in sql or ()]
    owners = [name for name, sql in statements for _ in sql or ()]
    found = _findings(squawk, "\n".join(lines), root)
    if isinstance(found, NotKnown):
        return (f"squawk gave no review of the SQL: {found.why}",)
    notes = [
        f"{owners[item['line']]}: {item['message']} (squawk {item['rule_name']})"
        for item in found
        if not item["rule_name"].startswith(_LEFT_OUT) and item["line"] < len(owners)
    ]
    unseen = sum(sql is None for _, sql in statements)
    notes += [f"squawk has not seen {counted(unseen, 'statement')}, of no known SQL"] * bool(unseen)
    return tuple(dict.fromkeys(notes))


def _squawk() -> str | None:
    beside = shutil.which("squawk", path=sysconfig.get_path("scripts"))
    return beside or shutil.which("squawk")


def _sql(operation: MigrateOperation, metadata: sa.MetaData | None) -> list[str] | None:
    """Return the lines of an operation's SQL; None where it can't be told without running it."""
    if isinstance(operation, NotUnderstoodOp):
        return None
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer, "target_metadata": metadata}
    context = quiet_context(REVISION_DIALECT, options)
    try:
        with made_safe(Operations(context)) as runner:
            runner.invoke(operation)
    except Exception:  # The upgrade itself will say what is wrong, and in which line.
        return None
    return buffer.getvalue().splitlines()


def _about(operation: MigrateOperation) -> str:
    table = getattr(operation, "table_name", None) or getattr(operation, "source_table", None)
    column = getattr(operation, "column_name", None)
    named = getattr(operation, "index_name", None) or getattr(operation, "name", None)
    return ".".join(str(part) for part in (table, column) if part) or str(named or "the revision")


def _findings(squawk: str, sql: str, root: Path) -> list[dict[str, Any]] | NotKnown:
    command = [squawk, "--reporter", "json", "--assume-in-transaction"]
    try:
        done = subprocess.run(  # noqa: S603 (our own command, without a shell)
            command,
            input=sql,
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return NotKnown(f"it took longer than {_TIMEOUT_SECONDS} seconds")
    except OSError as error:
        return NotKnown(f"it does not start ({error.strerror})")
    except json.JSONDecodeError:
        said = (done.stderr or done.stdout).strip().partition("\n")[0]
        return NotKnown(said or f"it ended with {done.returncode}")
    return found
