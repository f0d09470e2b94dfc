"""Our comparison in the place of Alembic's own, so that plain `alembic` gives the same operations.

Alembic asks its comparators for the operations of a revision, reverses them for the downgrade, and
lets a hook have the last word. A comparator of ours plans both directions, and theirs are shown
nothing to compare; the hook puts ours in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from alembic.autogenerate import comparators
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrateOperation, MigrationScript, OpContainer, UpgradeOps
from alembic.runtime.migration import MigrationContext
from alembic.script import write_hooks
from sqlalchemy import Connection

from dbtasks.autogenerate.plan.blocks import Block, flatten
from dbtasks.autogenerate.plan.planner import Migration
from dbtasks.autogenerate.write.body import PortableOps
from dbtasks.autogenerate.write.finished_file import tidy
from dbtasks.autogenerate.write.message import in_docstring
from dbtasks.autogenerate.write.render_types import render_item
from dbtasks.revisions.ids import new_revision_id

HOOK = "dbtasks"
"""The type of our post-write hook, as alembic.ini names it."""
_PLANNER = "dbtasks_planner"
_USERS_HOOK = "dbtasks_users_hook"
_ALEMBICS = "alembic.autogenerate."
_ASKS_COMPARATORS = f"{_ALEMBICS}schemas"
"""The plugin of Alembic's that asks ours, and those of others that are no plugins."""
_NOTHING_TO_COMPARE = {
    "include_name": lambda *_: False,  # before Alembic 1.18, which has no plugins
    "include_object": lambda *_: False,
}

RenderItem = Callable[[str, Any, AutogenContext], str | bool]
"""Says how an item is written, False where others know it: the `render_item` of env.py."""


class RevisionPlanner(Protocol):
    """Says what a revision is to hold."""

    def plan(self, connection: Connection) -> Migration:
        """Return the plan for the database behind a connection."""


class RevisionBody(MigrateOperation):
    """Everything that a revision does, as one operation, until our hook takes it apart.

    Alembic reverses each operation of an upgrade for the downgrade; ours is planned instead.
    """

    def __init__(self, there: Sequence[Block], back: Sequence[Block]) -> None:
        self.there = there
        self.back = back

    def reverse(self) -> RevisionBody:
        """Return the other direction."""
        return RevisionBody(self.back, self.there)

    def operations(self) -> list[MigrateOperation]:
        """Return the operations, with their comments among them."""
        return list(flatten(self.there))


def plugin_options(planner: RevisionPlanner | None, users: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of `configure` that put our comparison in place.

    `users` are the options that env.py gave; its own hook is called after ours.
    """
    return {
        "render_as_batch": True,
        **users,
        **_NOTHING_TO_COMPARE,
        "autogenerate_plugins": [_ASKS_COMPARATORS, *_plugins_of_others(users)],
        "render_item": _render_item(users.get("render_item")),
        "process_revision_directives": process_revision_directives,
        _PLANNER: planner,
        _USERS_HOOK: users.get("process_revision_directives"),
    }


def _plugins_of_others(users: Mapping[str, Any]) -> list[str]:
    """Return the plugins that env.py names beside Alembic's own, which ours stand for."""
    named = users.get("autogenerate_plugins", ())
    return [name for name in named if not name.lstrip("~").startswith(_ALEMBICS)]


def _render_item(users: RenderItem | None) -> RenderItem:
    """Return a `render_item` that asks the user's own first, and then ours."""

    def answer(kind: str, item: Any, context: AutogenContext) -> str | bool:
        written = users(kind, item, context) if users else False
        return render_item(kind, item, context) if written is False else written

    return answer


def compare(context: AutogenContext, operations: UpgradeOps, _schemas: object) -> None:
    """Plan the revision: the comparator that Alembic calls, in other projects too."""
    planner: RevisionPlanner | None = context.opts.get(_PLANNER)
    if planner is None:
        return
    assert context.connection is not None
    migration = planner.plan(context.connection)
    if migration.upgrade:  # What comparators of others find, views for instance, comes after it.
        operations.ops.insert(0, RevisionBody(migration.upgrade, migration.downgrade))


def process_revision_directives(
    context: MigrationContext, revision: Any, directives: list[MigrationScript]
) -> None:
    """Put in the planned operations, under an id that begins with a letter.

    Alembic calls this for every revision, an empty one too. The user's own hook sees plain
    operations; afterwards they are gathered, to be written for both databases.
    """
    for script in directives:
        if script.rev_id and not script.rev_id[0].isalpha():
            script.rev_id = new_revision_id()
        for body in _bodies(script):
            body.ops = [operation for item in body.ops for operation in _operations(item)]
    users_hook = context.opts[_USERS_HOOK]
    if users_hook:
        users_hook(context, revision, directives)
    for script in directives:
        script.message = script.message and in_docstring(script.message)
        for body in _bodies(script):
            body.ops = [PortableOps(body.ops)] if body.ops else []


def _bodies(script: MigrationScript) -> list[OpContainer]:
    return [*script.upgrade_ops_list, *script.downgrade_ops_list]


def _operations(item: MigrateOperation) -> list[MigrateOperation]:
    """Return plain operations. Of several databases each is a call, which finds the others' too."""
    if isinstance(item, PortableOps):
        return list(item.ops)
    return item.operations() if isinstance(item, RevisionBody) else [item]


def tidy_revision(path: str, _options: Mapping[str, Any]) -> None:
    """Tidy up the file of a revision: the hook that alembic.ini names."""
    tidy(Path(path))


comparators.dispatch_for("schema")(compare)
write_hooks.register(HOOK)(tidy_revision)
