"""Where a project says what it needs, and the line that dbtasks belongs into there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbtasks.additions import Advice

_LINE = re.compile(r"""^[\s"'-]*dbtasks(?![\w.-])""", re.MULTILINE)
"""Of a file that names a requirement a line."""
_IN_PYTHON = re.compile(r"""["']dbtasks(?![\w.-])""")
_POETRY, _PROJECT = "[tool.poetry.dependencies]", "dependencies of [project]"


@dataclass(frozen=True)
class _Place:
    """A place for requirements: whether dbtasks is named in it, and how it would be."""

    file: str
    names_it: bool
    line: str
    within: str = ""
    command: str = ""


def requirements_advice(root: Path) -> Advice | None:
    """Return where to name dbtasks; None where it is named already."""
    places = list(_places(root))
    if any(place.names_it for place in places):
        return None
    if not places:
        return Advice(
            "No file says what this project needs. Name dbtasks where it will, for instance in "
            "requirements.txt:",
            ("dbtasks",),
        )
    place = places[0]
    within = f" below {place.within}" if place.within else ""
    typed = f" (or type: {place.command})" if place.command else ""
    return Advice(f"{place.file} does not name dbtasks. Add to it{within}{typed}:", (place.line,))


def _places(root: Path) -> Iterator[_Place]:
    """Yield the places there are, that which counts first."""
    yield from _in_pyproject(root)
    pipfile = _toml(root / "Pipfile")
    if pipfile:
        named = _is_among([*pipfile.get("packages", {}), *pipfile.get("dev-packages", {})])
        yield _Place("Pipfile", named, 'dbtasks = "*"', "[packages]", "pipenv install dbtasks")
    for path in _requirements_files(root):
        shown = path.relative_to(root).as_posix()
        yield _Place(shown, bool(_LINE.search(_text(path))), "dbtasks")
    setup_cfg, setup = _text(root / "setup.cfg"), _text(root / "setup.py")
    if "install_requires" in setup_cfg:
        yield _Place("setup.cfg", bool(_LINE.search(setup_cfg)), "dbtasks", "install_requires")
    if "install_requires" in setup:
        named = bool(_IN_PYTHON.search(setup))
        yield _Place("setup.py", named, '"dbtasks",', "install_requires")
    for name in ("environment.yml", "environment.yaml"):
        text = _text(root / name)
        if text:
            yield _Place(name, bool(_LINE.search(text)), "- dbtasks", "- pip:")


def _in_pyproject(root: Path) -> Iterator[_Place]:
    content = _toml(root / "pyproject.toml")
    tool, project = _table(content, "tool"), _table(content, "project")
    poetry = _table(tool, "poetry")
    named = _is_among(_names(content))
    if "dependencies" in poetry:
        line, typed = 'dbtasks = "*"', "poetry add dbtasks"
        yield _Place("pyproject.toml", named, line, _POETRY, typed)
    elif project and "dependencies" not in project.get("dynamic", ()):
        managers = {"uv": "uv.lock", "pdm": "pdm.lock", "poetry": "poetry.lock"}
        locked = (name for name, lock in managers.items() if (root / lock).exists())
        manager = next(locked, "uv" if "uv" in tool else "")
        typed = f"{manager} add dbtasks" if manager else ""
        yield _Place("pyproject.toml", named, '"dbtasks",', _PROJECT, typed)


def _names(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield every requirement in pyproject.toml, and the project itself."""
    project = _table(content, "project")
    poetry = _table(_table(content, "tool"), "poetry")
    yield from (str(project.get("name", "")), *project.get("dependencies", ()))
    lists = (_table(project, "optional-dependencies"), _table(content, "dependency-groups"))
    for group in (requirements for table in lists for requirements in table.values()):
        yield from filter(lambda item: isinstance(item, str), group)
    yield from poetry.get("dependencies", ())
    for group in _table(poetry, "group").values():
        yield from group.get("dependencies", ())


def _requirements_files(root: Path) -> list[Path]:
    """Return the files for pip; what a tool makes of another file comes behind that."""
    patterns = ("requirements*.in", "requirements*.txt", "requirements/*.in", "requirements/*.txt")
    found = [path for pattern in patterns for path in sorted(root.glob(pattern))]
    usual = ("requirements", "base", "common", "main", "prod", "production")
    return sorted(found, key=lambda path: (path.suffix != ".in", path.stem not in usual))


def _is_among(requirements: Iterable[str]) -> bool:
    return any(_LINE.match(requirement) for requirement in requirements)


def _table(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name, {})
    return found if isinstance(found, dict) else {}


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
