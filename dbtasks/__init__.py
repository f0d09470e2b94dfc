"""The same database verbs in every shell, and no way to lose data with them.

These names are the whole interface for a project: its tasks.py, its alembic/env.py, its models,
and programs of its own. They are loaded when they are first used, so that `--help` waits for
neither Alembic nor SQLAlchemy. docs/reference/api.md says what is promised of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbtasks.additions import Additions, Advice
    from dbtasks.autogenerate.answers import Answers, Ask
    from dbtasks.cli.program import main
    from dbtasks.cli.verbs import database_tasks
    from dbtasks.commands.additions import read_additions
    from dbtasks.commands.check import check_models
    from dbtasks.commands.current import read_current
    from dbtasks.commands.environment import run_migrations
    from dbtasks.commands.history import read_heads, read_history, read_revision
    from dbtasks.commands.initialize import ApproveAdditions, initialize
    from dbtasks.commands.merge import merge
    from dbtasks.commands.migrate import migrate, write_empty
    from dbtasks.commands.plan import plan
    from dbtasks.commands.progress import Watch
    from dbtasks.commands.reset import reset
    from dbtasks.commands.seed import seed
    from dbtasks.commands.sql import sql
    from dbtasks.commands.stamp import stamp
    from dbtasks.commands.status import read_status
    from dbtasks.commands.upgrade import Approve, downgrade, upgrade
    from dbtasks.commands.wait import wait
    from dbtasks.errors import (
        BehindError,
        DatabaseError,
        DbtasksError,
        ExitCode,
        HistoryError,
        InterruptedByUserError,
        MigrationError,
        MissingAnswerError,
        MissingDatabaseError,
        ModelsError,
        NoAnswerError,
        ProjectError,
        RefusedError,
        SettingsError,
        UnknownRevisionError,
        UsageError,
    )
    from dbtasks.failure import Failed, Failure
    from dbtasks.hints import Command
    from dbtasks.project.project import Project, database_url
    from dbtasks.project.settings import Environment, Settings, load_settings
    from dbtasks.types import ListOf
    from dbtasks.values import (
        Answered,
        AppliedStep,
        ByDatabase,
        Change,
        Check,
        Current,
        History,
        Outcome,
        Plan,
        Prepared,
        Revision,
        Sql,
        Status,
        Step,
        TableRows,
        Written,
    )

_HOMES = {
    "additions": ("Additions", "Advice"),
    "autogenerate.answers": ("Answers", "Ask"),
    "cli.program": ("main",),
    "cli.verbs": ("database_tasks",),
    "commands.additions": ("read_additions",),
    "commands.check": ("check_models",),
    "commands.current": ("read_current",),
    "commands.environment": ("run_migrations",),
    "commands.history": ("read_heads", "read_history", "read_revision"),
    "commands.initialize": ("ApproveAdditions", "initialize"),
    "commands.merge": ("merge",),
    "commands.migrate": ("migrate", "write_empty"),
    "commands.plan": ("plan",),
    "commands.progress": ("Watch",),
    "commands.reset": ("reset",),
    "commands.seed": ("seed",),
    "commands.sql": ("sql",),
    "commands.stamp": ("stamp",),
    "commands.status": ("read_status",),
    "commands.upgrade": ("Approve", "downgrade", "upgrade"),
    "commands.wait": ("wait",),
    "errors": (
        "BehindError",
        "DatabaseError",
        "DbtasksError",
        "ExitCode",
        "HistoryError",
        "InterruptedByUserError",
        "MigrationError",
        "MissingAnswerError",
        "MissingDatabaseError",
        "ModelsError",
        "NoAnswerError",
        "ProjectError",
        "RefusedError",
        "SettingsError",
        "UnknownRevisionError",
        "UsageError",
    ),
    "failure": ("Failed", "Failure"),
    "hints": ("Command",),
    "project.project": ("Project", "database_url"),
    "project.settings": ("Environment", "Settings", "load_settings"),
    "types": ("ListOf",),
    "values": (
        "Answered",
        "AppliedStep",
        "ByDatabase",
        "Change",
        "Check",
        "Current",
        "History",
        "Outcome",
        "Plan",
        "Prepared",
        "Revision",
        "Sql",
        "Status",
        "Step",
        "TableRows",
        "TableRows",
        "Written",
    ),
}
"""The names by the module in which each is at home."""

__all__ = [
    "Additions",
    "Advice",
    "Answered",
    "Answers",
    "AppliedStep",
    "Approve",
    "ApproveAdditions",
    "Ask",
    "BehindError",
    "ByDatabase",
    "Change",
    "Check",
    "Command",
    "Current",
    "DatabaseError",
    "DbtasksError",
    "Environment",
    "ExitCode",
    "Failed",
    "Failure",
    "History",
    "HistoryError",
    "InterruptedByUserError",
    "ListOf",
    "MigrationError",
    "MissingAnswerError",
    "MissingDatabaseError",
    "ModelsError",
    "NoAnswerError",
    "Outcome",
    "Plan",
    "Prepared",
    "Project",
    "ProjectError",
    "RefusedError",
    "Revision",
    "Settings",
    "SettingsError",
    "Sql",
    "Status",
    "Step",
    "TableRows",
    "UnknownRevisionError",
    "UsageError",
    "Watch",
    "Written",
    "check_models",
    "database_tasks",
    "database_url",
    "downgrade",
    "initialize",
    "load_settings",
    "main",
    "merge",
    "migrate",
    "plan",
    "read_additions",
    "read_current",
    "read_heads",
    "read_history",
    "read_revision",
    "read_status",
    "reset",
    "run_migrations",
    "seed",
    "sql",
    "stamp",
    "upgrade",
    "wait",
    "write_empty",
]


def __getattr__(name: str) -> Any:
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
