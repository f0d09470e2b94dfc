"""Modules that declare tables and that nobody has imported, so that no verb knows their tables."""

from __future__ import annotations

from dbtasks.errors import ModelsError
from dbtasks.project.model_search import forgotten_models
from dbtasks.project.project import Project


def refuse_without_tables(project: Project) -> None:
    """Raise `ModelsError` for models without a table, where modules that declare some are left.

    Nothing to do, one would be told, and models and database would agree.
    """
    if project.models.metadata.tables:
        return
    forgotten = forgotten_models(project.root)
    if forgotten.modules:
        raise ModelsError(
            "The models declare no table, and these modules, which do, are not imported: "
            f"{forgotten.listed}. Nothing was written.",
            f"Add to {_env(project)}: {forgotten.statement}",
        )


def notes_on_forgotten(project: Project) -> tuple[str, ...]:
    """Return a line on modules that declare tables of these models and are not imported."""
    forgotten = forgotten_models(project.root, project.models.metadata)
    if not forgotten.modules:
        return ()
    note = (
        f"not imported, and so not compared, though tables are declared there: {forgotten.listed} "
        f"(if they belong to the models, add to {_env(project)}: {forgotten.statement})"
    )
    return (note,)


def _env(project: Project) -> str:
    folder = project.script_folder
    below = folder.relative_to(project.root) if folder.is_relative_to(project.root) else folder
    return f"{below.as_posix()}/env.py"
