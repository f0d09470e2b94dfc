"""The body of `upgrade` and of `downgrade`: its operations, each laid out as it is rendered.

Alembic's renderers are asked in PostgreSQL's words whichever database is there, since a revision
serves both.
"""

from __future__ import annotations

import re

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import CreateIndexOp, MigrateOperation, OpContainer
from alembic.util import to_list
from sqlalchemy import Dialect

from dbtasks.autogenerate.write.layout import INDENT, WIDTH, laid_out
from dbtasks.autogenerate.write.own_import import import_for
from dbtasks.autogenerate.write.sql_source import WORDS, index_for_alembic
from dbtasks.databases.quiet import quiet_context
from dbtasks.operations.sql import POSTGRESQL

_WITH = re.compile(r"with (?P<call>.+?)(, schema=None)?\)(?P<name> as \w+:)")
_BLOCK = re.compile(r"(with|if|for|while|try)\b")


class PortableOps(OpContainer):
    """Operations to be written in PostgreSQL's words, no percent sign doubled for a driver."""


@renderers.dispatch_for(PortableOps)
def _portably(context: AutogenContext, body: PortableOps) -> list[str]:
    portable = _in_words_of(WORDS, context)
    lines: list[str] = []
    above: list[str] = []
    for operation in body.ops:
        below = _rendered(portable, operation)
        if _stand_apart(above, below):
            lines.append("")
        lines += below
        above = below or above
    is_empty = all(not line or _is_comment(line) for line in lines)
    return [*lines, "pass"] if is_empty else lines


def _in_words_of(dialect: Dialect, context: AutogenContext) -> AutogenContext:
    options = context.migration_context.opts
    words = quiet_context(dialect, options)
    other = AutogenContext(words, context.metadata, context.opts, autogenerate=False)
    other.imports = context.imports
    return other


def _rendered(context: AutogenContext, operation: MigrateOperation) -> list[str]:
    """Return the code of an operation as Alembic takes it, which indents what follows a `with`."""
    import_for(operation, context)
    if isinstance(operation, CreateIndexOp):
        context, operation = _in_words_of(POSTGRESQL, context), index_for_alembic(operation)
    lines = to_list(renderers.dispatch(operation)(context, operation)) or []
    room = WIDTH - len(INDENT)
    block = _WITH.fullmatch(lines[0]) if lines else None
    if block is None:
        return [laid_out(line, room) for line in lines]
    head = laid_out(f"{block['call']})", room, "with ", block["name"])
    inner = (laid_out(line, room - len(INDENT)) for line in lines[1:])
    return [head, *(line.replace("\n", f"\n{INDENT}") for line in inner)]


def _stand_apart(above: list[str], below: list[str]) -> bool:
    """Whether a blank line belongs between two operations: around a block, above a comment."""
    if not above or not below or not above[-1] or _is_comment(above[-1]):
        return False
    return _is_comment(below[0]) or any(_BLOCK.match(lines[0]) for lines in (above, below))


def _is_comment(line: str) -> bool:
    return line.startswith("#")
