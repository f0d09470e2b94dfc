"""The files that `init` writes into a project, each where the project wants it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from dbtasks.commands.models_place import ModelsPlace
from dbtasks.errors import ProjectError
from dbtasks.hints import command
from dbtasks.project.configuration_files import ini_file, is_configured
from dbtasks.project.project import Project

TEMPLATES = {
    "tasks.py": "tasks.py.txt",
    "migrate.ps1": "migrate.ps1",
    "migrate.cmd": "migrate.cmd",
    "justfile": "justfile",
    "alembic.ini": "alembic.ini",
    "alembic/bootstrap.py": "bootstrap.py.txt",
    "alembic/env.py": "env.py.txt",
    "alembic/script.py.mako": "script.py.mako",
}
"""The files that `init` writes, by their place in the project, and the templates they come from."""

_SCRIPT_FILES = ("alembic/env.py", "alembic/script.py.mako")
"""Those that stand in another folder if alembic.ini says so."""
_LEAD_TO_TASKS = ("migrate.ps1", "migrate.cmd", "justfile", "alembic/bootstrap.py")
"""Those that are of no use where tasks.py does not lead on to dbtasks."""
_JUSTFILES = {"justfile", ".justfile"}
"""The names, in any case of letters, that `just` looks for."""
_CRLF_SUFFIXES = {".ps1", ".cmd"}
_NOWHERE = ModelsPlace("", "")


def places(project: Project) -> dict[str, Path]:
    """Return where each file stands or is to stand, by its name in `TEMPLATES`.

    Without those that the project has no use for.
    """
    root = project.root
    found = {name: root / name for name in TEMPLATES}
    found |= {name: project.script_folder / Path(name).name for name in _SCRIPT_FILES}
    found["justfile"] = justfile(root) or found["justfile"]
    found["alembic.ini"] = ini_file(root)
    if is_configured(root) and not found["alembic.ini"].is_file():
        del found["alembic.ini"]
    if has_own_tasks(root):
        for name in _LEAD_TO_TASKS:
            if not found[name].exists():
                del found[name]
    return found


def justfile(root: Path) -> Path | None:
    """Return the project's justfile, by whichever of its names."""
    named = (path for path in root.iterdir() if path.name.lower() in _JUSTFILES)
    return next(iter(sorted(named)), None)


def has_own_tasks(root: Path) -> bool:
    """Whether tasks.py is the project's own, and does not lead to the verbs of dbtasks."""
    path = root / "tasks.py"
    if not path.is_file():
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    return "database_tasks" not in text or "main(" not in text


def rendered(name: str, place: ModelsPlace = _NOWHERE, import_folder: str = "%(here)s") -> str:
    """Return the text of the file `name` for models in `place`, below `import_folder`."""
    template = files("dbtasks") / "templates" / TEMPLATES[name]
    text = template.read_text(encoding="utf-8")
    text = text.replace("{{module}}", place.module).replace("{{base}}", place.name)
    return text.replace("{{imports}}", place.imports).replace("{{folder}}", import_folder)


def write_file(path: Path, text: str, written: list[Path]) -> None:
    """Write a file that is not there yet, and note it and new folders in `written`.

    Raises `ProjectError` when it can't be written whole.
    """
    make_folder(path.parent, written)
    newline = "\r\n" if path.suffix in _CRLF_SUFFIXES else "\n"
    try:
        with path.open("x", encoding="utf-8", newline=newline) as file:
            written.append(path)
            file.write(text)
    except OSError as error:
        raise unwritable(path, error) from error


def make_folder(folder: Path, written: list[Path]) -> None:
    """Make a folder and those above it, and note the new ones."""
    if folder.is_dir():
        return
    make_folder(folder.parent, written)
    try:
        folder.mkdir()
    except OSError as error:
        raise unwritable(folder, error) from error
    written.append(folder)


def unwritable(path: Path, error: OSError) -> ProjectError:
    """Return the error to show for what can't be written."""
    what = (
        f"{path} can't be written, and what was added before is taken away again: {error.strerror}."
    )
    if isinstance(error, PermissionError):
        return ProjectError(what, "Let your user read and write there, then try again.")
    return ProjectError(what, "Mend that, then: ", command("init"))
