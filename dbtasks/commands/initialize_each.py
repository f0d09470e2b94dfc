"""Making each of several databases ready: one first revision for them all, then one at a time.

All are looked at before the first is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from alembic.autogenerate import RevisionContext

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.proof.likeness import Likeness
from dbtasks.commands.adopt import (
    FIRST,
    as_it_is,
    compared,
    is_without_version,
    recorded,
    recorded_text,
    written_second,
)
from dbtasks.commands.migrate_each import migrate_each
from dbtasks.commands.migration import put_in
from dbtasks.commands.progress import Watch
from dbtasks.commands.revision_file import write_revision
from dbtasks.commands.several import act_on_each
from dbtasks.commands.upgrade import upgrade
from dbtasks.commands.written_files import Undo, taken_away_on_failure
from dbtasks.databases.scratch import EmptyDatabase
from dbtasks.errors import UsageError
from dbtasks.hints import command
from dbtasks.project.project import Project
from dbtasks.values import AppliedStep, ByDatabase, Plan, Prepared


def refuse_first_of_one(project: Project) -> None:
    """Raise `UsageError` where the first revision is asked for one of several databases alone.

    Applied to the others, it would make nothing there.
    """
    if project.database_name and not project.revisions.heads:
        raise UsageError(
            "There is no revision yet, and the first one is for all databases that env.py works "
            "on. Nothing was written.",
            "Leave out --database; or write it for this one alone: ",
            command("migrate", FIRST, "--database", project.database_name),
        )


def prepare_each(
    project: Project,
    prepared: Prepared,
    written: list[Path],
    done: list[Undo],
    watch: Watch | None,
    *,
    from_database: bool,
) -> Prepared:
    """Bring each database to the head, or record what it is at.

    `written` and `done` hold what is taken away again; nothing of it from the first change on.
    Raises as `initialize` does; what a later database raises says what has become of the others.
    """
    is_new = not project.revisions.heads
    if is_new:
        _write_first(project, written, from_database=from_database)
    revision = project.revisions.shown(written[-1]) if is_new and project.revisions.heads else ""

    def stays() -> None:
        # A database holds it now, and names its revision.
        if revision:
            written.clear()
            done.clear()

    each = _Each(prepared.root, watch, stays, is_new=is_new, from_database=from_database)
    acted = act_on_each(project, each.act, each.look)
    assert isinstance(acted, ByDatabase)
    notes = (written_second(project),) if is_new and from_database else ()
    return replace(prepared, revision=revision, databases=acted.databases, notes=notes)


@dataclass(frozen=True)
class _Each:
    """What is done to each database; `stays` is called when the first has changed."""

    root: str
    watch: Watch | None
    stays: Callable[[], None]
    is_new: bool
    from_database: bool

    def look(self, project: Project) -> None:
        """Raise `RefusedError` for one that has tables, no version, and is like no revision."""
        if self._is_found(project):
            find = partial(compared, project, is_new=self.is_new, from_database=self.from_database)
            project.database.read(find)

    def act(self, project: Project) -> Prepared:
        """Record what it is at, or bring it to the head."""
        done = Prepared(self.root, created=(), kept=(), revision="")
        if not project.revisions.heads:
            return done
        found = self._recorded(project) if self._is_found(project) else None
        if found is None:
            return replace(done, outcome=upgrade(project, "head", self._watched))
        notes = (recorded_text(project, found), *found.notes)
        return replace(done, recorded=found.revisions, notes=notes)

    def _is_found(self, project: Project) -> bool:
        return project.database.read(partial(is_without_version, project))

    def _recorded(self, project: Project) -> Likeness | None:
        write = partial(recorded, project, is_new=self.is_new, from_database=self.from_database)
        found = project.database.run(write)
        if found is not None:
            self.stays()
        return found

    def _watched(self, plan: Plan, step: AppliedStep) -> None:
        self.stays()
        if self.watch:
            self.watch(plan, step)


def _write_first(project: Project, written: list[Path], *, from_database: bool) -> None:
    """Write the first revision: as the databases are, or as the models are."""
    projects = project.each_database()
    if from_database:
        _write_as_they_are(project, projects, written)
        return
    blank = [one.on(EmptyDatabase.of_kind(one.database)) for one in projects]
    path = migrate_each(project, blank, FIRST, Answers(message=FIRST), keep=False).path
    written += [project.root / path] if path else []


def _write_as_they_are(project: Project, projects: Sequence[Project], written: list[Path]) -> None:
    made = [one.database.read(partial(as_it_is, one)) for one in projects]

    def compare(revision: RevisionContext) -> None:
        for one, migration in zip(projects, made, strict=True):
            one.database.read(partial(put_in, one, migration=migration, revision=revision))

    with taken_away_on_failure() as files:
        write_revision(project, FIRST, files, compare)
    written += files
