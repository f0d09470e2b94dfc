"""The verbs, as a collection of Invoke tasks.

Only Invoke is imported here. The library behind a verb is imported when the verb runs, so that
`--list`, `--help` and completion don't wait for SQLAlchemy and Alembic.
"""

from __future__ import annotations

from copy import copy
from pathlib import Path

from invoke.collection import Collection

from dbtasks.cli.verbs import look, move, prepare, write

GROUPS = {
    "Make ready": prepare,
    "Write revisions": write,
    "Move the database": move,
    "Look": look,
}


def database_tasks(root: Path | str, name: str = "") -> Collection:
    """Return the database verbs for the project in the folder `root`.

    With a `name` they can be added to a collection of one's own, and are typed as `inv db.upgrade`:
    `namespace.add_collection(database_tasks(Path(__file__).parent, "db"))`.

    >>> "upgrade" in dbtasks.database_tasks(".").task_names
    True
    """
    collection = Collection(name) if name else Collection()
    for module in GROUPS.values():
        for task in module.VERBS:
            # Invoke uses up a task's help texts, so each collection gets its own.
            own = copy(task)
            own.help = dict(task.help)
            collection.add_task(own)
    collection.configure({"dbtasks": {"root": str(root), "collection": name}})
    return collection
