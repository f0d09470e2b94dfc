"""Names that are nearly those of settings, which would else be passed over without a word."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher

_ALIKE = 0.9
"""One letter more, less or other in DATABASE_URL is nearer; DATABASE_USER is not."""

_LINE = re.compile(
    r"""^\s*(?:(?:export|set|setx)\s+|\$env:)?["']?(?P<name>[\w.-]+)["']?(?:\s*[=:]|\s)\s*[^\s#]""",
    re.MULTILINE | re.IGNORECASE,
)
"""A line that gives a name a value: as .env does, or as YAML, cmd and PowerShell would."""


def is_nearly(name: str, meant: str) -> bool:
    """Whether `name` is another than `meant`, and hardly anything else can have been meant."""
    plain, wanted = _letters(name), _letters(meant)
    if name == meant or not plain:
        return False
    if sorted(plain) == sorted(wanted):
        return True
    return SequenceMatcher(None, plain, wanted).ratio() >= _ALIKE


def unread_names(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the names in lines of an env file's text that it does not set, as in `NAME: x`.

    `known` are those that it does set.
    """
    found = (match["name"] for match in _LINE.finditer(text))
    return tuple(name for name in dict.fromkeys(found) if name not in known)


def _letters(name: str) -> str:
    """Return a name without case, and without what stands between its words."""
    return "".join(char for char in name.casefold() if char.isalnum())
