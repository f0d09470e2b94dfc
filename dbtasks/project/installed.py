"""What is installed, and so nobody's own code, even where it lies in a project's folder."""

from __future__ import annotations

from pathlib import Path

LIBRARY_FOLDERS = frozenset({"site-packages", "dist-packages"})
"""Where installers put libraries; the second is Debian's."""


def is_installed(path: Path) -> bool:
    """Whether a file belongs to an installed library."""
    return not LIBRARY_FOLDERS.isdisjoint(path.parts)
