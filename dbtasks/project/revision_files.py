"""Reading a project's revision files, and what to say of those that form no history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from configparser import Error as ConfigParserError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from dbtasks.errors import HistoryError, ProjectError
from dbtasks.hints import command
from dbtasks.project.configuration_files import ini_file, shown
from dbtasks.project.diagnosis import Claim, diagnose
from dbtasks.project.environment import at_work
from dbtasks.project.ini import scripts_folder, unreadable
from dbtasks.project.user_code import kept_from_ending, remedy, user_line
from dbtasks.revisions.directory import revision_files, script_directory, use, version_folders
from dbtasks.revisions.header import Header
from dbtasks.revisions.script import BrokenFile, NamelessFile, RevisionScript, read_script


@dataclass(frozen=True)
class RevisionFiles:
    """The revisions as Alembic works with them.

    `imported` names the files that had to be imported to know what they are, for people.
    """

    directory: ScriptDirectory
    imported: tuple[str, ...] = ()


def read_revisions(
    config: Config, root: Path, locations: Sequence[str], arguments: Mapping[str, Any]
) -> RevisionFiles:
    """Read the files that alembic.ini names, without running what is in them.

    They are in `locations` where env.py has set those; `arguments` are those of their functions.
    Raises `ProjectError` when a folder is missing, and `HistoryError` when a file can't be read
    or the files form no graph.
    """
    with at_work(config):
        return _read(config, root, locations, arguments)


def _read(
    config: Config, root: Path, locations: Sequence[str], arguments: Mapping[str, Any]
) -> RevisionFiles:
    directory = _directory(config, root, locations)
    if directory.sourceless:  # compiled files, which have no text to be read
        _check(directory, root)
        return RevisionFiles(directory, ("the compiled files",))
    found = [read_script(path, arguments) for path in revision_files(directory)]
    _refuse_broken(found, root)
    scripts = [item for item in found if isinstance(item, RevisionScript)]
    use(directory, scripts)
    _check(directory, root)
    imported = (shown(item.path, root) for item in scripts if not item.is_plain)
    return RevisionFiles(directory, tuple(imported))


def _directory(config: Config, root: Path, locations: Sequence[str]) -> ScriptDirectory:
    folder = shown(scripts_folder(config), root)
    try:
        directory = script_directory(config)
        if locations:
            directory.version_locations = list(locations)
    except ConfigParserError as error:
        raise unreadable(error, ini_file(root)) from error
    except CommandError as error:
        raise ProjectError(
            f"The folder {folder}/, which alembic.ini names, is missing.",
            "Make it: ",
            command("init"),
        ) from error
    except ValueError as error:
        raise ProjectError(
            f"alembic.ini holds what Alembic can't use: {error}.", "Correct it there."
        ) from error
    for versions in version_folders(directory):
        if not versions.is_dir():
            raise ProjectError(
                f"The folder {shown(versions, root)}/ is missing.",
                "Make it again: ",
                command("init"),
            )
    return directory


def _refuse_broken(found: Sequence[RevisionScript | BrokenFile | NamelessFile], root: Path) -> None:
    """Raise `HistoryError` for files that can't be read, and for what the others don't form."""
    broken = [item for item in found if isinstance(item, BrokenFile)]
    wrong = diagnose(_claims(found, root), all_read=not broken)
    if wrong and not broken:
        raise HistoryError(f"The revisions form no history: {wrong.what}", wrong.mend)
    if broken:
        lines = [_broken(item, root) for item in broken]
        lines += [wrong.what] if wrong else []
        mend = f"{remedy(broken[0].error, 'the file')} and try again."
        raise HistoryError("\n".join(lines), mend) from broken[0].error


def _broken(item: BrokenFile, root: Path) -> str:
    place = user_line(item.error, root).rstrip(".")
    file = shown(item.path, root)
    return f"A revision does not load: {place if file in place else f'{file}: {place}'}."


def _claims(
    found: Iterable[RevisionScript | BrokenFile | NamelessFile], root: Path
) -> Iterable[Claim]:
    for item in found:
        if isinstance(item, RevisionScript):
            yield Claim(shown(item.path, root), item.header)
        elif isinstance(item, NamelessFile):
            yield Claim(shown(item.path, root), Header(None))


def _check(directory: ScriptDirectory, root: Path) -> None:
    """Raise `HistoryError` for what Alembic finds wrong with the graph."""
    try:
        with kept_from_ending():
            directory.revision_map.heads  # noqa: B018
    except (RevisionError, CommandError, KeyError) as error:
        raise HistoryError(
            f"The revisions form no history: {error}.",
            "Correct revision and down_revision in the files of "
            f"{shown(version_folders(directory)[0], root)}/.",
        ) from error
    except Exception as error:
        raise HistoryError(
            f"A revision does not load: {user_line(error, root)}.",
            f"{remedy(error, 'the file')} and try again.",
        ) from error
