"""What can go wrong with a database, whichever it is, and how it is said."""

from __future__ import annotations

import re

REBUILT = "_dbtasks_new_"
"""How the name begins that a table has while it is rebuilt, and that nobody else knows."""

_LONGEST_STATEMENT = 300


def said(error: BaseException) -> str:
    """Return the database's own words for an error, without what SQLAlchemy or a driver adds."""
    words = str(getattr(error, "orig", None) or error)
    lines = re.sub(r"^<class '[^']*'>: ", "", words).strip().splitlines()
    details = [" ".join(line.split()) for line in lines[1:] if line.startswith("DETAIL:")]
    told = " ".join([*lines[:1], *details]).strip(" .") or type(error).__name__
    return told.replace(REBUILT, "")


def shortened(statement: str) -> str:
    """Return a statement in one line of bearable length."""
    line = " ".join(statement.split())
    return line if len(line) <= _LONGEST_STATEMENT else f"{line[:_LONGEST_STATEMENT]} ..."
