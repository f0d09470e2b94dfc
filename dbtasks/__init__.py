"""The same database verbs in every shell, and no way to lose data with them.

These names are the whole interface for a project: its tasks.py, its alembic/env.py, its models.
They are loaded when they are first used, so that `--help` waits for neither Alembic nor
SQLAlchemy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbtasks.apply import downgrade, stamp, upgrade
    from dbtasks.autogenerate.answers import Answers
    from dbtasks.compare import check_models
    from dbtasks.current import read_current
    from dbtasks.databases.address import database_url
    from dbtasks.environment import run_migrations
    from dbtasks.errors import DbtasksError
    from dbtasks.initializing import initialize
    from dbtasks.program import main
    from dbtasks.project import Project
    from dbtasks.rebuild import reset, seed
    from dbtasks.settings import Settings, load_settings
    from dbtasks.status import read_history, read_status
    from dbtasks.tasks import database_tasks
    from dbtasks.types import ListOf
    from dbtasks.write import merge, migrate

_HOMES = {
    "Answers": "autogenerate.answers",
    "DbtasksError": "errors",
    "ListOf": "types",
    "Project": "project",
    "Settings": "settings",
    "check_models": "compare",
    "database_tasks": "tasks",
    "database_url": "databases.address",
    "downgrade": "apply",
    "initialize": "initializing",
    "load_settings": "settings",
    "main": "program",
    "merge": "write",
    "migrate": "write",
    "read_current": "current",
    "read_history": "status",
    "read_status": "status",
    "reset": "rebuild",
    "run_migrations": "environment",
    "seed": "rebuild",
    "stamp": "apply",
    "upgrade": "apply",
}

__all__ = [
    "Answers",
    "DbtasksError",
    "ListOf",
    "Project",
    "Settings",
    "check_models",
    "database_tasks",
    "database_url",
    "downgrade",
    "initialize",
    "load_settings",
    "main",
    "merge",
    "migrate",
    "read_current",
    "read_history",
    "read_status",
    "reset",
    "run_migrations",
    "seed",
    "stamp",
    "upgrade",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
