"""The graph of a project's revisions: from names to revisions, and the ways between them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import MultipleHeads, RangeNotAncestorError, RevisionError
from alembic.util import CommandError, to_tuple

from dbtasks.errors import HistoryError, UnknownRevisionError
from dbtasks.hints import Command, command
from dbtasks.project.configuration_files import shown
from dbtasks.project.revision_files import RevisionFiles, read_revisions
from dbtasks.revisions.directory import version_folders
from dbtasks.revisions.script import RevisionScript, unfinished
from dbtasks.values import Revision

Result = TypeVar("Result")

_RELATIVE = re.compile(r"[+-]\d+")


class RevisionGraph:
    """The revisions of a project. Its files are read once, when they are first needed.

    They are in `locations` where env.py has set those. `arguments` are what it hands to the
    functions of each.
    """

    def __init__(
        self,
        config: Config,
        root: Path,
        locations: Sequence[str] = (),
        arguments: Mapping[str, Any] | None = None,
    ) -> None:
        self.arguments = arguments or {}
        self._config = config
        self._root = root
        self._locations = locations

    @cached_property
    def files(self) -> RevisionFiles:
        """The files, read and checked. Raises as `read_revisions` does."""
        return read_revisions(self._config, self._root, self._locations, self.arguments)

    def forget(self) -> None:
        """Read the files anew when they are needed next, since one has come or gone."""
        self.__dict__.pop("files", None)

    @property
    def script(self) -> ScriptDirectory:
        """Alembic's view of the revisions, none of them imported."""
        return self.files.directory

    @property
    def heads(self) -> tuple[str, ...]:
        """The ids of the tips of the graph, sorted."""
        return tuple(sorted(self.script.get_heads()))

    @property
    def unfinished(self) -> list[RevisionScript]:
        """The revisions that failed their trial and were kept, to be mended."""
        return _unfinished(self.all_scripts())

    def refuse_unfinished(self, scripts: Iterable[Script] | None = None) -> None:
        """Raise `HistoryError` while a revision is unfinished: one of those given, or any."""
        for script in self.unfinished if scripts is None else _unfinished(scripts):
            raise unfinished(script.revision, self.shown(script.path), str(script.doc))

    def shown(self, path: str | Path) -> str:
        """Return a path for people: from the project's root, with forward slashes."""
        return shown(path, self._root)

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

    def parents(self, id_: str) -> frozenset[str]:
        """Return the ids of the revisions that `id_` follows, or depends on."""
        script = self.script.get_revision(id_)
        names = (
            *to_tuple(script.down_revision, default=()),
            *to_tuple(script.dependencies, default=()),
        )
        return frozenset(found.revision for found in self.script.get_revisions(names) if found)

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
            raise _either(current, target)
        upper = tuple(current)
        if _RELATIVE.fullmatch(target) and upper:
            target = self._past_merges(upper[0], target)

        def steps() -> list[Script]:
            return list(self.script.iterate_revisions(upper, target, select_for_downgrade=True))

        return self._ask(target, steps)

    def _past_merges(self, start: str, target: str) -> str:
        """Return the target that takes as many revisions back, if the last of them is a merge.

        Alembic calls it ambiguous, since a merge has no one parent to go to; taken back, it leaves
        the database at all of them. Raises `UnknownRevisionError` for what goes on past a merge.
        """
        script = self.script.get_revision(start)
        for left in range(-int(target), 0, -1):
            parents = to_tuple(script.down_revision, default=())
            if len(parents) > 1:
                if left > 1:
                    raise _beyond_merge(script.revision, parents, target)
                return str(parents[0])
            if not parents:
                break
            script = self.script.get_revision(parents[0])
        return target

    def refuse_unknown(self, current: Iterable[str]) -> None:
        """Raise `HistoryError` if the database names a revision that no file has."""
        unknown = self.unknown(current)
        if unknown:
            stamp = command("stamp", "head", "--purge")
            raise HistoryError(
                f"The database is at revision {', '.join(unknown)}, and no file in "
                f"{self.shown(version_folders(self.script)[0])}/ has it. Nothing was changed.",
                "Get the missing file (another branch, a colleague's commit). If it is gone for "
                "good, and the schema is that of the head, which is compared first: ",
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
                is_unfinished=getattr(script, "is_unfinished", False),
                labels=tuple(sorted(script.branch_labels)),
                depends_on=to_tuple(script.dependencies, default=()),
            )
            for script in scripts
        )

    def _ask(self, name: str, question: Callable[[], Result]) -> Result:
        try:
            return question()
        except (CommandError, RevisionError, AssertionError) as error:
            cause = error.__cause__ or error
            if isinstance(cause, MultipleHeads):
                raise self._several_heads() from error
            if isinstance(cause, RangeNotAncestorError):
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


def _unfinished(scripts: Iterable[Script]) -> list[RevisionScript]:
    return [item for item in scripts if isinstance(item, RevisionScript) and item.is_unfinished]


def _either(current: Collection[str], target: str) -> UnknownRevisionError:
    """Return the error for a database at several revisions, each of which may be meant."""
    names = sorted(current)
    ways: list[str | Command] = []
    for name in names:
        ways += f"; {name}: ", command("downgrade", f"{name}@-1")
    return UnknownRevisionError(
        f"The database is at {', '.join(names)}, so {target} may mean either. Nothing was changed.",
        f"To take back {names[0]}: ",
        *ways[1:],
        "; to go down to one that you name, see them: ",
        command("history"),
    )


def _beyond_merge(merge: str, parents: Collection[str], target: str) -> UnknownRevisionError:
    first, *_ = names = sorted(parents)
    return UnknownRevisionError(
        f"{merge} joins {' and '.join(names)}, and {target} goes on past it: that may mean either. "
        "Nothing was changed.",
        f"To take back all down to {merge}, which leaves the database at {' and '.join(names)}: ",
        command("downgrade", first),
        "; to go further, name the revision to go down to: ",
        command("history"),
    )


def _wrong_way(verb: str, way: str, other: str, target: str) -> UnknownRevisionError:
    return UnknownRevisionError(
        f"{verb} goes {way}, and {target} goes the other way. Nothing was changed.",
        "For that: ",
        command(other, target),
    )
