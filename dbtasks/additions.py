"""What `init` would add to a project, and what it leaves to a person: plain values, as `values`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """What is left to be added to a file by hand."""

    text: str
    """Which file, what for, and where in it."""
    lines: tuple[str, ...] = ()
    """The lines, as they are to stand there."""


@dataclass(frozen=True)
class Additions:
    """What `init` would add."""

    root: str
    """The project's folder."""
    files: tuple[str, ...]
    """The files that it would write, the first revision aside."""
    kept: tuple[str, ...]
    """The files that stand already, and stay as they are."""
    ignored: tuple[str, ...]
    """The lines that it would add to .gitignore."""
    database: str
    """The database."""
    creates_database: bool
    """Whether it would create that."""
    writes_revision: bool
    """Whether it would write the first revision."""
    models: str = ""
    """Where the models are, as it was told."""
    advice: tuple[Advice, ...] = ()
    """What it leaves to be added by hand."""
