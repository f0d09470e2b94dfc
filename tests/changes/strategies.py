"""Strategies that make models over what SQLAlchemy and each database have to offer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from dbtasks.databases.postgresql.table_options import takes_with
from tests.changes import strategies_parts as parts
from tests.changes import strategies_types as t
from tests.changes.strategies_model import Column, Model, Part, Table, Type, quoted

PLAIN_NAMES = ("a", "b", "name", "title", "count", "made_at", "Mixed", "order", "user")
HARD_NAMES = (
    "a b",
    "größe",
    "50%",
    "n:m",
    'in"side',
    "x" * 63,
    "é" * 30,
    "from",
    "it's",
    "p(q)",
    "dash-ed",
)
CONVENTIONS = (
    "",
    """naming_convention={
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"}""",
    """naming_convention={"ix": "index_on_%(table_name)s_%(column_0_N_name)s",
    "uq": "unique_on_%(table_name)s_%(column_0_N_label)s", "pk": "primary_key_of_%(table_name)s",
    "fk": "reference_from_%(table_name)s_%(column_0_N_name)s_to_%(referred_table_name)s"}""",
)


@dataclass(frozen=True)
class Target:
    """What a database can do. `version` is the server's major one; 0 is SQLite's."""

    dialect: str
    version: int = 0
    extensions: frozenset[str] = frozenset()

    @property
    def has_virtual_columns(self) -> bool:
        """Whether a column may be computed whenever it is read."""
        return self.dialect == "sqlite" or self.version >= 18

    def types(self) -> list[Type]:
        """Return the types that the database has."""
        if self.dialect == "sqlite":
            return [*t.GENERIC, *t.SQLITE]
        missing = {"CITEXT": "citext", "HSTORE": "hstore"}
        gone = [word for word, name in missing.items() if name not in self.extensions]
        gone += ["uuidv4"] if self.version < 18 else []
        known = [*t.GENERIC, *t.POSTGRESQL]
        return [
            replace(
                type_, defaults=tuple(d for d in type_.defaults if not any(g in d for g in gone))
            )
            for type_ in known
            if not any(word in type_.text for word in gone)
        ]


@st.composite
def models(draw, target: Target, largest: int = 3) -> Model:
    """Draw models of one to `largest` tables."""
    convention = draw(st.sampled_from(CONVENTIONS))
    names = draw(st.lists(_name(target), min_size=1, max_size=largest, unique_by=str.lower))
    tables: list[Table] = []
    for name in names:
        schema = (
            draw(st.sampled_from([None, None, None, "other", "Other One"]))
            if target.version
            else None
        )
        tables.append(draw(model_table(name, target, tuple(tables), convention, schema)))
    if target.version and draw(st.integers(0, 5)) == 0:  # which no permanent table may refer to
        tables[-1] = replace(tables[-1], options=(*tables[-1].options, "prefixes=['UNLOGGED']"))
    return Model(tuple(tables), convention, t.ENUMS)


def _name(target: Target) -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(PLAIN_NAMES), st.sampled_from(PLAIN_NAMES), st.sampled_from(HARD_NAMES)
    )


@st.composite
def model_table(
    draw,
    name: str,
    target: Target,
    others: tuple[Table, ...],
    convention: str,
    schema: str | None = None,
) -> Table:
    """Draw a table; it may refer to itself and to the `others`."""
    key = draw(_key(name, target))
    names = draw(st.lists(_name(target), max_size=4, unique_by=str.lower))
    taken = {column.name.lower() for column in key}
    columns = [draw(column(n, target)) for n in names if n.lower() not in taken]
    table = Table(name, (*key, *columns), (), (), schema)
    table = draw(with_computed(table, target))
    table = draw(_with_references(table, others, convention))
    table = draw(_with_parts(table, target, convention))
    return replace(table, options=draw(_options(table, target)))


@st.composite
def _key(draw, table: str, target: Target) -> tuple[Column, ...]:
    """Draw the columns of a primary key: one, several, or none."""
    inline = ("primary_key=True",)
    integer = Type("sa.Integer()", "integer", t.WHOLE)
    shapes = ["integer", "integer", "identity", "other", "composite", "none"]
    shape = draw(st.sampled_from(shapes))
    if shape == "integer":
        return (Column("id", integer, nullable=False, inline=inline),)
    if shape == "identity":
        sequence = f"sa.Sequence({'Seq of ' + table!r}, start={draw(st.integers(1, 2))})"
        made = draw(st.sampled_from([*t.IDENTITIES, sequence, "autoincrement=False"]))
        return (Column("id", integer, nullable=False, made=made, inline=inline),)
    if shape == "other":
        return (Column("Key", draw(st.sampled_from(t.KEYS)), nullable=False, inline=inline),)
    if shape == "composite":
        return tuple(
            Column(name, draw(st.sampled_from(t.KEYS)), nullable=False, inline=inline)
            for name in ("part one", "part_two")
        )
    return (Column("free", integer),)


@st.composite
def column(draw, name: str, target: Target) -> Column:
    """Draw a plain column."""
    type_ = draw(st.sampled_from(target.types()))
    default = (
        draw(st.sampled_from(type_.defaults)) if type_.defaults and draw(st.booleans()) else None
    )
    comment = draw(
        st.sampled_from([None, None, None, "what it is", 'it\'s 50%: "so"', "two\nlines \\ back"])
    )
    inline: tuple[str, ...] = ()
    if type_.is_sortable and draw(st.integers(0, 4)) == 0:
        inline = draw(
            st.sampled_from([("index=True",), ("unique=True",), ("index=True", "unique=True")])
        )
    return Column(name, type_, draw(st.booleans()), default, comment=comment, inline=inline)


@st.composite
def with_computed(draw, table: Table, target: Target, *, always: bool = False) -> Table:
    """Add a computed column, sometimes or always, if there is something to compute it from."""
    sources = [
        c
        for c in table.columns
        if c.type.kind in parts.COMPUTED
        and "DOMAIN" not in c.type.text
        and "CITEXT" not in c.type.text
    ]
    if not sources or (not always and draw(st.integers(0, 2))):
        return table
    source = draw(st.sampled_from(sources))
    type_, expression = draw(st.sampled_from(parts.COMPUTED[source.type.kind]))
    persisted = (
        draw(st.sampled_from(["True", "False", "None"])) if target.has_virtual_columns else "True"
    )
    made = f"sa.Computed({expression.format(quoted(source.name))!r}, persisted={persisted})"
    new = Column("derived", Type(type_, source.type.kind), made=made, needs=(source.name,))
    return replace(table, columns=(*table.columns, new))


@st.composite
def _with_references(draw, table: Table, others: tuple[Table, ...], convention: str) -> Table:
    targets = [other for other in (*others, table) if parts.key_columns(other)]
    for number in range(draw(st.integers(0, 2)) if targets else 0):
        other = draw(st.sampled_from(targets))
        columns = [
            Column(f"ref{number}_{place}", key.type, draw(st.booleans()))
            for place, key in enumerate(parts.key_columns(other))
        ]
        table = replace(table, columns=(*table.columns, *columns))
        name = parts.named(draw, [f"fk {number} of {table.name[:12]}"], must=False)
        reference = parts.foreign_key(draw, table, other, columns, name)
        table = replace(table, parts=(*table.parts, reference))
    return table


@st.composite
def _with_parts(draw, table: Table, target: Target, convention: str) -> Table:
    for number in range(draw(st.integers(0, 4))):
        if part := draw(part_of(table, target, convention, number)):
            table = replace(table, parts=(*table.parts, part))
    return table


@st.composite
def part_of(draw, table: Table, target: Target, convention: str, number: int) -> Part | None:
    """Draw a constraint or an index; its name is the table's and `number`."""
    kind = draw(st.sampled_from(["check", "unique", "index", "index", "exclude"]))
    forms = [f"{table.name[:12]} {kind} {number}", f"{table.name[:12]}_{kind[:2]}{number}"]
    name = draw(st.sampled_from(forms))
    if kind == "index":
        return parts.index(draw, table, repr(name), target.dialect)
    given = parts.named(draw, [name], must=kind == "check" and '"ck"' in convention)
    if kind == "check":
        return parts.check(draw, table, given)
    if kind == "exclude":
        return parts.exclusion(draw, table, given)
    return parts.unique(draw, table, given, target.dialect)


@st.composite
def _options(draw, table: Table, target: Target) -> tuple[str, ...]:
    options = (
        ["comment=" + repr(draw(st.sampled_from(["a table", 'it\'s 5%: "x"', ""])))]
        if draw(st.integers(0, 3)) == 0
        else []
    )
    if target.dialect == "postgresql":
        choices = [[], [], [], ["postgresql_with={'fillfactor': 70}"] if takes_with() else []]
        return (*options, *draw(st.sampled_from(choices)))
    choices = [[], [], []]
    key = parts.key_columns(table)
    if key:
        choices.append(["sqlite_with_rowid=False"])
    if [c.type.text for c in key] == ["sa.Integer()"]:
        choices.append(["sqlite_autoincrement=True"])
    return (*options, *draw(st.sampled_from(choices)))
