"""What a SQLite database holds beside tables and indexes: views, triggers, virtual tables."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from dbtasks.databases.sqlite.ddl import NOT_NULL, normal, parse_table, tokenize
from dbtasks.schema.facts import PRIMARY_KEY, UNIQUE
from dbtasks.schema.other_objects import OtherObject, OtherObjects

_MASTER = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
)

_RULES = {NOT_NULL, PRIMARY_KEY, UNIQUE}


def read(connection: Connection) -> OtherObjects:
    """Return all that there is, and what a column does on a conflict, which is no fact of it."""
    others = not_tables(connection)
    found: list[OtherObject] = []
    for kind, name, table, sql in connection.exec_driver_sql(_MASTER).all():
        if kind == "trigger":
            found.append(OtherObject(kind, name, normal(tuple(tokenize(sql))), table))
        elif kind == "view" or others.get(name) == "virtual":
            said = kind if kind == "view" else "virtual table"
            found.append(OtherObject(said, name, normal(tuple(tokenize(sql)))))
        elif kind == "table" and name not in others:
            found += _conflicts(name, sql)
    return tuple(found)


def not_tables(connection: Connection) -> dict[str, str]:
    """Return the virtual tables, and the tables that they are made of (`shadow`), by name.

    Before SQLite 3.37 only the beginning of its name tells what belongs to a virtual table.
    """
    if connection.dialect.server_version_info >= (3, 37):  # type: ignore[operator]
        rows = connection.exec_driver_sql("PRAGMA table_list").all()
        return {row[1]: row[2] for row in rows if row[2] in {"virtual", "shadow"}}
    names = {
        name: str(sql).upper().startswith("CREATE VIRTUAL")
        for kind, name, _, sql in connection.exec_driver_sql(_MASTER).all()
        if kind == "table"
    }
    virtual = [name for name, is_virtual in names.items() if is_virtual]
    shadows = {name for name in names for owner in virtual if name.startswith(f"{owner}_")}
    return {**dict.fromkeys(shadows, "shadow"), **dict.fromkeys(virtual, "virtual")}


def _conflicts(name: str, sql: str) -> Iterator[OtherObject]:
    """Yield what a column's own clauses say of conflicts and order."""
    for columns, clause in parse_table(sql).clauses():
        words = {token.upper() for token in clause.tokens}
        if columns and clause.kind in _RULES and words & {"CONFLICT", "DESC"}:
            place = f"{name}.{columns[0]}"
            yield OtherObject("rule of column", place, normal(clause.tokens), name)
