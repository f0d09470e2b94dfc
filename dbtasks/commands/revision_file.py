"""Writing the file of a revision, through Alembic's templates and hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.autogenerate import RevisionContext
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError, asbool

from dbtasks.autogenerate.write.finished_file import leave_one_op, tidy
from dbtasks.autogenerate.write.message import in_docstring
from dbtasks.autogenerate.write.plugin import HOOK
from dbtasks.errors import MigrationError, ProjectError, UsageError
from dbtasks.hints import command
from dbtasks.project.environment import EnvironmentRun, at_work, run_environment
from dbtasks.project.project import Project
from dbtasks.project.user_code import explained_ending
from dbtasks.revisions.directory import revision_files
from dbtasks.revisions.ids import new_revision_id
from dbtasks.revisions.script import RevisionScript, read_script
from dbtasks.values import Change, Written

_LOOK = "Look at script.py.mako, and at the hooks that alembic.ini names."


def write_revision(
    project: Project,
    message: str,
    written: list[Path],
    compare: Callable[[RevisionContext], None] | None = None,
    *,
    head: str | Sequence[str] = "head",
) -> RevisionScript:
    """Write a revision behind `head`, note its file in `written`, and return it.

    With `compare`, autogenerate says what is in it; without, it is empty.
    """
    config, directory = project.config(), project.revisions.script
    before = set(revision_files(directory))
    context = RevisionContext(config, directory, _arguments(message, head, compare is not None))
    if compare is not None:
        compare(context)
    elif asbool(config.get_main_option("revision_environment")):
        with explained_ending(project.root):
            _run_environment(config, directory, context)
    try:
        with (
            _without_our_hook(directory) as is_tidied,
            explained_ending(project.root),
            at_work(config),  # script.py.mako may ask for the application
        ):
            list(context.generate_scripts())
    except CommandError as error:
        raise ProjectError(f"Alembic can't write the revision: {error}.", _LOOK) from error
    except FileNotFoundError as error:
        if error.filename not in [hook.get("executable") for hook in directory.hooks]:
            raise
        raise ProjectError(f"The hook {error.filename} is not installed.", _LOOK) from error
    finally:
        # A hook may have failed behind it. What somebody else has saved meanwhile is not ours.
        ids = {str(script.rev_id) for script in context.generated_revisions}
        new = set(revision_files(directory)) - before
        written += [path for path in new if _names_one_of(path, ids)]
        project.revisions.forget()
    for path in written:
        (tidy if is_tidied else leave_one_op)(path)
    return _read(written, project.revisions.arguments)


def _run_environment(config: Config, directory: ScriptDirectory, context: RevisionContext) -> None:
    """Let env.py have its say in a revision that is written without a comparison."""

    def fill(revision: Any, migration_context: Any) -> list[Any]:
        context.run_no_autogenerate(revision, migration_context)
        return []

    run_environment(
        config,
        directory,
        EnvironmentRun(),
        fill,
        as_sql=False,
        template_args=context.template_args,
        revision_context=context,
    )


def written_value(
    project: Project,
    script: RevisionScript,
    message: str,
    changes: tuple[Change, ...] = (),
    notes: tuple[str, ...] = (),
) -> Written:
    """Return what was written, as a value."""
    return Written(script.revision, message, project.revisions.shown(script.path), changes, notes)


def checked_message(message: str, verb: str = "migrate") -> str:
    """Return the message in one line. Raises `UsageError` when there is nothing in it.

    Nor may it look like an option: plain Invoke takes any word that follows for the message.
    """
    words = " ".join(message.split())
    if words.startswith("--"):
        raise UsageError(
            f"{words!r} is an option and no message. Nothing was written.",
            "See the options: ",
            command("help", verb),
        )
    if not words:
        raise UsageError(
            "A revision needs a message that says what it does.",
            "For example: ",
            command("migrate", "add venue to gigs"),
        )
    return words


def _arguments(message: str, head: str | Sequence[str], autogenerate: bool) -> dict[str, Any]:
    """Return what Alembic's command line would have been told."""
    return {
        "message": in_docstring(message),
        "autogenerate": autogenerate,
        "sql": False,
        "head": head,
        "splice": False,
        "branch_label": None,
        "version_path": None,
        "rev_id": new_revision_id(),
        "depends_on": None,
    }


@contextmanager
def _without_our_hook(directory: ScriptDirectory) -> Iterator[bool]:
    """Leave out the hook by which plain Alembic tidies up; tell whether it was there.

    Alembic prints that a hook runs, and a library is not to print.
    """
    hooks = directory.hooks
    directory.hooks = [hook for hook in hooks if hook.get("type") != HOOK]
    try:
        yield len(directory.hooks) < len(hooks)
    finally:
        directory.hooks = hooks


def _names_one_of(path: Path, ids: set[str]) -> bool:
    content = path.read_bytes()
    return any(id_.encode() in content for id_ in ids)


def _read(written: Sequence[Path], arguments: Mapping[str, Any]) -> RevisionScript:
    for path in written:
        script = read_script(path, arguments)
        if isinstance(script, RevisionScript):
            return script
    raise MigrationError("Alembic wrote no revision that can be read.", _LOOK)
