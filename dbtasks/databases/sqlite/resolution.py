"""What the operations of a batch come to when they are taken together, as Alembic takes them.

A column goes by the name that it had when the batch began, and by its new one. Constraints and
indexes come when all columns are there; those that go with their column may be dropped too.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from alembic.operations import Operations, ops
from alembic.operations.ops import MigrateOperation

from dbtasks.databases.sqlite.alteration import TableAlteration
from dbtasks.databases.sqlite.column_order import ColumnOrder
from dbtasks.databases.sqlite.compilation import compiled
from dbtasks.databases.sqlite.ddl import Clause
from dbtasks.databases.sqlite.definitions import (
    Place,
    is_over_columns_of,
    with_names_changed,
    without_primary_key,
)
from dbtasks.databases.sqlite.missing import MissingPartError, NamelessError
from dbtasks.databases.sqlite.surroundings import made_from
from dbtasks.databases.sqlite.table_arguments import indexes_of, with_arguments, with_convention
from dbtasks.operations.batch import BatchArguments
from dbtasks.schema.facts import PRIMARY_KEY


class Resolution:
    """A batch that makes its table anew."""

    def __init__(
        self, operations: Operations, given: BatchArguments, recorded: Sequence[MigrateOperation]
    ) -> None:
        self._given = given
        self._recorded = list(recorded)
        self._alteration = TableAlteration(
            operations, given.table, always=given.recreate == "always"
        )
        columns = [column.name for column in self._alteration.definition.columns]
        self._order = ColumnOrder(given.partial_reordering, columns)
        self._renamed: dict[str, str] = {}
        self._parked: dict[str, str] = {}
        self._gone: list[Place] = []
        self._added: list[Clause] = []
        self._indexes = set(made_from(self._alteration.connection, given.table))
        self._lost_indexes: set[str] = set()
        self._new_indexes: list[ops.CreateIndexOp] = []

    def carry_out(self) -> None:
        """Carry all of it out.

        Raises what Alembic raises for what the table has not: `MissingColumnError`,
        `MissingPartError`, `NamelessError`.
        """
        alteration = self._alteration
        if self._given.naming_convention:
            alteration.definition = with_convention(
                alteration.definition, self._given.naming_convention
            )
        for operation in _with_room_for_names(self._recorded):
            self._apply(operation)
        for name, parked in self._parked.items():
            alteration.rename_column(parked, name)
        self._add_constraints()
        alteration.definition = with_arguments(alteration.definition, self._given)
        self._reorder()
        alteration.dropped_indexes -= {name for name in self._lost_indexes if self._is_over(name)}
        alteration.finish()
        created = [ops.CreateIndexOp.from_index(index) for index in indexes_of(self._given)]
        for index in (*created, *self._new_indexes):
            alteration.invoke(self._with_present_names(index))

    def _apply(self, operation: MigrateOperation) -> None:
        match operation:
            case ops.AddColumnOp():
                self._add_column(operation)
            case ops.DropColumnOp():
                self._drop_column(operation)
            case ops.AlterColumnOp():
                name = self._present(operation.column_name)
                self._alteration.alter_column(name, operation)
                if operation.modify_name not in {None, name}:
                    self._rename_column(operation.column_name, name, str(operation.modify_name))
            case ops.AddConstraintOp():
                self._add_constraint(operation)
            case ops.DropConstraintOp():
                self._drop_constraint(operation)
            case ops.CreateIndexOp():
                self._new_indexes.append(operation)
            case ops.DropIndexOp():
                self._drop_index(operation)
            case ops.CreateTableCommentOp() | ops.DropTableCommentOp():
                pass  # SQLite keeps no comments.
            case _:
                self._alteration.invoke(operation)

    def _add_column(self, operation: ops.AddColumnOp) -> None:
        column = operation.column
        if operation.if_not_exists and self._alteration.has_column(column.name):
            return
        before, after = (operation.kw.get(f"insert_{side}") for side in ("before", "after"))
        self._order.place(
            column.name, before and self._present(before), after and self._present(after)
        )
        self._renamed.pop(column.name, None)
        indexes = self._alteration.add_column(column)
        self._new_indexes += [ops.CreateIndexOp.from_index(index) for index in indexes]

    def _drop_column(self, operation: ops.DropColumnOp) -> None:
        name = self._present(operation.column_name)
        if operation.if_exists and not self._alteration.has_column(name):
            return
        places = list(self._alteration.definition.clauses())
        dropped = set(self._alteration.dropped_indexes)
        self._alteration.drop_column(name)
        self._lost_indexes |= self._alteration.dropped_indexes - dropped
        left = {id(clause) for _, clause in self._alteration.definition.clauses()}
        self._gone += [place for place in places if id(place[1]) not in left]
        self._order.drop(name)

    def _rename_column(self, given: str, name: str, new: str) -> None:
        """Rename a column; one that has the new name still gives way, to be renamed itself."""
        if new.lower() != name.lower() and self._alteration.has_column(new):
            self._parked[new] = f"_dbtasks_{new}"
            self._rename_at_once(new, self._parked[new])
            self._renamed[new] = self._parked[new]
        self._parked = {key: parked for key, parked in self._parked.items() if parked != name}
        self._rename_at_once(name, new)
        self._renamed[given] = new

    def _rename_at_once(self, name: str, new: str) -> None:
        self._alteration.rename_column(name, new)
        self._order.rename(name, new)
        for first, last in self._renamed.items():
            if last == name:
                self._renamed[first] = new

    def _add_constraint(self, operation: ops.AddConstraintOp) -> None:
        constraint = operation.to_constraint(self._alteration.operations.migration_context)
        assert constraint.table is not None
        (clause,) = compiled(constraint.table).constraints
        others = (item for item in self._added if clause.name is None or item.name != clause.name)
        self._added = [*others, clause]

    def _drop_constraint(self, operation: ops.DropConstraintOp) -> None:
        if not operation.constraint_name:
            raise NamelessError(self._given.table)
        name, kind = str(operation.constraint_name), operation.constraint_type
        alteration = self._alteration
        added = alteration.find_among([((), clause) for clause in self._added], name, kind)
        if added:
            self._added.remove(added[1])
            return
        found = alteration.find_constraint(name, kind)
        if found:
            alteration.change_clause(found[1], None)
        elif not alteration.find_among(self._gone, name, kind) and not operation.if_exists:
            raise MissingPartError(self._given.table, "constraint", name)

    def _drop_index(self, operation: ops.DropIndexOp) -> None:
        name = str(operation.index_name)
        if name in self._indexes:
            self._indexes.remove(name)
            self._lost_indexes.discard(name)
            self._alteration.dropped_indexes.add(name)
        elif not operation.if_exists:
            raise MissingPartError(self._given.table, "index", name)

    def _add_constraints(self) -> None:
        """Add the constraints that came, in the place of those that have their name."""
        alteration = self._alteration
        for added in self._added:
            clause = with_names_changed(added, self._renamed)
            if not is_over_columns_of(clause, alteration.definition):
                continue  # Alembic leaves it out as well.
            if clause.kind == PRIMARY_KEY:
                alteration.definition = without_primary_key(alteration.definition)
            for _, there in list(alteration.definition.clauses()):
                if there.name is not None and there.name == clause.name:
                    alteration.change_clause(there, None)
            alteration.replace(constraints=(*alteration.definition.constraints, clause))

    def _reorder(self) -> None:
        columns = {column.name: column for column in self._alteration.definition.columns}
        order = self._order.sorted(list(columns))
        self._alteration.replace(columns=tuple(columns[name] for name in order))

    def _is_over(self, index: str) -> bool:
        """Whether all columns of an index are there, also such as went and came again."""
        query = "SELECT name FROM pragma_index_info(?)"
        columns = self._alteration.connection.exec_driver_sql(query, (index,)).scalars()
        return all(name and self._alteration.has_column(name) for name in columns)

    def _present(self, name: str) -> str:
        """Return the name by which a column goes now."""
        return self._renamed.get(name, name)

    def _with_present_names(self, operation: ops.CreateIndexOp) -> ops.CreateIndexOp:
        """Return an index over the columns as they are called now. Raises `MissingColumnError`."""
        columns = [
            self._alteration.column(self._present(item)).name if isinstance(item, str) else item
            for item in operation.columns
        ]
        changed = copy(operation)
        changed.columns = columns
        return changed


def _with_room_for_names(recorded: Sequence[MigrateOperation]) -> list[MigrateOperation]:
    """Return operations with each column dropped before another gets its name."""
    found: list[MigrateOperation] = []
    for operation in recorded:
        place = len(found)
        if isinstance(operation, ops.DropColumnOp):
            takes = (
                number
                for number, earlier in enumerate(found)
                if isinstance(earlier, ops.AlterColumnOp)
                and earlier.modify_name == operation.column_name != earlier.column_name
            )
            place = next(takes, place)
        found.insert(place, operation)
    return found
