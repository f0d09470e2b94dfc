"""Rebuilding a SQLite table: the steps that SQLite's documentation prescribes, with proof.

https://www.sqlite.org/lang_altertable.html#otheralter. The new table is made beside the old one,
filled, and put in its place, inside the migration's transaction. Indexes, triggers and views are
there afterwards, no row is missing, and no reference points nowhere that did not before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dbtasks.databases.sqlite.ddl import TableDefinition, parse_table, quoted
from dbtasks.errors import MigrationError, RefusedError


def definition_of(connection: Connection, table: str) -> TableDefinition:
    """Return the table as SQLite keeps it. Raises `MigrationError` when there is none."""
    query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?)"
    sql = connection.exec_driver_sql(query, (table,)).scalar()
    if sql is None:
        raise MigrationError(f"There is no table {table}.")
    return parse_table(sql)


def rebuild(
    connection: Connection,
    new: TableDefinition,
    expressions: Mapping[str, str],
    without_indexes: Collection[str] = (),
) -> None:
    """Put `new` in the place of the table of the same name.

    `expressions` maps each of its columns that is filled to SQL over the old row; the others get
    their default. Raises `MigrationError` when a row or a reference would be lost, `RefusedError`
    for a value that can't be converted, and while foreign keys are enforced, since then the old
    table's end deletes its children's rows.
    """
    _refuse_enforced_foreign_keys(connection, new.name)
    _refuse_lost_values(connection, new.name, expressions)
    rows = _count(connection, new.name)
    broken = _violations(connection)
    kept = _dependents(connection, new.name, without_indexes)
    working = _working(connection)
    sequence = _sequence(connection, new.name)
    _replace(connection, new, expressions)
    for sql in kept:
        connection.exec_driver_sql(sql)
    if sequence is not None:
        update = "UPDATE sqlite_sequence SET seq = ? WHERE name = ?"
        connection.exec_driver_sql(update, (sequence, new.name))
    if _count(connection, new.name) != rows:
        raise MigrationError(f"Rebuilding {new.name} would lose rows; it had {rows}.")
    if _violations(connection) - broken:
        raise MigrationError(f"Rebuilding {new.name} would leave rows that refer to nothing.")
    broken_now = working - _working(connection)
    if broken_now:
        raise MigrationError(
            f"The change of {new.name} breaks {', '.join(sorted(broken_now))}.",
            "Drop or change it first, in the same revision.",
        )


def _replace(connection: Connection, new: TableDefinition, expressions: Mapping[str, str]) -> None:
    temporary = f"_dbtasks_new_{new.name}"
    connection.exec_driver_sql(new.sql(temporary))
    columns = ", ".join(quoted(name) for name in expressions)
    values = ", ".join(expressions.values())
    if expressions:
        connection.exec_driver_sql(
            f"INSERT INTO {quoted(temporary)} ({columns}) SELECT {values} FROM {quoted(new.name)}"
        )
    else:  # No column stays, but the rows do.
        for _ in range(_count(connection, new.name)):
            connection.exec_driver_sql(f"INSERT INTO {quoted(temporary)} DEFAULT VALUES")
    connection.exec_driver_sql(f"DROP TABLE {quoted(new.name)}")
    # Without this, renaming fails while a view or a trigger elsewhere names the old table.
    connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
    try:
        connection.exec_driver_sql(f"ALTER TABLE {quoted(temporary)} RENAME TO {quoted(new.name)}")
    finally:
        connection.exec_driver_sql("PRAGMA legacy_alter_table = OFF")


def _refuse_enforced_foreign_keys(connection: Connection, table: str) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise RefusedError(
            f"{table} can't be rebuilt while foreign keys are enforced: rows that refer to it "
            "would be deleted.",
            "Let dbtasks make the connection, or begin it with PRAGMA foreign_keys=OFF.",
        )


def _refuse_lost_values(connection: Connection, table: str, expressions: Mapping[str, str]) -> None:
    """Raise if a conversion makes NULL of a value, which is how it says that it can't."""
    for name, expression in expressions.items():
        if expression == quoted(name):
            continue
        query = (
            f"SELECT count(*) FROM {quoted(table)}"
            f" WHERE {quoted(name)} IS NOT NULL AND ({expression}) IS NULL"
        )
        lost = connection.exec_driver_sql(query).scalar_one()
        if lost:
            raise RefusedError(
                f"{lost} value{'' if lost == 1 else 's'} of {table}.{name} can't be converted to "
                "the new type.",
                "Mend those rows first, or say how they are converted: sqlite_using=...",
            )


def _count(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {quoted(table)}").scalar_one())


def _violations(connection: Connection) -> set[tuple[object, ...]]:
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return {(table, rowid, parent) for table, rowid, parent, _ in rows}


def _dependents(
    connection: Connection, table: str, without_indexes: Collection[str]
) -> Sequence[str]:
    """Return the statements that make the table's indexes and triggers again."""
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
        " AND lower(tbl_name) = lower(?) AND sql IS NOT NULL ORDER BY rowid"
    )
    rows = connection.exec_driver_sql(query, (table,)).all()
    return [sql for name, sql in rows if name not in without_indexes]


def _working(connection: Connection) -> set[str]:
    """Return the views that can be read, and what can be done to tables that have triggers."""
    query = "SELECT DISTINCT type, tbl_name FROM sqlite_master WHERE type IN ('view', 'trigger')"
    found = connection.exec_driver_sql(query).all()
    tried = [
        pair
        for kind, name in found
        for pair in (_reading(name) if kind == "view" else _writing(connection, name))
    ]
    return {what for what, statement in tried if _works(connection, statement)}


def _reading(view: str) -> Iterator[tuple[str, str]]:
    yield f"the view {view}", f"SELECT * FROM {quoted(view)} LIMIT 0"


def _writing(connection: Connection, table: str) -> Iterator[tuple[str, str]]:
    """Yield statements that make SQLite compile the triggers of a table, and run none of them."""
    query = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0"
    columns = connection.exec_driver_sql(query, (table,)).scalars().all()
    same = ", ".join(f"{quoted(name)} = {quoted(name)}" for name in columns)
    name, what = quoted(table), f"a trigger on {table}"
    yield f"{what} (INSERT)", f"EXPLAIN INSERT INTO {name} DEFAULT VALUES"
    yield f"{what} (UPDATE)", f"EXPLAIN UPDATE {name} SET {same}"
    yield f"{what} (DELETE)", f"EXPLAIN DELETE FROM {name}"


def _works(connection: Connection, statement: str) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement).close()
    except DBAPIError:
        return False
    return True


def _sequence(connection: Connection, table: str) -> int | None:
    """Return the highest key that an AUTOINCREMENT table has ever given out."""
    query = "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'"
    if not connection.exec_driver_sql(query).scalar():
        return None
    query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
    value = connection.exec_driver_sql(query, (table,)).scalar()
    return None if value is None else int(value)
