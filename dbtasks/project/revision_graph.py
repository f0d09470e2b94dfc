"""The history: the graph of revisions, read from the files in versions/."""

from __future__ import annotations

import difflib
import os
import re
import warnings
from collections.abc import Callable, Collection, Iterable
from configparser import Error as ConfigParserError
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import MultipleHeads, RevisionError
from alembic.util import CommandError, to_tuple

from dbtasks.errors import HistoryError, ProjectError, UnknownRevisionError
from dbtasks.hints import command
from dbtasks.project.diagnosis import diagnose
from dbtasks.project.ini import scripts_folder, unreadable
from dbtasks.project.user_code import user_line
from dbtasks.values import Revision

Result = TypeVar("Result")

_RELATIVE = re.compile(r"[+-]\d+")


class RevisionGraph:
    """The revisions of a project. Its files are imported once, when they are first needed."""

    def __init__(self, config: Config, root: Path) -> None:
        self._config = config
        self._root = root

    @cached_property
    def script(self) -> ScriptDirectory:
        """Alembic's own view of the revisions, loaded and checked.

        Raises `ProjectError` when a folder is missing, and `HistoryError` when a file does not
        load or the files form no graph.
        """
        try:
            script = ScriptDirectory.from_config(self._config)
        except ConfigParserError as error:
            raise unreadable(error, self._root / "alembic.ini") from error
        except CommandError as error:
            raise ProjectError(
                f"The folder {self.shown(scripts_folder(self._config))}/, which alembic.ini names, "
                "is missing.",
                "Make it: ",
                command("init"),
            ) from error
        for folder in version_folders(script):
            if not folder.is_dir():
                raise ProjectError(
                    f"The folder {self.shown(folder)}/ is missing.",
                    "Make it again: ",
                    command("init"),
                )
        self._load(script)
        return script

    @property
    def heads(self) -> tuple[str, ...]:
        """The ids of the tips of the graph, sorted."""
        return tuple(sorted(self.script.get_heads()))

    def shown(self, path: str | Path) -> str:
        """Return a path for people: from the project's root, with forward slashes."""
        return os.path.relpath(path, self._root).replace(os.sep, "/")

    def all_scripts(self) -> list[Script]:
        """Return every revision, children before their parents."""
        return list(self.script.walk_revisions())

    def find(self, name: str) -> Script:
        """Return the one revision that goes by an id, the beginning of one, `head` or a label.

        Raises `UnknownRevisionError` when there is none or more than one.
        """
        scripts = self._ask(name, lambda: self.script.get_revisions(name))
        if len(scripts) != 1 or scripts[0] is None:
            raise self._unknown(name)
        return scripts[0]

    def unknown(self, current: Iterable[str]) -> tuple[str, ...]:
        """Return those of the database's revisions that no file has."""
        known = {script.revision for script in self.all_scripts()}
        return tuple(sorted(set(current) - known))

    def applied(self, current: Collection[str]) -> set[str]:
        """Return the ids of all revisions that a database at `current` holds."""
        scripts = self.script.iterate_revisions(tuple(current), "base", implicit_base=True)
        return {script.revision for script in scripts} if current else set()

    def children(self, id_: str) -> frozenset[str]:
        """Return the ids of the revisions that name `id_` as a parent."""
        script = self.script.get_revision(id_)
        return frozenset(script.nextrev) if script else frozenset()

    def upgrades(self, current: Collection[str], target: str) -> list[Script]:
        """Return the revisions to apply from `current` to `target`, in order.

        Raises `UnknownRevisionError` for a target that is not to be found, `HistoryError` when it
        can't be reached from `current`, or when `head` means several.
        """
        self.refuse_unknown(current)
        if target.startswith("-"):
            raise _wrong_way("upgrade", "up", "downgrade", target)
        lower = tuple(current)

        def steps() -> list[Script]:
            # Relative targets are counted from the current revision, as Alembic does it.
            return list(self.script.iterate_revisions(target, lower, implicit_base=True))

        return list(reversed(self._ask(target, steps)))

    def downgrades(self, current: Collection[str], target: str) -> list[Script]:
        """Return the revisions to take back from `current` to `target`, in order.

        Raises as `upgrades` does.
        """
        self.refuse_unknown(current)
        if target.startswith("+"):
            raise _wrong_way("downgrade", "down", "upgrade", target)
        if target.startswith("-") and len(current) > 1:
            raise UnknownRevisionError(
                f"The database is at {', '.join(sorted(current))}, so {target} may mean either. "
                "Nothing was changed.",
                "Name the revision to go down to. See them: ",
                command("history"),
            )
        upper = tuple(current)

        def steps() -> list[Script]:
            return list(self.script.iterate_revisions(upper, target, select_for_downgrade=True))

        return self._ask(target, steps)

    def refuse_unknown(self, current: Iterable[str]) -> None:
        """Raise `HistoryError` if the database names a revision that no file has."""
        unknown = self.unknown(current)
        if unknown:
            stamp = command("stamp", "head", "--purge")
            raise HistoryError(
                f"The database is at revision {', '.join(unknown)}, and no file in "
                f"{self.shown(version_folders(self.script)[0])}/ has it. Nothing was changed.",
                "Get the missing file (another branch, a colleague's commit). If it is gone for "
                "good, and the schema is that of the head: ",
                stamp,
            )

    def refuse_several_heads(self) -> None:
        """Raise `HistoryError` if the history has more than one head."""
        if len(self.heads) > 1:
            raise self._several_heads()

    def described(
        self, scripts: Iterable[Script], current: Collection[str] | None = None
    ) -> tuple[Revision, ...]:
        """Return revisions as plain values; `current` is what the database names, if asked."""
        applied = None if current is None else self.applied(current)
        return tuple(
            Revision(
                id=script.revision,
                down=to_tuple(script.down_revision, default=()),
                message=(script.doc or "").strip(),
                path=self.shown(script.path),
                is_head=script.is_head,
                is_applied=None if applied is None else script.revision in applied,
                is_current=script.revision in (current or ()),
                labels=tuple(sorted(script.branch_labels)),
                depends_on=to_tuple(script.dependencies, default=()),
            )
            for script in scripts
        )

    def _load(self, script: ScriptDirectory) -> None:
        with warnings.catch_warnings():
            # Alembic only warns of a parent that no file has, or an id that two files have.
            warnings.filterwarnings("error", module="alembic")
            try:
                script.revision_map.heads  # noqa: B018
            except (Warning, RevisionError, CommandError, KeyError) as error:
                raise self._no_history(script, error) from error
            except Exception as error:
                raise HistoryError(
                    f"A revision does not load: {user_line(error, self._root)}.",
                    "Mend the file and try again.",
                ) from error

    def _no_history(self, script: ScriptDirectory, error: Exception) -> HistoryError:
        folders = version_folders(script)
        files = [(self.shown(path), path) for at in folders for path in sorted(at.glob("*.py"))]
        found = diagnose(files)
        if found:
            return HistoryError(f"The revisions form no history: {found.what}", found.mend)
        return HistoryError(
            f"The revisions form no history: {error}.",
            f"Correct revision and down_revision in the files of {self.shown(folders[0])}/.",
        )

    def _ask(self, name: str, question: Callable[[], Result]) -> Result:
        try:
            return question()
        except (CommandError, RevisionError, AssertionError) as error:
            cause = error.__cause__ or error
            if isinstance(cause, MultipleHeads):
                raise self._several_heads() from error
            if type(cause).__name__ == "RangeNotAncestorError":
                raise HistoryError(
                    f"Revision {name} can't be reached from where the database is.",
                    "See the graph: ",
                    command("history"),
                ) from error
            raise self._unknown(name) from error

    def _unknown(self, name: str) -> UnknownRevisionError:
        ids = [script.revision for script in self.all_scripts()]
        matches = [id_ for id_ in ids if id_.startswith(name)] if name else []
        see = "See them all: ", command("history")
        if len(matches) > 1:
            found = ", ".join(sorted(matches))
            return UnknownRevisionError(
                f"{name!r} is the beginning of {len(matches)} revisions: {found}.",
                "Give more of the one that you mean. ",
                *see,
            )
        if _RELATIVE.fullmatch(name):
            number = int(name[1:])
            how_few = f"are fewer than {number} revisions" if number > 1 else "is no revision"
            return UnknownRevisionError(f"There {how_few} that way.", *see)
        names = [item for item in (*ids, "head", "heads", "base") if item != name]
        near = difflib.get_close_matches(name.lower(), names, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        return UnknownRevisionError(f"There is no revision {name!r}.{meant}", *see)

    def _several_heads(self) -> HistoryError:
        heads = self.heads
        return HistoryError(
            f"The history has {len(heads)} heads: {', '.join(heads)}. Nothing was changed.",
            "Join them: ",
            command("merge", "join heads"),
        )


def _wrong_way(verb: str, way: str, other: str, target: str) -> UnknownRevisionError:
    return UnknownRevisionError(
        f"{verb} goes {way}, and {target} goes the other way. Nothing was changed.",
        "For that: ",
        command(other, target),
    )


def version_folders(script: ScriptDirectory) -> list[Path]:
    """Return the folders that hold the revisions."""
    return [Path(location) for location in script.version_locations or ()] or [
        Path(script.dir) / "versions"
    ]
