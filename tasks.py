"""The tasks of this project: the database verbs, and below them your own.

`python tasks.py --list` shows them all, from a fresh clone too; `python tasks.py upgrade` is how
most days begin. migrate.ps1, migrate.cmd and the justfile lead here.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "alembic"))
    import bootstrap

    bootstrap.enter()
    sys.path.remove(str(ROOT / "alembic"))

from dbtasks import database_tasks

namespace = database_tasks(ROOT)

# Your own tasks: write them with Invoke's @task and add them, namespace.add_task(...).

if __name__ == "__main__":
    from dbtasks import main

    main(namespace)
