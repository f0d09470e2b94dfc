"""A file of the project that hides a library of the same name."""

from __future__ import annotations

import sys
from pathlib import Path

from dbtasks.errors import ProjectError
from dbtasks.project.installed import is_installed


def refuse_hidden_library(error: ImportError) -> None:
    """Raise `ProjectError` if a library did not import because a file of the project hides it.

    The folder alembic/ is no package; an `__init__.py` makes it one, and Python takes it for the
    library wherever the project's folder comes first.
    """
    library = (error.name or "").partition(".")[0]
    file = getattr(sys.modules.get(library), "__file__", None)
    if library in {"alembic", "sqlalchemy", "invoke"} and file and not is_installed(Path(file)):
        raise ProjectError(
            f"{file} is taken for the library {library}, which it hides.",
            "Delete it if it is empty, or give it another name; then try again.",
        ) from error
