"""The message of a revision, which may hold anything, in a file that always parses."""

from __future__ import annotations

import re

from dbtasks.autogenerate.write.layout import printable

_CLOSING = re.compile(r'"{3,}|"+\Z')


class DocstringText(str):
    """A message that a template writes so that Python reads what was typed.

    Alembic makes the name of the file from the message itself; what a template writes of it is
    `str()`, which differs here: the message as it stands in a docstring.
    """

    __slots__ = ()

    def __str__(self) -> str:
        escaped = printable(self.replace("\\", "\\\\"))
        return _CLOSING.sub(lambda found: '\\"' * len(found[0]), escaped)


def in_docstring(message: str) -> DocstringText:
    """Return a message to be handed to Alembic, for a template's docstring that begins with it."""
    return message if isinstance(message, DocstringText) else DocstringText(message)
