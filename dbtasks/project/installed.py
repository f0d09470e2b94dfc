"""What is installed, and so nobody's own code, even where it lies in a project's folder."""

from __future__ import annotations

from pathlib import Path

LIBRARY_FOLDERS = frozenset({"site-packages", "dist-packages"})
"""Where installers put libraries; the second is Debian's."""
_PASSED_OVER = {"node_modules", "__pycache__", "tests", "test", "build", "dist", *LIBRARY_FOLDERS}


def is_own_folder(folder: Path) -> bool:
    """Whether a folder may hold what is the project's own: no environment, no tests, no build."""
    return not (
        folder.name in _PASSED_OVER
        or folder.name.startswith(".")
        or (folder / "pyvenv.cfg").exists()
    )


def is_installed(path: Path) -> bool:
    """Whether a file belongs to an installed library."""
    return not LIBRARY_FOLDERS.isdisjoint(path.parts)
