"""Constraints and indexes over the columns of a table: what the property tests draw from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from tests.changes.strategies_model import Column, Part, Table, quoted

Draw = Callable[[st.SearchStrategy], object]

CONDITIONS = {  # which all values and defaults of a kind meet
    "integer": (
        "{0} <> 13",
        "{0} BETWEEN -100 AND 100",
        "{0} IN (-7, -1, 0, 1, 2, 3, 4, 7, 42)",
        "abs({0}) < 99",
    ),
    "number": ("{0} >= -3.5", "({0} > 0 OR {0} < 100)"),
    "float": ("{0} < 1e6", "{0} + 1 < 100.5"),
    "text": ("{0} <> 'isn''t'", "length({0}) < 30", "{0} NOT LIKE 'z%'", "lower({0}) <> 'n:m'"),
    "boolean": ("{0} OR NOT {0}",),
    "date": ("{0} > '1990-01-01'",),
    "datetime": ("{0} > '1990-01-01'",),
    "": ("{0} IS NOT NULL OR 1 = 1", "coalesce({0}, {0}) IS NULL OR 1 = 1"),
}
OBJECTS = {
    "integer": ("{0} != 13", "{0}.between(-100, 100)", "{0}.in_([-7, -1, 0, 1, 2, 3, 4, 7, 42])"),
    "text": ("{0} != 'a%b'", "sa.func.length({0}) < 30", "{0}.not_like('z%')"),
    "boolean": ("{0}.is_not(None) | {0}.is_(None)",),
    "": ("sa.or_({0}.is_(None), {0}.is_not(None))",),
}
EXPRESSIONS = {
    "integer": ("abs({0})", "({0} + 1)"),
    "text": ("lower({0})", "substr({0}, 1, 3)", "(lower({0}) || '%x')"),
    "number": ("round({0})",),
    "": ("coalesce({0}, {0})",),
}
COMPUTED = {
    "integer": (("sa.Integer()", "{0} * 2"), ("sa.BigInteger()", "abs({0}) + 1")),
    "text": (("sa.Text()", "lower({0}) || '%'"), ("sa.String(60)", "coalesce({0}, 'it''s')")),
    "number": (("sa.Numeric(14, 4)", "{0} * 1.5"),),
    "boolean": (("sa.Boolean()", "NOT {0}"),),
}
ACTIONS = ("CASCADE", "SET NULL", "RESTRICT", "NO ACTION", "SET DEFAULT")
OPERATORS = {"text": ("text_pattern_ops", "varchar_pattern_ops")}
METHODS = {
    "integer": ("hash", "brin"),
    "text": ("hash", "spgist", "brin"),
    "jsonb": ("gin",),
    "array": ("gin",),
    "tsvector": ("gin", "gist"),
    "range": ("gist",),
    "uuid": ("hash", "brin"),
}


def of(choices: dict[str, tuple], column: Column) -> tuple:
    """Return what there is to choose from for a column; of a computed one nothing is known."""
    if "Computed" in column.made:
        return choices.get("", ())
    return choices.get(column.type.kind) or choices.get("", ())


def path(column: Column) -> str:
    """Return a column as Python."""
    return f"t.c[{column.name!r}]"


def named(draw, names: Sequence[str], *, must: bool) -> str:
    """Draw the `name=` of a constraint or index; empty for none."""
    if must or draw(st.booleans()):
        return f", name={draw(st.sampled_from(names))!r}"
    return ""


def columns_of(draw, table: Table, limit: int = 3) -> list[Column]:
    """Draw columns that can be sorted, and so stand in a key."""
    sortable = [c for c in table.columns if c.type.is_sortable]
    if not sortable:
        return []
    return draw(st.lists(st.sampled_from(sortable), min_size=1, max_size=limit, unique=True))


def check(draw, table: Table, name: str) -> Part:
    """Draw a CHECK: SQL, or an expression of SQLAlchemy's."""
    column = draw(st.sampled_from(table.columns))
    if draw(st.booleans()):
        condition = draw(st.sampled_from(of(OBJECTS, column))).format(path(column))
        source = f"t.append_constraint(sa.CheckConstraint({condition}{name}))"
    else:
        condition = draw(st.sampled_from(of(CONDITIONS, column))).format(quoted(column.name))
        source = f"sa.CheckConstraint({condition!r}{name})"
    return Part("check", source, (column.name,))


def unique(draw, table: Table, name: str, dialect: str) -> Part | None:
    """Draw a UNIQUE."""
    columns = [c for c in columns_of(draw, table) if not is_virtual(c)]
    if not columns:
        return None
    names = [repr(column.name) for column in columns]
    options = ["", "", ", deferrable=True, initially='DEFERRED'", ", deferrable=True"]
    if dialect == "postgresql":
        include = ", postgresql_include=" + repr([draw(st.sampled_from(table.columns)).name])
        options += [", postgresql_nulls_not_distinct=True", include]
    else:
        options = ["", ", sqlite_on_conflict='IGNORE'"]
    option = draw(st.sampled_from(options))
    return Part(
        "unique", f"sa.UniqueConstraint({', '.join(names)}{name}{option})", names_of(columns)
    )


def index(draw, table: Table, name: str, dialect: str) -> Part | None:
    """Draw an index of any sort that the database has."""
    columns = columns_of(draw, table)
    usable = [c for c in columns if dialect == "sqlite" or not is_virtual(c)]
    if not usable:
        return None
    options = {f"unique={draw(st.booleans())}"} if draw(st.booleans()) else set()
    method = dialect == "postgresql" and draw(st.integers(0, 3)) == 0
    if method:
        column = draw(st.sampled_from([c for c in table.columns if not is_virtual(c)]))
        if using := of(METHODS, column):
            options = {f"postgresql_using={draw(st.sampled_from(using))!r}"}
            return Part(
                "index", f"sa.Index({name}, {path(column)}, {options.pop()})", (column.name,)
            )
    parts = [index_part(draw, column, dialect) for column in usable]
    if dialect == "postgresql":
        options = postgresql_options(draw, table, usable, parts) or options
    if draw(st.integers(0, 3)) == 0:
        column = draw(st.sampled_from(table.columns))
        if not (is_virtual(column) and dialect == "postgresql"):
            usable = [*usable, column]
            options.add(f"{dialect}_where={condition_object(draw, column)}")
    source = f"sa.Index({', '.join([name, *parts, *sorted(options)])})"
    return Part("index", source, names_of(usable))


def postgresql_options(draw, table: Table, columns: list[Column], parts: list[str]) -> set[str]:
    """Draw what only PostgreSQL's indexes have."""
    choices = [set(), set(), {"postgresql_with={'fillfactor': 50}"}]
    choices.append({"postgresql_include=[" + repr(draw(st.sampled_from(table.columns)).name) + "]"})
    first = columns[0]
    if first.type.kind == "text" and parts[0] == path(first) and "DOMAIN" not in first.type.text:
        operators = draw(st.sampled_from(OPERATORS["text"]))
        choices.append({f"postgresql_ops={{{first.name!r}: {operators!r}}}"})
    choices.append({"unique=True", "postgresql_nulls_not_distinct=True"})
    chosen = draw(st.sampled_from(choices))
    virtual = {column.name for column in table.columns if is_virtual(column)}
    return {item for item in chosen if not any(repr(name) in item for name in virtual)}


def index_part(draw, column: Column, dialect: str) -> str:
    """Draw how a column stands in an index."""
    plain = path(column)
    forms = [plain, plain, f"{plain}.desc()"]
    if dialect == "postgresql":
        forms += [f"{plain}.asc().nulls_first()", f"{plain}.desc().nulls_last()"]
    expressions = [] if is_virtual(column) else of(EXPRESSIONS, column)
    forms += [f"sa.text({text.format(quoted(column.name))!r})" for text in expressions]
    if column.type.kind == "text":
        forms.append(f"sa.func.lower({plain})")
    return draw(st.sampled_from(forms))


def condition_object(draw, column: Column) -> str:
    """Draw the condition of a partial index."""
    texts = [text.format(quoted(column.name)) for text in of(CONDITIONS, column)]
    objects = [text.format(path(column)) for text in of(OBJECTS, column)]
    return draw(st.sampled_from([*objects, *(f"sa.text({text!r})" for text in texts)]))


def exclusion(draw, table: Table, name: str) -> Part | None:
    """Draw an EXCLUDE over a range."""
    ranges = [column for column in table.columns if column.type.kind == "range"]
    if not ranges:
        return None
    column = draw(st.sampled_from(ranges))
    rest = draw(
        st.sampled_from(
            ["", ", deferrable=True", f", where=sa.text({quoted(column.name)!r} ' IS NOT NULL')"]
        )
    )
    source = f"pg.ExcludeConstraint(({column.name!r}, '&&'), using='gist'{name}{rest})"
    return Part("exclude", source, (column.name,))


def foreign_key(draw, table: Table, target: Table, columns: list[Column], name: str) -> Part:
    """Draw a foreign key from new columns to the primary key of `target`."""
    keys = [f"{target.key}.{column.name}" for column in key_columns(target)]
    options = [
        f"{when}={draw(st.sampled_from(ACTIONS))!r}"
        for when in draw(st.sets(st.sampled_from(["ondelete", "onupdate"])))
    ]
    options += draw(
        st.sampled_from([[], [], ["deferrable=True", "initially='DEFERRED'"], ["match='FULL'"]])
    )
    own = [column.name for column in columns]
    rest = "".join(f", {option}" for option in options)
    source = f"sa.ForeignKeyConstraint({own!r}, {keys!r}{name}{rest})"
    return Part("foreign key", source, tuple(own), target.key, names_of(key_columns(target)))


def key_columns(table: Table) -> list[Column]:
    """Return the columns of a table's primary key."""
    return [column for column in table.columns if is_key(column)]


def is_key(column: Column) -> bool:
    """Whether a column is part of its table's primary key."""
    return "primary_key=True" in column.inline


def names_of(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the names of columns."""
    return tuple(column.name for column in columns)


def is_virtual(column: Column) -> bool:
    """Whether a column is computed whenever it is read."""
    return "Computed" in column.made and "persisted=True" not in column.made
