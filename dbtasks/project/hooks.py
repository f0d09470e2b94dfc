"""The post-write hooks of Alembic's configuration, ours taken out.

Alembic prints that a hook runs, and a library is not to print. So the verbs tidy up themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from typing import Any

HOOK = "dbtasks"
"""The type of our hook, as alembic.ini names it."""
SECTION = "post_write_hooks"
"""Where the hooks stand: a section of alembic.ini, a list in `[tool.alembic]`."""


def take_out_of_ini(parser: ConfigParser) -> bool:
    """Let alembic.ini not name our hook; return whether it did."""
    names = re.split(r", *| +", parser.get(SECTION, "hooks", fallback=""))
    others = [name for name in names if parser.get(SECTION, f"{name}.type", fallback="") != HOOK]
    if len(others) == len(names):
        return False
    parser.set(SECTION, "hooks", " ".join(others))
    return True


def take_out_of_table(table: dict[str, Any]) -> bool:
    """Let `[tool.alembic]` not name our hook; return whether it did."""
    hooks: Sequence[Mapping[str, Any]] = table.get(SECTION, [])
    others = [hook for hook in hooks if hook.get("type") != HOOK]
    if len(others) == len(hooks):
        return False
    table[SECTION] = others
    return True
