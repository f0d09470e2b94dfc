"""Whether a difference that `check` tells stands in the dumps of the database and the models."""

from __future__ import annotations

import re
from collections.abc import Iterable


def unreal(told: Iterable[str], database: Iterable[str], models: Iterable[str]) -> list[str]:
    """Return the differences whose table and name are in no line that only one of two dumps has."""
    differing = set(database) ^ set(models)
    words = [set(re.findall(r"\w+", line)) for line in differing]
    return [what for what in told if not any(_names(what) <= line for line in words)]


def _names(what: str) -> set[str]:
    """Return the names by which a change is found: of its table, and of what is in it."""
    subject = re.split(r":? ->|:", what, maxsplit=1)[0]
    if what.endswith("autoincrement") and " identity " in what:  # told by column, kept by table
        return {subject.partition(".")[0], "autoincrement"}
    if found := re.match(r"(?:unique )?index (\w+) on ([\w.]+)", subject):
        return {found[1], found[2].rpartition(".")[2]}
    if found := re.match(r"[a-z ]+ (\w+) on ([\w.]+) renamed to", subject):
        return {found[1], found[2].rpartition(".")[2]}
    if found := re.search(r" on ([\w.]+)(?: \(([^)]*)\))?", subject):
        columns = re.findall(r"\w+", found[2] or "")
        return {found[1].rpartition(".")[2], *columns}
    if found := re.match(r"(?:enum|domain) ([\w.]+)(?: value '(\w+)')?", subject):
        return {name for name in found.groups() if name}
    table, _, column = subject.split(" ")[0].partition(".")
    return {table, column} - {""}
