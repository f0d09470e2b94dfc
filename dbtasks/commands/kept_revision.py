"""A revision that failed its trial and was kept, marked as unfinished; and how it is retried."""

from __future__ import annotations

import tokenize
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from dbtasks.autogenerate.impact.impact import changes_of
from dbtasks.autogenerate.impact.trial import UPGRADE, FailedTrialError
from dbtasks.autogenerate.plan.planner import Planner
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.commands.current import current_of
from dbtasks.commands.migration import tried
from dbtasks.commands.revision_file import written_value
from dbtasks.commands.several import with_name
from dbtasks.databases.transactions import release
from dbtasks.errors import BehindError, MigrationError
from dbtasks.hints import Command, command
from dbtasks.project.project import Project
from dbtasks.revisions.script import RevisionScript, read_script
from dbtasks.revisions.unfinished import with_mark, without_mark
from dbtasks.values import Change, Written


@contextmanager
def kept_if_asked(
    project: Project, message: str, written: list[Path], violations: Sequence[str], *, keep: bool
) -> Iterator[None]:
    """Where `keep`, let the file of a revision that fails its trial stay, marked as unfinished.

    The error tells of the rows too that break a new rule, by `violations`.
    """
    try:
        yield
    except FailedTrialError as failed:
        error = failed.with_rows(violations)
        if not keep:
            raise error from failed
        for path in written:
            _rewrite(path, partial(with_mark, reason=error.why, way_on=_typed(message)))
        shown = " and ".join(project.revisions.shown(path) for path in written)
        written.clear()
        raise _still_unfinished(shown, error, message) from failed


def try_again(project: Project, projects: Sequence[Project], message: str) -> Written | None:
    """Try the revision that is unfinished, and take its mark away where it works now.

    Returns None where none is unfinished. Raises `MigrationError` where it fails once more,
    `BehindError` where others are pending.
    """
    unfinished = project.revisions.unfinished
    if not unfinished:
        return None
    script = unfinished[0]
    path = Path(script.path)
    with _without_mark(project, path, message):
        mended = read_script(path, project.revisions.arguments)
        assert isinstance(mended, RevisionScript)
        own = [one for one in projects if one.models.target is not None] or [*projects]
        found = [with_name(one, partial(_tried, script=mended)) for one in own]
    changes = tuple(change for seen, _ in found for change in seen)
    notes = dict.fromkeys(note for _, seen in found for note in seen)
    return written_value(project, mended, str(mended.doc), changes, tuple(notes))


@contextmanager
def _without_mark(project: Project, path: Path, message: str) -> Iterator[None]:
    """Take the mark away, and put it back if anything goes wrong."""
    marked = path.read_bytes()
    _rewrite(path, without_mark)
    try:
        yield
    except FailedTrialError as error:
        _rewrite(path, partial(with_mark, reason=error.why, way_on=_typed(message)))
        raise _still_unfinished(project.revisions.shown(path), error, message) from error
    except BaseException:
        path.write_bytes(marked)
        raise


def _tried(project: Project, script: RevisionScript) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Return what a revision changes in one of the databases, and what is to be known of it."""
    its_own = script.called_with(project.revisions.arguments)

    def work(connection: Connection) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        current = current_of(project, connection)
        pending = project.revisions.upgrades(current, "heads")
        if [item.revision for item in pending] != [script.revision]:
            raise BehindError(
                f"The database is not where revision {script.revision} begins, which is unfinished."
                " Nothing was changed.",
                "Look: ",
                command("status"),
            )
        release(connection)
        planner = Planner(Comparer.of(project))
        seen = tried(project, planner, its_own, connection)
        return changes_of(its_own, UPGRADE, connection), seen

    return project.database.read(work)


def _still_unfinished(shown: str, error: FailedTrialError, message: str) -> MigrationError:
    return MigrationError(
        f"A revision was tried on a copy, and failed: {error.why}.\n"
        f"It is kept as {shown}, marked as unfinished: nothing applies it.",
        "Mend it there, then try it again: ",
        _again(message),
    )


def _again(message: str) -> Command:
    return command("migrate", message, "--keep")


def _typed(message: str) -> str:
    """Return the command for a comment in the file, which every entry point's user reads."""
    return f'migrate "{message}" --keep'


def _rewrite(path: Path, rewritten: Callable[[str], str]) -> None:
    with tokenize.open(path) as file:
        source, encoding = file.read(), file.encoding
    path.write_text(rewritten(source), encoding=encoding, newline="\n")
