"""Making a project ready, whatever its state: the files, the first revision, the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from dbtasks.additions import Additions
from dbtasks.autogenerate.impact.trial import FailedTrialError
from dbtasks.commands.additions import read_additions
from dbtasks.commands.adopt import adopt, is_without_version
from dbtasks.commands.gitignore import add_lines
from dbtasks.commands.initialize_each import prepare_each, refuse_first_of_one
from dbtasks.commands.migrate import migrate
from dbtasks.commands.models_place import ModelsPlace, import_path, models_place, refuse_forgotten
from dbtasks.commands.progress import Watch
from dbtasks.commands.project_files import make_folder, places, rendered, write_file
from dbtasks.commands.upgrade import upgrade
from dbtasks.commands.written_files import Undo, taken_away_on_failure, undone_on_failure
from dbtasks.errors import MigrationError
from dbtasks.hints import command
from dbtasks.project.configuration_files import shown
from dbtasks.project.doubts import refuse_doubts
from dbtasks.project.project import Project
from dbtasks.revisions.directory import script_directory, version_folders
from dbtasks.values import AppliedStep, Outcome, Plan, Prepared

ApproveAdditions = Callable[[Additions], None]
"""Asked before anything is added to a project's folder; raises to stop it."""


def initialize(
    project: Project,
    models: str = "",
    watch: Watch | None = None,
    approve: ApproveAdditions | None = None,
    *,
    from_database: bool = False,
) -> Prepared:
    """Write what is missing, make the first revision, create the database, bring it to the head.

    `models` is `package.module:Base`, followed by `+package` for what else declares tables; it may
    be empty where env.py stands already. Nothing that is there is overwritten, so this can be
    repeated. `approve` is given what will be added to the project's folder, and may raise. Where
    `init` can't finish, what it has added is taken away again: `UsageError` when `models` is
    missing or malformed, `ProjectError` for a file that can't be written, `ModelsError`,
    `DatabaseError`, `MigrationError`. Steps that were applied stay applied. `watch` is told of
    each step of the upgrade when it is done.

    A database that has tables and no version is compared with what the revisions yield, and
    recorded at the one that it is equal to; `RefusedError`, with each difference, if there is none.
    `from_database` writes the first revision as that database is, and the second as the models are.
    Where env.py works on several databases, `databases` of the value says what was done to each.

    >>> dbtasks.initialize(project).created  # what is there is kept
    ()
    """
    additions = read_additions(project, models)
    refuse_doubts(project.settings, "init", *(["--models", models] if models else []))
    if approve and (additions.files or additions.ignored):
        approve(additions)
    with taken_away_on_failure() as written, undone_on_failure() as done:
        created, kept = write_files(project, models, written)
        if additions.ignored:
            add_lines(project.root, additions.ignored, done)
        prepared = Prepared(
            str(project.root),
            created,
            kept,
            revision="",
            ignored=additions.ignored,
            advice=additions.advice if created else (),
        )
        if project.each_database() != (project,):
            return prepare_each(
                project, prepared, written, done, watch, from_database=from_database
            )
        refuse_first_of_one(project)
        metadata = project.models.metadata
        if models and created:
            refuse_forgotten(project.root, models, metadata)
        if not additions.creates_database:
            adopted = _adopted(project, prepared, written, from_database=from_database)
            if adopted is not None:
                return adopted
        take_away = project.database.create()
        notes = [f"created the database {project.database.name}"] if take_away else []
        if not metadata.tables:
            notes.append("the models declare no table yet")
        with undone_on_failure() as database_made:
            database_made.extend([take_away] if take_away else [])
            revision, outcome = _upgraded(project, written, done, database_made, watch)
    return replace(prepared, revision=revision, outcome=outcome, notes=tuple(notes))


def write_files(
    project: Project, models: str, written: list[Path]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write the files that are missing, and note them and new folders in `written`.

    Returns where those stand that were written, and those that stood already.
    """
    root = project.root
    stand = places(project)
    missing = [name for name, path in stand.items() if not path.exists()]
    place = models_place(root, models) if "alembic/env.py" in missing else ModelsPlace("", "")
    for name in missing:
        write_file(stand[name], rendered(name, place, import_path(root, place)), written)
    for folder in version_folders(script_directory(project.config())):
        make_folder(folder, written)
    created = tuple(shown(stand[name], root) for name in missing)
    return created, tuple(shown(path, root) for name, path in stand.items() if name not in missing)


def _adopted(
    project: Project, prepared: Prepared, written: list[Path], *, from_database: bool
) -> Prepared | None:
    """Take over a database that has tables and no version; return None for any other."""
    if not project.database.read(partial(is_without_version, project)):
        return None
    adopted = adopt(project, written, from_database=from_database)
    return None if adopted is None else replace(prepared, **adopted)


def _first(project: Project) -> str:
    """Write the first revision; return its file. One that fails is mended in the models."""
    try:
        return migrate(project, "initial").path
    except FailedTrialError as error:
        raise MigrationError(
            error.what, "Mend it in the models, then: ", command("init")
        ) from error


def _upgraded(
    project: Project,
    written: list[Path],
    done: list[Undo],
    database_made: list[Undo],
    watch: Watch | None,
) -> tuple[str, Outcome | None]:
    """Write the first revision where there is none, and apply what is pending."""
    revision = ""
    if not project.revisions.heads:
        revision = _first(project)
        written += [project.root / revision] if revision else []

    def stays(plan: Plan, step: AppliedStep) -> None:
        # The database holds it now, and names its revision.
        database_made.clear()
        if revision:
            written.clear()
            done.clear()
        if watch:
            watch(plan, step)

    return revision, upgrade(project, "head", stays) if project.revisions.heads else None
