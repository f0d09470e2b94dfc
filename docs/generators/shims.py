"""The verbs in the shims: the recipes of the justfile, and what Get-Help shows of migrate.ps1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dbtasks.cli.verbs import GROUPS
from docs.generators.documented import first_line


def shims(root: Path) -> dict[Path, str]:
    """Return the two shims that name verbs, in the templates and in the root, as they should be."""
    made: dict[Path, str] = {}
    for name, written in (("justfile", justfile), ("migrate.ps1", powershell)):
        template = root / "dbtasks" / "templates" / name
        text = written(template.read_text(encoding="utf-8"))
        made |= {template: text, root / name: text}
    return made


def justfile(text: str) -> str:
    """Return a justfile with one recipe for each verb, before that of `help`."""
    before, begin, rest = text.partition("    @just --list --unsorted\n\n")
    _, end, after = rest.partition("# Show how a verb is used\n")
    return "".join([before, begin, *_recipes(), end, after])


def powershell(text: str) -> str:
    """Return migrate.ps1 with the verbs of each group in its help."""
    for title, module in GROUPS.items():
        verbs = ", ".join(task.name for task in module.VERBS)
        text = re.sub(
            rf"^    {title}: .*$", f"    {title + ':':<20}{verbs}", text, flags=re.MULTILINE
        )
    return text


_VERBS = [
    (task.name, first_line(task).rstrip("."), title)
    for title, module in GROUPS.items()
    for task in module.VERBS
]


def _recipes() -> Iterator[str]:
    for name, text, title in _VERBS:
        yield f"# {text}\n[group('{title}')]\n{name} *words:\n    @{{{{tasks}}}} {name} \"$@\"\n\n"
