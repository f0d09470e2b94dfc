"""Whether a statement only reads, told by its words.

Where models are imported this names what is stopped; that nothing is written on the two databases
that we know, they are told themselves.
"""

from __future__ import annotations

import re

_NOT_WORDS = re.compile(
    r"""
    '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\]  # strings and quoted names
    | (\$\w*\$).*?\1                                       # PostgreSQL's strings
    | --[^\n]* | /\*.*?\*/                                  # comments
    """,
    re.VERBOSE | re.DOTALL,
)
_READS = frozenset(
    {
        *("SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "PRAGMA"),
        *("SET", "RESET", "USE", "DECLARE", "FETCH", "CLOSE"),
        *("BEGIN", "START", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "END"),
    }
)
"""What a statement that only reads begins with."""
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE|INTO)\b")


def only_reads(sql: str) -> bool:
    """Whether no statement of a piece of SQL says that it writes.

    A function that writes is none of its words.
    """
    plain = _NOT_WORDS.sub(" ", sql).upper()
    return all(map(_reads, plain.split(";")))


def _reads(statement: str) -> bool:
    words = re.findall(r"\w+", statement)
    return not words or (words[0] in _READS and not _WRITES.search(statement))
