"""modules.md: what each module of the library holds, by its first line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HEAD = """\
# The modules

Written by `python tasks.py docs`, from the first line of each module. What the folders are for, and
why, stands in [Architecture](../architecture.md).
"""


def page(root: Path) -> str:
    """Return the page."""
    return "\n".join([HEAD, *_sections(root / "dbtasks")])


def _sections(library: Path) -> Iterator[str]:
    for package in sorted(library.rglob("__init__.py")):
        folder = package.parent
        yield f"## {folder.relative_to(library.parent).as_posix()}/\n"
        yield f"{_first_line(package)}\n"
        modules = sorted(path for path in folder.glob("*.py") if path != package)
        if modules:
            yield "| module | holds |"
            yield "|---|---|"
            yield from (f"| `{path.name}` | {_first_line(path)} |" for path in modules)
            yield ""


def _first_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.partition("\n\n")[0].split())
