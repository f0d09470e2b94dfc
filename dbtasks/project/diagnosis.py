"""Why revision files do not form a history, told by the files themselves.

Alembic names ids; whoever mends the history needs the files.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with which file, and how to mend it."""

    what: str
    mend: str


@dataclass(frozen=True)
class _Claim:
    """What a file says of itself: its revision, its parents, and what else it depends on."""

    file: str
    revision: str
    parents: frozenset[str]
    dependencies: frozenset[str]


def diagnose(files: Iterable[tuple[str, Path]]) -> Diagnosis | None:
    """Return what is wrong with revision files, each given by its name for people and its path.

    None if nothing is to be seen.
    """
    claims = [_claim(name, path) for name, path in files]
    return _without_id(claims) or _twice(claims) or _orphan(claims) or _circle(claims)


def _claim(name: str, path: Path) -> _Claim:
    said = dict(_assignments(ast.parse(path.read_text(encoding="utf-8"))))
    return _Claim(
        name,
        str(said.get("revision") or ""),
        _ids(said.get("down_revision")),
        _ids(said.get("depends_on")),
    )


def _assignments(module: ast.Module) -> Iterable[tuple[str, Any]]:
    """Return the names that get a plain value at the top of a module."""
    for node in module.body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name):
            with suppress(ValueError):
                yield target.id, ast.literal_eval(node.value)


def _ids(value: Any) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value or ())


def _without_id(claims: list[_Claim]) -> Diagnosis | None:
    for claim in claims:
        if not claim.revision:
            return Diagnosis(
                f"{claim.file} names no revision.",
                "If it is no revision, move it elsewhere; else give it: revision = ...",
            )
    return None


def _twice(claims: list[_Claim]) -> Diagnosis | None:
    for id_, number in Counter(claim.revision for claim in claims).items():
        if number > 1:
            files = " and ".join(claim.file for claim in claims if claim.revision == id_)
            return Diagnosis(
                f"Revision {id_} is claimed by {files}.",
                "Remove the copy, or give it a revision of its own.",
            )
    return None


def _orphan(claims: list[_Claim]) -> Diagnosis | None:
    known = {claim.revision for claim in claims}
    for claim in claims:
        missing = sorted(claim.parents - known)
        if missing:
            return Diagnosis(
                f"{claim.file} follows revision {', '.join(missing)}, which no file has.",
                "Get the missing file (another branch, a colleague's commit), or correct "
                f"down_revision in {claim.file}.",
            )
    return None


def _circle(claims: list[_Claim]) -> Diagnosis | None:
    """Take away whatever has no parent or no child left; what remains goes round in a circle."""
    left = list(claims)
    while True:
        known = {claim.revision for claim in left}
        above = {id_ for claim in left for id_ in claim.parents | claim.dependencies}
        inner = [
            claim
            for claim in left
            if claim.revision in above and known & (claim.parents | claim.dependencies)
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
