"""SQLite's CREATE TABLE, taken apart and put together again.

SQLite keeps a table as the text that made it, and that text says more than its PRAGMAs do: names
of constraints, checks, collations, conflict clauses. Taken apart into clauses, it can be changed
in one place and left as it was everywhere else. (https://www.sqlite.org/lang_createtable.html)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dbtasks.operations.sql import SQLITE
from dbtasks.schema.facts import CHECK, FOREIGN_KEY, PRIMARY_KEY, UNIQUE

NOT_NULL, NULL, DEFAULT, COLLATE, GENERATED = "not null", "null", "default", "collate", "generated"

_TOKEN = re.compile(
    r"""\s+|--[^\n]*|/\*.*?\*/"""
    r"""|(?P<token>[xX]?'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]"""
    r"""|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*"""
    r"""|0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"""
    r"""|<=|>=|<>|!=|==|<<|>>|\|\||->>|->|.)""",
    re.DOTALL,
)
_TABLE_CLAUSES = {"PRIMARY": PRIMARY_KEY, "UNIQUE": UNIQUE, "CHECK": CHECK, "FOREIGN": FOREIGN_KEY}
_COLUMN_CLAUSES = {
    "PRIMARY": PRIMARY_KEY,
    "UNIQUE": UNIQUE,
    "CHECK": CHECK,
    "REFERENCES": FOREIGN_KEY,
    "NOT": NOT_NULL,
    "NULL": NULL,
    "DEFAULT": DEFAULT,
    "COLLATE": COLLATE,
    "GENERATED": GENERATED,
    "AS": GENERATED,
}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = SQLITE.identifier_preparer.reserved_words


@dataclass(frozen=True)
class Clause:
    """A constraint or another clause of a column or a table, with its name if it has one."""

    kind: str
    tokens: tuple[str, ...]
    name: str | None = None

    @property
    def sql(self) -> str:
        """The clause as SQL."""
        prefix = f"CONSTRAINT {_constraint_name(self.name)} " if self.name is not None else ""
        return prefix + spaced(self.tokens)


@dataclass(frozen=True)
class ColumnDefinition:
    """A column of a CREATE TABLE."""

    name: str
    type: str
    clauses: tuple[Clause, ...] = ()

    def clause(self, kind: str) -> Clause | None:
        """Return the column's clause of a kind."""
        return next((clause for clause in self.clauses if clause.kind == kind), None)

    def with_clause(self, kind: str, clause: Clause | None) -> ColumnDefinition:
        """Return the column with its clause of a kind replaced, or left out for None."""
        kept = tuple(item for item in self.clauses if item.kind != kind)
        return replace(self, clauses=kept if clause is None else (*kept, clause))

    @property
    def sql(self) -> str:
        """The column as SQL."""
        parts = [quoted(self.name), self.type, *(clause.sql for clause in self.clauses)]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class TableDefinition:
    """A CREATE TABLE."""

    name: str
    columns: tuple[ColumnDefinition, ...]
    constraints: tuple[Clause, ...] = ()
    options: tuple[str, ...] = field(default=())

    def sql(self, name: str = "") -> str:
        """Return the statement, under another name if one is given."""
        parts = [column.sql for column in self.columns] + [item.sql for item in self.constraints]
        body = ",\n\t".join(parts)
        options = f" {spaced(self.options)}" if self.options else ""
        return f"CREATE TABLE {quoted(name or self.name)} (\n\t{body}\n){options}"

    def clauses(self) -> Iterator[tuple[tuple[str, ...], Clause]]:
        """Yield every clause: with the name of the column that it stands with, or with none."""
        yield from (((), clause) for clause in self.constraints)
        for column in self.columns:
            yield from (((column.name,), clause) for clause in column.clauses)

    def column(self, name: str) -> ColumnDefinition:
        """Return the column of that name, in any case. Raises `KeyError`."""
        for column in self.columns:
            if column.name.lower() == name.lower():
                return column
        raise KeyError(name)


def parse_table(sql: str) -> TableDefinition:
    """Return a CREATE TABLE statement taken apart."""
    tokens = list(tokenize(sql))
    opening = tokens.index("(")
    closing = _closing(tokens, opening)
    columns: list[ColumnDefinition] = []
    constraints: list[Clause] = []
    for part in split(tokens[opening + 1 : closing]):
        if part[0].upper() in {"CONSTRAINT", *_TABLE_CLAUSES}:
            constraints += _clauses(part, _TABLE_CLAUSES)
        else:
            columns.append(_column(part))
    name = name_of(tokens[opening - 1])
    return TableDefinition(name, tuple(columns), tuple(constraints), tuple(tokens[closing + 1 :]))


def tokenize(sql: str) -> Iterator[str]:
    """Yield the tokens of an SQL text, without white space and comments."""
    for match in _TOKEN.finditer(sql):
        if match["token"]:
            yield match["token"]


def split(tokens: Sequence[str]) -> list[list[str]]:
    """Return tokens cut at the commas that stand in no parentheses."""
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if token == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def inside(tokens: Sequence[str]) -> list[str]:
    """Return what stands in the first parentheses."""
    opening = list(tokens).index("(")
    return list(tokens[opening + 1 : _closing(tokens, opening)])


def names(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a list of columns, `a, b COLLATE NOCASE` for instance."""
    return tuple(name_of(part[0]) for part in split(tokens) if part)


def spaced(tokens: Sequence[str]) -> str:
    """Return tokens as SQL text. A sign stays with its number: SQLite keeps what is written."""
    triples = zip(("", "", *tokens), ("", *tokens), tokens, strict=False)
    return "".join(
        token
        if before in {"", "(", "."} or token in {")", ",", "."} or _is_sign(further, before)
        else f" {token}"
        for further, before, token in triples
    )


def _is_sign(before: str, token: str) -> bool:
    """Whether a token is the sign of what follows, and stands between no two values."""
    return token in {"-", "+"} and before.upper() in {"", "(", ",", "DEFAULT"}


def normal(tokens: Sequence[str]) -> str:
    """Return an expression so that spellings which mean the same are the same text.

    Names lose their quotes and all but strings their case; parentheses around the whole go.
    """
    tokens = list(tokens)
    while len(tokens) > 2 and tokens[0] == "(" and _closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return spaced([t if t.startswith("'") else unquoted(t).lower() for t in tokens])


def name_of(token: str) -> str:
    """Return what a token stands for where only a name can stand, and SQLite takes strings too."""
    return token[1:-1].replace("''", "'") if token.startswith("'") else unquoted(token)


def unquoted(token: str) -> str:
    """Return a name without its quotes."""
    if len(token) > 1 and token[0] in '"`[' and token[-1] in '"`]':
        return token[1:-1].replace(token[-1] * 2, token[-1])
    return token


def quoted(name: str) -> str:
    """Return a name in quotes."""
    return '"' + name.replace('"', '""') + '"'


def _constraint_name(name: str) -> str:
    """Return a constraint's name, in quotes where it needs them.

    SQLAlchemy before 2.1 reads most names of constraints only where they stand without.
    """
    is_plain = _PLAIN.fullmatch(name) and name.lower() not in _RESERVED
    return name if is_plain else quoted(name)


def _column(tokens: list[str]) -> ColumnDefinition:
    start = 1
    while start < len(tokens) and not _starts_clause(tokens, start):
        start = _closing(tokens, start) + 1 if tokens[start] == "(" else start + 1
    clauses = tuple(_clauses(tokens[start:], _COLUMN_CLAUSES))
    return ColumnDefinition(name_of(tokens[0]), spaced(tokens[1:start]).replace(" (", "("), clauses)


def _clauses(tokens: list[str], kinds: dict[str, str]) -> Iterator[Clause]:
    position = 0
    while position < len(tokens):
        name = None
        if tokens[position].upper() == "CONSTRAINT":
            name = name_of(tokens[position + 1])
            position += 2
        end = position + 1
        while end < len(tokens) and not (
            kinds is _COLUMN_CLAUSES and _starts_clause(tokens, end, after=tokens[position].upper())
        ):
            end = _closing(tokens, end) + 1 if tokens[end] == "(" else end + 1
        yield Clause(kinds[tokens[position].upper()], tuple(tokens[position:end]), name)
        position = end


def _starts_clause(tokens: Sequence[str], position: int, after: str = "") -> bool:
    word = tokens[position].upper()
    if word not in {"CONSTRAINT", *_COLUMN_CLAUSES}:
        return False
    before = tokens[position - 1].upper()
    if before in {"SET", "ALWAYS"} or (before == "NOT" and after == "NOT" and word == "NULL"):
        return False  # ON DELETE SET NULL, GENERATED ALWAYS AS, NOT NULL
    if after == "DEFAULT" and before == "DEFAULT":
        return False  # DEFAULT NULL
    following = tokens[position + 1].upper() if position + 1 < len(tokens) else ""
    return not (word == "NOT" and following == "DEFERRABLE")


def _closing(tokens: Sequence[str], opening: int) -> int:
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position] == "(") - (tokens[position] == ")")
        if not depth:
            return position
    raise ValueError("a parenthesis is never closed")
