"""Why revision files do not form a history, told by the files themselves.

Alembic names ids; whoever mends the history needs the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dbtasks.revisions.header import Header


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with which file, and how to mend it."""

    what: str
    mend: str


@dataclass(frozen=True)
class Claim:
    """A file, by its name for people, and what it says of itself."""

    file: str
    header: Header


def diagnose(claims: Iterable[Claim], *, all_read: bool = True) -> Diagnosis | None:
    """Return what is wrong with the headers of revision files; None if nothing is to be seen.

    Where not `all_read`, a revision that no file has may be in one that can't be read.
    """
    found = list(claims)
    wrong = _without_id(found) or _twice(found)
    return wrong or (_orphan(found) or _circle(found) if all_read else None)


def _without_id(claims: list[Claim]) -> Diagnosis | None:
    for claim in claims:
        if not claim.header.revision:
            return Diagnosis(
                f"{claim.file} names no revision.",
                "If it is no revision, move it elsewhere; else give it: revision = ...",
            )
    return None


def _twice(claims: list[Claim]) -> Diagnosis | None:
    for id_, number in Counter(claim.header.revision for claim in claims).items():
        if number > 1:
            files = " and ".join(claim.file for claim in claims if claim.header.revision == id_)
            return Diagnosis(
                f"Revision {id_} is claimed by {files}.",
                "Remove the copy, or give it a revision of its own.",
            )
    return None


def _orphan(claims: list[Claim]) -> Diagnosis | None:
    known = {claim.header.revision for claim in claims}
    for claim in claims:
        missing = sorted(claim.header.parents - known)
        if missing:
            return Diagnosis(
                f"{claim.file} follows revision {', '.join(missing)}, which no file has.",
                "Get the missing file (another branch, a colleague's commit), or correct "
                f"down_revision in {claim.file}.",
            )
    return None


def _circle(claims: list[Claim]) -> Diagnosis | None:
    """Take away whatever has no parent or no child left; what remains goes round in a circle."""
    left = list(claims)
    while True:
        known = {claim.header.revision for claim in left}
        above = {id_ for claim in left for id_ in claim.header.parents | claim.header.dependencies}
        inner = [
            claim
            for claim in left
            if claim.header.revision in above
            and known & (claim.header.parents | claim.header.dependencies)
        ]
        if len(inner) == len(left):
            break
        left = inner
    if not left:
        return None
    return Diagnosis(
        f"These revisions follow each other in a circle: {', '.join(c.file for c in left)}.",
        "Correct down_revision in one of them.",
    )
