"""Columns with plain Python defaults: types of SQLAlchemy's and of an application's own."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID

from hypothesis import strategies as st

from tests import by_hand
from tests.models_project import TITLE, model

OWN_TYPES = r"""
import base64
import hashlib
import json
import os


class Color(enum.Enum):
    red = "r:ed"
    blue = "b'lue"


class Level(enum.IntEnum):
    low = 1
    high = 2


class YesNo(sa.types.TypeDecorator):
    impl = sa.String(1)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else "Y" if value else "N"


class Cents(sa.types.TypeDecorator):
    impl = sa.Integer
    cache_ok = True
    factor = 100

    def process_bind_param(self, value, dialect):
        return None if value is None else self.cents(value)

    def cents(self, value):
        return int(Decimal(value) * self.factor)


class Csv(sa.types.TypeDecorator):
    impl = sa.String(80)
    cache_ok = True

    def __init__(self, kind, separator=","):
        super().__init__()
        self.kind, self.separator = kind, separator

    def __repr__(self):
        return f"Csv({self.kind.__name__}, {self.separator!r})"

    def process_bind_param(self, value, dialect):
        return self.separator.join(str(self.kind(item)) for item in value)


class Encoded(sa.types.TypeDecorator):
    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return json.dumps(value, sort_keys=True)


class Guid(sa.types.TypeDecorator):
    impl = sa.CHAR(32)
    cache_ok = True

    def load_dialect_impl(self, dialect):
        kind = pg.UUID() if dialect.name == "postgresql" else sa.CHAR(32)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value, dialect):
        return value if dialect.name == "postgresql" else "%.32x" % value.int


class Utc(sa.types.TypeDecorator):
    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value.astimezone(dt.timezone.utc).replace(tzinfo=None)


class Numbered(sa.types.TypeDecorator):
    impl = sa.Integer
    cache_ok = True

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def __repr__(self):
        return f"Numbered(models.{self.kind.__name__})"

    def process_bind_param(self, value, dialect):
        return list(self.kind).index(value)


class Shouted(sa.types.TypeDecorator):
    impl = sa.String(40)
    cache_ok = True

    def bind_expression(self, bindvalue):
        return sa.func.upper(bindvalue)


class Point(sa.types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self):
        return "VARCHAR(40)"

    def bind_processor(self, dialect):
        return lambda value: f"{value[0]:+}/{value[1]:+}"


class Sealed(sa.types.TypeDecorator):
    impl = sa.String(80)
    cache_ok = True

    def __init__(self, key):
        super().__init__()
        self.key = key

    def __repr__(self):
        return "Sealed('')"

    def process_bind_param(self, value, dialect):
        pad = hashlib.sha256(self.key.encode()).digest()
        return base64.b64encode(bytes(a ^ b for a, b in zip(value.encode(), pad))).decode()
"""
SEALED = 'Sealed(os.environ.get("SEAL", "for development"))'

ODD = r"""C:\temp \W+ \:x :y a::b 100% %s %% {x} {{}} O'N "q" ; -- /* tab	end é 😀"""

GENERIC = [
    ("sa.Text()", [repr(ODD), repr("two\nlines\r\n"), "''", "'\\\\'", "str"]),
    ("sa.String(9)", ["'abc'", "'null'"]),
    ("sa.Integer()", ["0", "-7", "Level.high", "int"]),
    ("sa.BigInteger()", ["2**63 - 1", "-2**63"]),
    ("sa.Numeric(10, 2)", ["Decimal('5.00')", "Decimal('-1E+2')", "3"]),
    ("sa.Float()", ["1.5", "0.1 + 0.2", "1e300", "-0.0", "float('inf')"]),
    ("sa.Boolean()", ["True", "False"]),
    ("sa.Date()", ["dt.date(2026, 1, 2)", "dt.date(1, 1, 1)"]),
    ("sa.Time()", ["dt.time(3, 4, 5)", "dt.time(0, 0, 0, 7)"]),
    ("sa.DateTime()", ["dt.datetime(2026, 1, 2)", "dt.datetime(2026, 1, 2, 3, 4, 5, 6)"]),
    (
        "sa.DateTime(timezone=True)",
        [
            "dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc)",
            "dt.datetime(2026, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))",
        ],
    ),
    ("sa.Interval()", ["dt.timedelta(hours=2)", "dt.timedelta(days=-3, microseconds=5)"]),
    ("sa.Interval(native=False)", ["dt.timedelta(days=40, seconds=1)"]),
    ("sa.LargeBinary()", ["b'x'", "bytes(range(256))", "b''", "bytes"]),
    ("sa.PickleType()", ["{'a': (1, 2)}", "dt.date(2026, 1, 2)"]),
    ("sa.Uuid()", ["uuid.UUID(int=7)"]),
    ("sa.Uuid(as_uuid=False)", ["str(uuid.UUID(int=7))"]),
    ("sa.Uuid(native_uuid=False)", ["uuid.UUID(int=2**100)"]),
    ("sa.JSON()", [f"{{'a': {ODD!r}, 'ü': [1.5, None]}}", "'text'", "[]", "3", "True", "dict"]),
    ("sa.JSON().with_variant(pg.JSONB(), 'postgresql')", [f"[{ODD!r}]", "{}", "list"]),
    ("sa.Enum(Color)", ["Color.red"]),
    ("sa.Enum(Color, values_callable=lambda e: [m.value for m in e], name='v')", ["Color.blue"]),
    ("sa.Enum('a', \"b's\", name='letters')", ['"b\'s"']),
    ("ListOf(sa.String(90))", [f"[{ODD!r}, '']", "[]", "list"]),
    ("ListOf(sa.Integer())", ["[1, 2]"]),
    ("ListOf(sa.DateTime())", ["[dt.datetime(2026, 1, 2)]"]),
    ("YesNo()", ["False", "True"]),
    ("Cents()", ["Decimal('5.00')", "'0.07'"]),
    ("Csv(int)", ["[1, 2]", "(3,)"]),
    ("Csv(str, ';')", [r"['\\', ':']"]),
    ("Encoded()", [f"{{'b': {ODD!r}, 'a': [1]}}"]),
    ("Guid()", ["uuid.UUID(int=9)"]),
    ("Utc()", ["dt.datetime(2026, 1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2)))"]),
    ("Numbered(Color)", ["Color.blue"]),
    ("Numbered(Level)", ["Level.high"]),
    ("Shouted()", ["'a:b%'"]),
    ("Point()", ["(1, -2)", "[3, 4]"]),
    (SEALED, ["'s3cret'"]),
    ("ListOf(Cents())", ["[Decimal('1.50')]"]),
    ("sa.Text().with_variant(YesNo(), 'sqlite')", ["'x'"]),
]
POSTGRESQL = [
    ("pg.ARRAY(sa.Text())", [f"[{ODD!r}, 'NULL', '']", "[]", "('a',)"]),
    ("pg.ARRAY(sa.Integer(), dimensions=2)", ["[[1], [2]]"]),
    ("pg.ARRAY(sa.Enum(Color, name='colors'))", ["[Color.red, Color.blue]"]),
    ("pg.ARRAY(sa.DateTime())", ["[dt.datetime(2026, 1, 2)]"]),
    ("pg.ARRAY(pg.JSONB())", ["[{'a': 1}]"]),
    ("pg.ARRAY(sa.LargeBinary())", [r"[b'\x00\\']"]),
    ("pg.INET()", ["'10.0.0.1'"]),
    ("pg.INT4RANGE()", ["pg.Range(1, 5)"]),
    ("pg.INT4MULTIRANGE()", ["[pg.Range(1, 2), pg.Range(4, 9)]"]),
    ("pg.INTERVAL(precision=3)", ["dt.timedelta(hours=30)"]),
    ("pg.BIT(4)", ["'1010'"]),
    ("pg.MONEY()", ["'1.50'"]),
    ("pg.BYTEA()", [r"b'\\x00'"]),
    ("sa.Float()", ["float('nan')"]),
]

_TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
_MOMENTS = st.datetimes()
_NUMBERS = st.decimals(-9999999, 9999999, places=2)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=5,
)
DRAWN = {
    "sa.Text()": _TEXTS,
    "sa.BigInteger()": st.integers(-(2**63), 2**63 - 1),
    "sa.Float()": st.floats(allow_nan=False),
    "sa.Numeric(10, 2)": _NUMBERS,
    "sa.Date()": st.dates(),
    "sa.Time()": st.times(),
    "sa.DateTime()": _MOMENTS,
    "sa.Interval()": st.timedeltas(dt.timedelta(-9999), dt.timedelta(9999)),
    "sa.LargeBinary()": st.binary(max_size=9),
    "sa.Uuid()": st.uuids(),
    "sa.JSON()": _JSON.filter(lambda value: value is not None),
    "sa.PickleType()": _JSON.filter(lambda value: value is not None),
    "ListOf(sa.Text())": st.lists(_TEXTS, max_size=3),
    "YesNo()": st.booleans(),
    "Cents()": _NUMBERS,
    "Csv(int)": st.lists(st.integers(-99, 99), max_size=3),
    "Encoded()": _JSON.filter(lambda value: value is not None),
    "Guid()": st.uuids(),
    "Point()": st.tuples(st.integers(), st.integers()).filter(lambda p: len(str(p)) < 30),
    SEALED: _TEXTS.filter(lambda text: len(text.encode()) < 30),
}


def fixed(*, is_sqlite: bool) -> list[tuple[str, str]]:
    """Return each type of a database with each of its defaults, as Python."""
    chosen = GENERIC if is_sqlite else GENERIC + POSTGRESQL
    return [(type_, default) for type_, defaults in chosen for default in defaults]


@st.composite
def drawn(draw) -> list[tuple[str, str]]:
    """Draw a default for each of the types that take many values."""
    return [(type_, source(draw(values))) for type_, values in DRAWN.items()]


def source(value: object) -> str:
    """Return a drawn value as Python that the models' imports make sense of."""
    if isinstance(value, float):
        return f"float('{value!r}')"
    if isinstance(value, UUID):
        return f"uuid.{value!r}"
    return re.sub(r"\Adatetime\.", "dt.", repr(value))


def models(defaults: list[tuple[str, str]]) -> str:
    """Return models of a table with a column for each pair of a type and a default."""
    columns = [
        f"c{number} = mapped_column({type_}, default={default}, nullable=False)"
        for number, (type_, default) in enumerate(defaults)
    ]
    return OWN_TYPES + model("gigs", TITLE, *columns)


def table(defaults: list[tuple[str, str]]) -> str:
    """Return the same as a table of `metadata`, without a class."""
    columns = [
        f"sa.Column('c{number}', {type_}, default={default}, nullable=False),"
        for number, (type_, default) in enumerate(defaults)
    ]
    fixed = "sa.Column('id', sa.Integer, primary_key=True), sa.Column('title', sa.String(80)),"
    listed = "\n".join([fixed, *columns])
    return f"{OWN_TYPES}\nmetadata = sa.MetaData()\nsa.Table('gigs', metadata,\n{listed}\n)\n"


def stored(url: str, defaults: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return what two rows hold in the columns, in words that show how it is stored."""
    names = [f"c{number}" for number in range(len(defaults))]
    quoted = [f"typeof({name}) || ' ' || quote({name})" for name in names]
    listed = quoted if url.startswith("sqlite") else [f"{name}::text" for name in names]
    return by_hand.rows(url, f"SELECT {', '.join(listed)} FROM gigs ORDER BY id")
