"""The ids of revisions."""

from __future__ import annotations

import secrets

_LETTERS = "abcdef"
_DIGITS = "0123456789abcdef"


def new_revision_id() -> str:
    """Return an id of twelve hexadecimal digits that begins with a letter.

    A shell or a spreadsheet reads `1e5` as a number and `-1` as an option; a letter is safe.
    """
    return secrets.choice(_LETTERS) + "".join(secrets.choice(_DIGITS) for _ in range(11))
