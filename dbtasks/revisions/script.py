"""A revision as Alembic knows it, of a file that is read as text and imported only to be run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial, update_wrapper
from importlib.util import decode_source
from pathlib import Path
from types import ModuleType
from typing import Any

from alembic.script import Script
from alembic.util import load_python_file

from dbtasks.errors import HistoryError
from dbtasks.hints import command
from dbtasks.revisions.header import Header, header_of, plain_header
from dbtasks.revisions.reader import DIRECTIONS, Module
from dbtasks.revisions.reading import NotUnderstoodOp, Reading


class RevisionScript(Script):
    """A revision, whose functions are called with `arguments`.

    `is_plain` tells whether its header was read as text, as nearly all are.
    """

    def __init__(
        self,
        path: Path,
        header: Header,
        content: Module,
        arguments: Mapping[str, Any],
        *,
        is_plain: bool,
    ) -> None:
        assert header.revision is not None
        self.header = header
        self.is_plain = is_plain
        self._content = content
        self._arguments = arguments
        module = _NotImported(path, header, content.docstring, arguments)
        super().__init__(module, header.revision, path)

    @property
    def is_unfinished(self) -> bool:
        """Whether it failed its trial, and nobody has mended it since."""
        return self._content.is_unfinished

    def reading(self, direction: str) -> Reading:
        """Return what the revision does as `upgrade` or `downgrade`, read from its file."""
        return self._content.reading(direction, self._arguments)

    def called_with(self, arguments: Mapping[str, Any]) -> RevisionScript:
        """Return the same revision, its functions called with other arguments."""
        return RevisionScript(
            Path(self.path), self.header, self._content, arguments, is_plain=self.is_plain
        )

    def load(self, direction: str) -> None:
        """Import the file, which is about to be run.

        Raises `HistoryError` where it is unfinished, where Python says something else of it than
        its text, or finds no function to run; and whatever the file itself raises.
        """
        assert isinstance(self.module, _NotImported)
        if self.is_unfinished:
            raise unfinished(self.revision, Path(self.path).name, str(self.doc))
        imported = self.module.imported
        if self.is_plain and header_of(imported, Path(self.path)) != self.header:
            raise HistoryError(
                f"{Path(self.path).name} says of itself that it is revision {self.revision}, and "
                "something else when Python imports it. Nothing was changed.",
                "Write revision and down_revision as plain text, and change them nowhere else.",
            )
        if not callable(getattr(imported, direction, None)):
            raise HistoryError(
                f"{Path(self.path).name} has no function {direction}. Nothing was changed.",
                f"Add it to the file: def {direction}() -> None",
            )


def unfinished(revision: str, name: str, message: str) -> HistoryError:
    """Return the error that stops whatever would take an unfinished revision for finished."""
    return HistoryError(
        f"Revision {revision} is unfinished: it failed its trial, as the first lines of {name} "
        "say. Nothing was changed.",
        "Mend it there, then try it again: ",
        command("migrate", message, "--keep"),
    )


@dataclass(frozen=True)
class BrokenFile:
    """A file that is no Python, or does not import where it has to be."""

    path: Path
    error: BaseException


@dataclass(frozen=True)
class NamelessFile:
    """A file that names no revision."""

    path: Path


def read_script(
    path: Path, arguments: Mapping[str, Any] | None = None
) -> RevisionScript | BrokenFile | NamelessFile:
    """Return the revision in a file; `arguments` are what its functions are called with.

    Nothing of the file is run, unless its header is no plain text: then Python has to say it.
    """
    try:
        content = Module(decode_source(path.read_bytes()), path)
        header = plain_header(content, path)
        is_plain = header is not None
        if header is None:
            header = header_of(load_python_file(path.parent, path.name), path)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever stops it, as sys.exit() does
        return BrokenFile(path, error)
    if not header.revision:
        return NamelessFile(path)
    return RevisionScript(path, header, content, arguments or {}, is_plain=is_plain)


def reading_of(script: Script, direction: str) -> Reading:
    """Return what a revision does, as its file says it; one without a source is code.

    Plain `alembic` has scripts of its own, which it has imported; they are read like all others.
    """
    if isinstance(script, RevisionScript):
        return script.reading(direction)
    path = Path(script.path)
    try:
        return Module(decode_source(path.read_bytes()), path).reading(direction)
    except (OSError, ValueError, SyntaxError):
        return Reading((NotUnderstoodOp(f"{path.name}: {direction}", 1),))


class _NotImported(ModuleType):
    """Stands for a module until something of it is asked for that its header does not say."""

    def __init__(
        self, path: Path, header: Header, docstring: str | None, arguments: Mapping[str, Any]
    ) -> None:
        super().__init__(path.stem, docstring)
        self.revision = header.revision
        self.down_revision = header.down_revision
        self.branch_labels = header.branch_labels
        self.depends_on = header.depends_on
        self._path = path
        self._arguments = arguments

    @property
    def imported(self) -> ModuleType:
        """The module itself, imported now if it is not yet."""
        found: ModuleType | None = self.__dict__.get("_imported")
        if found is None:
            found = self._imported = load_python_file(self._path.parent, self._path.name)
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self.imported, name)
        if name not in DIRECTIONS or not self._arguments:
            return found
        # As env.py calls it; whoever tries a revision by itself has no env.py.
        return update_wrapper(partial(found, **self._arguments), found)
