"""The operations that make and drop domains, PostgreSQL's types with rules of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOMAIN

from dbtasks.autogenerate.plan.blocks import Block
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.errors import RefusedError
from dbtasks.hints import command
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.sql import resolved
from dbtasks.schema.difference import DomainChanged
from dbtasks.schema.facts import Domain


class DomainOperations:
    """Makes the blocks for domains: before the tables that use them change, and after.

    Raises `RefusedError` for a domain that changes in itself.
    """

    def __init__(self, new: DefinedSchema, changed: Sequence[DomainChanged]) -> None:
        self.new = new
        self.changed = changed
        for item in changed:
            if item.old and item.new:
                raise _refusal(item.old, item.new)

    def before(self) -> Iterator[Block]:
        """Yield what makes domains."""
        for item in self.changed:
            if item.new:
                yield Block([CreateDomainOp(_type_of(item.new, self.new))])

    def after(self) -> Iterator[Block]:
        """Yield what drops domains."""
        for item in self.changed:
            if item.old:
                yield Block([DropDomainOp(item.old.name, item.old.schema)])


def _type_of(domain: Domain, side: DefinedSchema) -> DOMAIN:
    """Return the domain in SQLAlchemy's words, by a column that uses it."""
    type_ = resolved(side.original(*domain.uses[0]).type)
    while isinstance(type_, sa.ARRAY):
        type_ = resolved(type_.item_type)
    assert isinstance(type_, DOMAIN)
    return type_


def _refusal(old: Domain, new: Domain) -> RefusedError:
    return RefusedError(
        f"The domain {new.key} changes from {old.definition} to {new.definition}, which migrate "
        "does not carry out. Nothing was written.",
        "Write ALTER DOMAIN by hand: ",
        command("migrate", "change a domain", "--empty"),
    )
