"""From differences to the operations that carry them out, in an order that both databases take.

The same planner writes the upgrade and, with the sides exchanged, the downgrade.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from dbtasks.autogenerate.backfill.upgrade import Backfill
from dbtasks.autogenerate.plan.blocks import (
    AddCheckOp,
    AddPrimaryKeyOp,
    BatchOp,
    Block,
    RemoveTableCommentOp,
    SetTableCommentOp,
)
from dbtasks.autogenerate.plan.columns import ColumnOperations
from dbtasks.autogenerate.plan.data_moves import TableChange, in_order_of_reading
from dbtasks.autogenerate.plan.domains import DomainOperations
from dbtasks.autogenerate.plan.enums import EnumOperations
from dbtasks.autogenerate.plan.inherited import without_inherited
from dbtasks.autogenerate.plan.new_tables import new_table
from dbtasks.autogenerate.plan.recreated_columns import with_recreated
from dbtasks.autogenerate.plan.replaced_keys import ReplacedKeys
from dbtasks.autogenerate.plan.suspended_foreign_keys import SuspendedForeignKeys
from dbtasks.autogenerate.plan.table_order import forward_references, in_order
from dbtasks.autogenerate.plan.unnamed_constraints import refuse_indistinct
from dbtasks.autogenerate.state.definitions import (
    DefinedSchema,
    check_sql,
    final_name,
    fixed_name,
)
from dbtasks.autogenerate.state.exclusions import spelled_out
from dbtasks.operations.constraint_kinds import type_of
from dbtasks.operations.names import default_name
from dbtasks.operations.renames import RenameConstraintOp, RenameIndexOp
from dbtasks.schema import difference as d
from dbtasks.schema.facts import FOREIGN_KEY, Constraint, Table, key_of

Kind = TypeVar("Kind", bound=d.Difference)
Column = TypeVar("Column", d.ColumnAdded, d.ColumnDropped)
Pair = tuple[Table, Constraint]
PairOperation = Callable[[Table, Constraint], MigrateOperation]


class DirectionPlanner:
    """Plans one direction. `backfill` says what a change means for the rows."""

    def __init__(
        self,
        old: DefinedSchema,
        new: DefinedSchema,
        differences: Sequence[d.Difference],
        backfill: Backfill,
    ) -> None:
        self.old = old
        self.new = new
        own = without_inherited(new.schema, differences)
        self.differences = with_recreated(old.schema, new.schema, own)
        self.keys = ReplacedKeys(old, new, self.differences)
        anew = (*self.differences, *self.keys.made_anew())
        suspended = SuspendedForeignKeys(old, new, anew)
        self.differences = tuple(suspended.made_anew(anew))
        refuse_indistinct(old.schema, self.differences)
        self._of_tables = defaultdict[str, list[d.Difference]](list)
        for item in self.differences:
            self._of_tables[_key(item)].append(item)
        self.backfill = backfill
        self.new_rows = backfill.new_rows()
        self.receiving = {key_of(item.table_name, item.schema) for item in self.new_rows}
        self.order = self._changed_tables()
        self.places = {key: place for place, key in enumerate(self.order)}
        self.created = in_order(new.schema, (item.table.key for item in self._of(d.TableAdded)))
        self.forward = list(forward_references(new.schema, self.created))
        self.dropped = {item.table.key for item in self._of(d.TableDropped)}
        new_names = {item.table.key.lower() for item in self._of(d.TableAdded)}
        # SQLite takes names that differ in case alone for the same.
        self.clashing = {key for key in self.dropped if key.lower() in new_names}
        loosened = suspended.found(self.differences)
        staying = [pair for pair in loosened if pair[0].key in new.schema.tables]
        self.early_drops = [*loosened, *self._early_drops()]
        self.late_adds = [*staying, *self._late_adds()]

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks in the order in which they are carried out."""
        yield from self._refusals()
        domains = DomainOperations(self.new, self._of(d.DomainChanged))
        enums = EnumOperations(self.old, self.new, self.backfill)
        yield from enums.before(self._of(d.EnumAdded), self._of(d.EnumChanged))
        yield from domains.before()
        yield from self.keys.blocks(self.backfill)
        yield from self._per_table(self.early_drops, self._drop)
        yield from self._drop_tables(self.clashing)
        yield from self._create_tables()
        yield from in_order_of_reading(
            [self._table_change(self.new.schema.tables[key]) for key in self.order],
            self.new_rows,
            {*self.order, *self.created, *self.dropped},
            self.backfill.reader,
        )
        yield from self._per_table(self.late_adds, self._add)
        yield from self._drop_tables(self.dropped - self.clashing)
        yield from domains.after()
        yield from enums.after(self._of(d.EnumChanged), self._of(d.EnumDropped))

    def _of(self, kind: type[Kind], table: Table | None = None) -> list[Kind]:
        """Return the differences of a kind, of all tables or of one."""
        items = self.differences if table is None else self._of_tables.get(table.key, ())
        return [item for item in items if isinstance(item, kind)]

    def _changed_tables(self) -> list[str]:
        """Return the keys of the tables that stay and change, those referred to first."""
        stays = (d.TableAdded, d.TableDropped)
        keys = {_key(item) for item in self.differences if not isinstance(item, stays)}
        return in_order(self.new.schema, keys - {""})

    def _refusals(self) -> Iterator[Block]:
        """Yield what stops where rows would refer to nothing."""
        new_tables = {item.table.key for item in self._of(d.TableAdded)}
        for item in self._of(d.ConstraintAdded):
            constraint, before = item.constraint, self.old.schema.tables[item.table.key]
            is_old = all(before.column(name) for name in constraint.columns)
            refuses = constraint.referred in new_tables and is_old
            if refuses and (refusal := self.backfill.new_reference(before, constraint)):
                yield Block([refusal])

    def _early_drops(self) -> Iterator[Pair]:
        """Yield the foreign keys that go, and would hinder a change of the table they refer to."""
        changing = self.places.keys() | self.clashing
        for item in self._of(d.ConstraintDropped):
            hinders = item.constraint.referred in changing
            if item.constraint.kind == FOREIGN_KEY and hinders:
                yield item.table, item.constraint
        for key in self.dropped - self.clashing:
            table = self.old.schema.tables[key]
            refers = (item for item in table.constraints if item.referred in self.clashing)
            yield from ((table, item) for item in refers)

    def _late_adds(self) -> Iterator[Pair]:
        """Yield the foreign keys that come, and refer to something that has to change first."""
        for item in self._of(d.ConstraintAdded):
            place = self.places[item.table.key]
            is_later = self.places.get(item.constraint.referred, -1) > place
            if item.constraint.kind == FOREIGN_KEY and is_later:
                yield item.table, item.constraint
        for added in self._of(d.TableAdded):
            yield from ((added.table, constraint) for constraint in self._waiting(added.table))

    def _waiting(self, table: Table) -> Iterator[Constraint]:
        """Yield the foreign keys of a new table that can't be made with it."""
        for fact in table.constraints:
            if fact.kind != FOREIGN_KEY:
                continue
            is_forward = (table, fact) in self.forward
            is_apart = getattr(self.new.constraint(table, fact), "use_alter", False)
            if is_forward or is_apart or fact.referred in self.places:
                yield fact

    def _create_tables(self) -> Iterator[Block]:
        for key in self.created:
            facts, table = self.new.schema.tables[key], self.new.table(key)
            operation = new_table(self.new, facts, list(self._waiting(facts)))
            indexes = sorted(table.indexes, key=lambda index: str(index.name))
            yield Block([operation, *(ops.CreateIndexOp.from_index(index) for index in indexes)])

    def _drop_tables(self, keys: set[str]) -> Iterator[Block]:
        ordered = in_order(self.old.schema, keys)
        forward = forward_references(self.old.schema, ordered)
        yield from self._per_table(
            (pair for pair in forward if pair not in self.early_drops), self._drop
        )
        for key in reversed(ordered):
            comments = self.backfill.lost_table(self.old.schema.tables[key])
            yield Block([ops.DropTableOp.from_table(self.old.table(key))], comments)

    def _table_change(self, table: Table) -> TableChange:
        columns = ColumnOperations(self.old, self.new, table, self.backfill, self.keys)
        added, added_computed = _parted(self._of(d.ColumnAdded, table))
        dropped, dropped_computed = _parted(self._of(d.ColumnDropped, table))
        batch = [
            *self._constraint_drops(table),
            *columns.drops(dropped_computed),  # which are in the way of a change of type
            *columns.adds(added),
            *columns.changes(self._of(d.ColumnChanged, table)),
            *columns.adds(added_computed),
            *columns.drops(dropped),
            *self._constraint_adds(table),
        ]
        change = TableChange()
        if drops := list(self._index_drops(table)):
            change.before.append(Block(drops))
        if table.key in self.receiving:  # Rows may come with values for what is added.
            adds = [item for item in batch if _takes_values(item)]
            batch = [item for item in batch if item not in adds]
            change.before += [Block(adds)] if adds else []
        change.before += columns.before
        if batch:
            whole = BatchOp(table.name, batch, schema=table.schema)
            change.rest.append(Block([whole], columns.comments))
        change.rest += columns.after
        if rest := [*self._renames(table), *self._index_adds(table), *self._comments(table)]:
            change.rest.append(Block(rest))
        return change

    def _constraint_drops(self, table: Table) -> Iterator[MigrateOperation]:
        for item in self._of(d.ConstraintDropped, table):
            if (item.table, item.constraint) not in self.early_drops:
                yield self._drop(item.table, item.constraint)

    def _constraint_adds(self, table: Table) -> Iterator[MigrateOperation]:
        added = self._of(d.ConstraintAdded, table)
        # A table may refer to itself, by a key that is as new.
        for item in sorted(added, key=lambda item: item.constraint.kind == FOREIGN_KEY):
            if (item.table, item.constraint) not in self.late_adds:
                yield self._add(item.table, item.constraint)

    def _index_drops(self, table: Table) -> Iterator[MigrateOperation]:
        for item in self._of(d.IndexDropped, table):
            yield ops.DropIndexOp.from_index(self.old.index(table, item.index))

    def _index_adds(self, table: Table) -> Iterator[MigrateOperation]:
        for item in self._of(d.IndexAdded, table):
            yield ops.CreateIndexOp.from_index(self.new.index(table, item.index))

    def _renames(self, table: Table) -> Iterator[MigrateOperation]:
        for item in self._of(d.ConstraintRenamed, table):
            old, new = fixed_name(table, item.old), fixed_name(table, item.new)
            yield RenameConstraintOp(old, new, table.name, table.schema, item.new.kind)
        for renamed in self._of(d.IndexRenamed, table):
            yield RenameIndexOp(renamed.old.name, renamed.new.name, schema=table.schema)

    def _comments(self, table: Table) -> Iterator[MigrateOperation]:
        for item in self._of(d.TableCommentChanged, table):
            if item.new is None:
                yield RemoveTableCommentOp(table.name, schema=table.schema)
            else:
                yield SetTableCommentOp(
                    table.name, item.new, schema=table.schema, existing_comment=item.old
                )

    def _per_table(self, pairs: Iterable[Pair], operation: PairOperation) -> Iterator[Block]:
        groups: dict[str, list[Pair]] = {}
        for table, constraint in pairs:
            groups.setdefault(table.key, []).append((table, constraint))
        for group in groups.values():
            table = group[0][0]
            operations = [operation(table, constraint) for _, constraint in group]
            yield Block([BatchOp(table.name, operations, schema=table.schema)])

    def _drop(self, table: Table, fact: Constraint) -> MigrateOperation:
        name, type_ = fixed_name(table, fact), type_of(fact.kind)
        return ops.DropConstraintOp(name, table.name, type_=type_, schema=table.schema)

    def _add(self, table: Table, fact: Constraint) -> MigrateOperation:
        constraint = self.new.constraint(table, fact)
        is_nameless = final_name(constraint, self.new.dialect) is None
        by_itself = {None, default_name(table.name, fact)}
        name = None if is_nameless and fact.name in by_itself else fixed_name(table, fact)
        if isinstance(constraint, sa.CheckConstraint):
            sql = check_sql(constraint, self.new.dialect)
            return AddCheckOp(name, table.name, sql, schema=table.schema)
        if isinstance(constraint, ExcludeConstraint):
            constraint = spelled_out(constraint)
        is_key = isinstance(constraint, sa.PrimaryKeyConstraint)
        kind = AddPrimaryKeyOp if is_key else ops.AddConstraintOp
        operation = kind.from_constraint(constraint)
        operation.constraint_name = name  # type: ignore[attr-defined]
        return operation


def _key(item: d.Difference) -> str:
    """Return the key of the table that a difference is about; empty for an enum."""
    table = getattr(item, "table", None)
    return table.key if isinstance(table, Table) else ""


def _takes_values(operation: MigrateOperation) -> bool:
    """Whether an operation adds a plain column that rows may go without."""
    if not isinstance(operation, ops.AddColumnOp) or operation.column.computed is not None:
        return False
    return bool(operation.column.nullable) or operation.column.server_default is not None


def _parted(items: Iterable[Column]) -> tuple[list[Column], list[Column]]:
    """Return differences over plain columns, and those over computed ones."""
    plain: list[Column] = []
    computed: list[Column] = []
    for item in items:
        (plain if item.column.generated is None else computed).append(item)
    return plain, computed
