"""The facts of a SQLite database, read from the statements that it keeps."""

from __future__ import annotations

from sqlalchemy import Connection, UniqueConstraint
from sqlalchemy.schema import conv

from dbtasks.databases.sqlite.ddl import (
    COLLATE,
    DEFAULT,
    GENERATED,
    NOT_NULL,
    Clause,
    ColumnDefinition,
    TableDefinition,
    inside,
    name_of,
    names,
    normal,
    parse_table,
    split,
    tokenize,
    unquoted,
)
from dbtasks.databases.sqlite.other_objects import not_tables
from dbtasks.schema.facts import (
    AUTOINCREMENT,
    CHECK,
    FOREIGN_KEY,
    PRIMARY_KEY,
    UNIQUE,
    Column,
    Constraint,
    Index,
    Schema,
    Table,
)

KINDS = {PRIMARY_KEY, UNIQUE, CHECK, FOREIGN_KEY}

UNTYPED = "BLOB"
"""As what SQLite keeps a column that has no type: it converts no value of either."""

_MASTER = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    " AND type IN ('table', 'index') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
)


def read(connection: Connection) -> Schema:
    """Return the facts of all tables. Virtual tables and what they are made of are left out."""
    rows = connection.exec_driver_sql(_MASTER).all()
    others = not_tables(connection)
    indexes: dict[str, list[Index]] = {}
    for kind, name, table, sql in rows:
        if kind == "index":
            indexes.setdefault(table, []).append(_index(name, sql))
    tables = (
        table_facts(parse_table(sql), tuple(sorted(indexes.get(name, []), key=_by_name)))
        for kind, name, _, sql in rows
        if kind == "table" and name not in others
    )
    return Schema({table.key: table for table in tables})


def table_facts(definition: TableDefinition, indexes: tuple[Index, ...] = ()) -> Table:
    """Return the facts of one CREATE TABLE."""
    constraints = [
        constraint_facts(clause, definition, own)
        for own, clause in definition.clauses()
        if clause.kind in KINDS
    ]
    return Table(
        name=definition.name,
        columns=tuple(_column(column) for column in definition.columns),
        constraints=tuple(sorted(constraints, key=lambda item: (item.kind, item.definition))),
        indexes=indexes,
        options=normal(definition.options),
    )


def uniques(table: Table) -> list[UniqueConstraint]:
    """Return what has to be unique: SQLAlchemy reflects it only in the commonest spellings."""
    named = {column.name.lower(): column.name for column in table.columns}
    return [
        UniqueConstraint(
            *(named[name.lower()] for name in item.columns), name=item.name and conv(item.name)
        )
        for item in table.constraints
        if item.kind == UNIQUE
    ]


def indexes_with(connection: Connection, table: str, column: str) -> set[str]:
    """Return the names of the indexes that a column is part of."""
    query = (
        "SELECT name, sql FROM sqlite_master"
        " WHERE type = 'index' AND lower(tbl_name) = lower(?) AND sql IS NOT NULL"
    )
    rows = connection.exec_driver_sql(query, (table,)).all()
    wanted = column.lower()
    return {
        name
        for name, sql in rows
        if wanted in {unquoted(token).lower() for token in tokenize(sql.partition("(")[2])}
    }


def _column(definition: ColumnDefinition) -> Column:
    default, collate = definition.clause(DEFAULT), definition.clause(COLLATE)
    generated = definition.clause(GENERATED)
    is_key = definition.clause(PRIMARY_KEY)
    return Column(
        name=definition.name,
        type=definition.type.upper().replace(", ", ",") or UNTYPED,
        nullable=definition.clause(NOT_NULL) is None,
        default=normal(default.tokens[1:]) if default else None,
        generated=_generated(generated) if generated else None,
        identity=AUTOINCREMENT if is_key and "AUTOINCREMENT" in _words(is_key) else None,
        collation=name_of(collate.tokens[1]).upper() if collate else None,
    )


def _generated(clause: Clause) -> str:
    stored = "stored" if "STORED" in _words(clause) else "virtual"
    return f"{normal(inside(clause.tokens))} {stored}"


def constraint_facts(
    clause: Clause, table: TableDefinition, own: tuple[str, ...] = ()
) -> Constraint:
    """Return the facts of a constraint; `own` is the column that it stands with, if any."""
    if clause.kind == CHECK:
        expression = inside(clause.tokens)
        words = {unquoted(token).lower() for token in expression}
        columns = tuple(c.name for c in table.columns if c.name.lower() in words)
        return Constraint(CHECK, clause.name, normal(expression), columns)
    if clause.kind == FOREIGN_KEY:
        return _foreign_key(clause, own)
    columns = own or names(inside(clause.tokens))
    parts = [normal(part) for part in split(inside(clause.tokens))] if not own else list(own)
    rest = _after_columns(clause) if not own else ()
    conflict = f" {normal(rest)}" if rest else ""
    return Constraint(clause.kind, clause.name, f"({', '.join(parts)}){conflict}", columns)


def _foreign_key(clause: Clause, own: tuple[str, ...]) -> Constraint:
    words = _words(clause)
    start = words.index("REFERENCES")
    columns = own or names(inside(clause.tokens[:start]))
    rest = list(clause.tokens[start + 2 :])
    referred = names(inside(rest)) if rest[:1] == ["("] else ()
    actions = rest[rest.index(")") + 1 :] if referred else rest
    table = name_of(clause.tokens[start + 1])
    definition = (
        f"({', '.join(columns)}) references {table} ({', '.join(referred)}) {_actions(actions)}"
    )
    return Constraint(FOREIGN_KEY, clause.name, definition.strip(), columns, referred=table)


def _actions(tokens: list[str]) -> str:
    """Return the actions of a foreign key without those that are the default anyway."""
    text = normal(tokens)
    for default in ("on delete no action", "on update no action", "not deferrable"):
        text = text.replace(default, "")
    return " ".join(text.split())


def _after_columns(clause: Clause) -> tuple[str, ...]:
    tokens = list(clause.tokens)
    return tuple(tokens[tokens.index("(") + len(inside(tokens)) + 2 :])


def _index(name: str, sql: str) -> Index:
    tokens = list(tokenize(sql))
    words = [token.upper() for token in tokens]
    opening = tokens.index("(", words.index("ON"))
    parts = split(inside(tokens[opening:]))
    columns = tuple(unquoted(part[0]) for part in parts if len(part) == 1)
    where = tokens[opening + len(inside(tokens[opening:])) + 2 :]
    definition = ", ".join(normal(part) for part in parts)
    condition = f" {normal(where)}" if where else ""
    return Index(name, "UNIQUE" in words[:2], f"({definition}){condition}", columns)


def _words(clause: Clause) -> list[str]:
    return [token.upper() for token in clause.tokens]


def _by_name(index: Index) -> str:
    return index.name
