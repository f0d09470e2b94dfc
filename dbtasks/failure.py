"""What every verb prints with `--json` where it fails: a plain value, as those of `values`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """What a verb could not do, and why."""

    code: str
    """The kind of error: the name of its class in the library, as `unknown_revision`."""
    exit_code: int
    """What the process ends with."""
    message: str
    """What happened, and which state things are in."""
    advice: str
    """What to do next, for people to read; empty where there is nothing."""
    commands: tuple[str, ...]
    """The commands in it, to be typed as they stand."""


@dataclass(frozen=True)
class Failed:
    """A failure: what every verb prints in place of its own object when it fails."""

    error: Failure
    """What went wrong."""
