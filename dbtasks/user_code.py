"""Errors in the user's own files, told by the user's own line."""

from __future__ import annotations

import traceback
from pathlib import Path


def user_line(error: BaseException, root: Path) -> str:
    """Return `file, line N: code: Error: message` for the innermost line below `root`.

    Libraries installed below the root (a .venv) are passed over.
    """
    kind = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{_shown(error.filename, root)}, line {error.lineno}"
        return f"{where}: {(error.text or '').strip()}: {kind}: {error.msg}"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if _is_users(frame, root)
    ]
    if not frames:
        return f"{kind}: {error}"
    last = frames[-1]
    return f"{_shown(last.filename, root)}, line {last.lineno}: {last.line}: {kind}: {error}"


def _is_users(frame: traceback.FrameSummary, root: Path) -> bool:
    path = Path(frame.filename)
    own = Path(__file__).parent
    return (
        path.is_relative_to(root)
        and not path.is_relative_to(own)
        and "site-packages" not in path.parts
    )


def _shown(filename: str, root: Path) -> str:
    path = Path(filename)
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
