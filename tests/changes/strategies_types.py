"""Column types with some of their values and server defaults: what the property tests draw from."""

from __future__ import annotations

from collections.abc import Sequence

from tests.changes.strategies_model import Type

WHOLE = ("0", "-7", "42")
WHOLE_DEFAULTS = ("'0'", "sa.text('7')", "sa.text('-1')", "sa.text('(1 + 2)')", "sa.func.abs(-4)")
NUMBER = ("Decimal('0')", "Decimal('12.5')", "Decimal('-3')")
NUMBER_DEFAULTS = ("'0'", "'1.50'", "sa.text('2.5')", "sa.text('(1.5 * 2)')", "sa.literal(3)")
TEXT = ("''", "'abc'", "'O\\'N'", "'50%'", "'a:b'")
TEXT_DEFAULTS = ("''", "'abc'", '"it\'s"', "'5%'", "'a:b'", "sa.func.lower('AB')")
TRUTH = ("True", "False")
TRUTH_DEFAULTS = ("sa.true()", "sa.false()", "sa.text('true')", "'1'", "'0'")
JSON = ("{'a': [1]}", "[]", "{}")
UUIDS = ("uuid.UUID(int=1)", "uuid.UUID(int=2**100 - 1)")
DATES = ("dt.date(2026, 1, 2)", "dt.date(1999, 12, 31)")
TIMES = ("dt.time(3, 4, 5)", "dt.time(0, 0)")
MOMENTS = ("dt.datetime(2026, 1, 2, 3, 4, 5)", "dt.datetime(1999, 12, 31)")
AWARE = ("dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc)",)
SPANS = ("dt.timedelta(days=2)", "dt.timedelta(0)")


def types(
    kind: str,
    texts: str,
    values: Sequence[str] = (),
    defaults: Sequence[str] = (),
    *,
    sortable: bool = True,
) -> list[Type]:
    """Return types that share their kind, values and defaults, their Python parted by `;`."""
    return [
        Type(text.strip(), kind, tuple(values), tuple(defaults), sortable)
        for text in texts.split(";")
    ]


KEYS = [
    *types("integer", "sa.Integer(); sa.SmallInteger(); sa.BigInteger()", WHOLE, WHOLE_DEFAULTS),
    *types("text", "sa.String(40); sa.Text(); sa.Unicode(20)", TEXT, TEXT_DEFAULTS),
    *types("uuid", "sa.Uuid()", UUIDS),  # sa.UUID is a number to SQLite
]
"""Types of which primary keys are made, on both databases."""

GENERIC = [
    *KEYS,
    *types("text", "sa.String(); sa.UnicodeText(); sa.VARCHAR(12); sa.TEXT()", TEXT, TEXT_DEFAULTS),
    *types("text", "sa.CHAR(8)", ("'abcdefgh'",), ("'abcdefgh'",)),
    *types("number", "sa.Numeric(); sa.Numeric(10, 2); sa.DECIMAL(8, 3)", NUMBER, NUMBER_DEFAULTS),
    *types("number", "sa.Numeric(8); sa.Numeric(12, 4, asdecimal=False)", ("3",), NUMBER_DEFAULTS),
    *types("float", "sa.Float(); sa.Float(24); sa.Float(53); sa.Double()", ("1.5",), ("'0.5'",)),
    *types("float", "sa.REAL(); sa.DOUBLE_PRECISION()", ("-2.25",), ("sa.text('1.5')",)),
    *types("boolean", "sa.Boolean(); sa.BOOLEAN()", TRUTH, TRUTH_DEFAULTS),
    *types("boolean", "sa.Boolean(create_constraint=True)", TRUTH, TRUTH_DEFAULTS),
    *types("date", "sa.Date()", DATES, ("sa.func.current_date()", "'2026-01-02'")),
    *types("time", "sa.Time()", TIMES, ("'03:04:05'", "sa.func.current_time()")),
    *types("datetime", "sa.DateTime(); sa.TIMESTAMP()", MOMENTS, ("sa.func.now()",)),
    *types(
        "datetime",
        "sa.DateTime(timezone=True)",
        AWARE,
        ("sa.func.current_timestamp()", "sa.text('CURRENT_TIMESTAMP')"),
    ),
    *types("", "sa.Interval(); sa.Interval(second_precision=3)", SPANS),
    *types("", "sa.Interval(native=False)", SPANS),
    *types("", "sa.LargeBinary(); sa.LargeBinary(100)", ("b'\\x00a'", "b''"), ("''",)),
    *types("", "sa.PickleType()", ("{'a': 1}",), sortable=False),
    *types("", "sa.Uuid(native_uuid=False); sa.Uuid(native_uuid=False, as_uuid=True)", UUIDS),
    *types("", "sa.Uuid(as_uuid=False)", (f"'{'1' * 32}'",)),
    *types("", "sa.JSON(); sa.JSON(none_as_null=True)", JSON, ("'{}'", "'[]'"), sortable=False),
    *types(
        "",
        "sa.JSON().with_variant(pg.JSONB(), 'postgresql')",
        JSON,
        ("'{}'", "'{\"a\": 1}'", "sa.text(\"'[]'\")"),
        sortable=False,
    ),
    *types("", "ListOf(sa.String(20)); ListOf(sa.Text())", ("['a']", "[]"), sortable=False),
    *types("", "ListOf(sa.Integer())", ("[1, 2]", "[]"), sortable=False),
    *types("", "sa.Text().with_variant(sa.String(9), 'postgresql')", ("'a'",), ("'x'",)),
]

SQLITE = [
    *types("integer", "sa.INTEGER(); sa.BIGINT()", WHOLE, WHOLE_DEFAULTS),
    *types("text", "sa.String(30, collation='NOCASE')", TEXT, TEXT_DEFAULTS),
    *types("text", "sa.NVARCHAR(9); sa.CLOB()", TEXT, TEXT_DEFAULTS),
    *types("datetime", "sqlite.DATETIME(truncate_microseconds=True)", MOMENTS),
    *types("", "sa.BLOB(); sqlite.JSON()", ()),
]

_BRANGES = "pg.INT4RANGE(); pg.INT8RANGE(); pg.NUMRANGE(); pg.INT4MULTIRANGE()"
_TRANGES = "pg.DATERANGE(); pg.TSRANGE(); pg.TSTZRANGE(); pg.TSTZMULTIRANGE(); pg.NUMMULTIRANGE()"

POSTGRESQL = [
    *types("text", "sa.String(30, collation='C')", TEXT, TEXT_DEFAULTS),
    *types("jsonb", "pg.JSONB()", JSON, ("'{}'", "sa.text(\"'[]'::jsonb\")")),
    *types("", "pg.JSON()", JSON, ('sa.text("json_build_array(1)")',), sortable=False),
    *types(
        "array",
        "pg.ARRAY(sa.Integer()); sa.ARRAY(sa.BigInteger())",
        ("[1, 2]", "[]"),
        ("'{}'", "sa.text('ARRAY[]::integer[]')", "sa.text(\"'{1,2}'::int[]\")"),
    ),
    *types(
        "array",
        "pg.ARRAY(sa.String(20)); pg.ARRAY(sa.Text()); sa.ARRAY(sa.String())",
        ("['a', 'b c']", "[]"),
        ("'{}'", "sa.text(\"ARRAY['a', 'b']\")"),
    ),
    *types("array", "pg.ARRAY(sa.Text(), dimensions=2)", ("[['a'], ['b']]",), ("'{}'",)),
    *types("array", "pg.ARRAY(sa.Numeric(10, 2)); pg.ARRAY(pg.UUID()); pg.ARRAY(pg.JSONB())"),
    *types("array", "pg.ARRAY(sa.DateTime(timezone=True)); pg.ARRAY(pg.INTERVAL(precision=2))"),
    *types(
        "array", "pg.ARRAY(pg.INET()); pg.ARRAY(pg.BIT(3)); pg.ARRAY(pg.TIMESTAMP(precision=3))"
    ),
    *types(
        "uuid",
        "sa.UUID(); pg.UUID(); pg.UUID(as_uuid=False)",
        (),
        ("sa.text('gen_random_uuid()')",),
    ),
    *types("uuid", "sa.Uuid()", UUIDS, ("sa.func.gen_random_uuid()", "sa.text('uuidv4()')")),
    *types("", "pg.INET(); pg.CIDR()", ("'10.0.0.1'",), ("'10.0.0.0'", "sa.text(\"'::1'\")")),
    *types("", "pg.MACADDR(); pg.MACADDR8()", ("'08:00:2b:01:02:03'",)),
    *types("", "pg.INTERVAL(); pg.INTERVAL(precision=3)", SPANS, ("'1 day'",)),
    *types(
        "",
        "pg.INTERVAL(fields='DAY TO SECOND'); pg.INTERVAL(fields='DAY TO SECOND', precision=2)",
        SPANS,
        ("sa.text(\"interval '2 hours'\")", "sa.text(\"'1 day'::interval\")"),
    ),
    *types("", "pg.INTERVAL(fields='YEAR TO MONTH'); pg.INTERVAL(fields='HOUR')"),
    *types("", "pg.BIT(4)", ("'1010'",), ("sa.text(\"B'1010'\")",)),
    *types("", "pg.BIT(4, varying=True); pg.BIT(varying=True)", ("'10'",), ("'10'",)),
    *types("tsvector", "pg.TSVECTOR()", (), ("sa.text(\"to_tsvector('simple', 'a b')\")",)),
    *types("", "pg.TSQUERY(); pg.JSONPATH(); pg.REGCONFIG()", sortable=False),
    *types("range", _BRANGES, (), ("'empty'",) * 0),
    *types("range", _TRANGES),
    *types("", "pg.MONEY()", ("'1.50'",), ("'0'", "sa.text('(1.5)::money')")),
    *types("", "pg.OID(); pg.REGCLASS()", (), ("sa.text(\"'pg_class'::regclass\")",)),
    *types("datetime", "pg.TIMESTAMP(precision=3)", MOMENTS, ("sa.text('LOCALTIMESTAMP(3)')",)),
    *types(
        "datetime",
        "pg.TIMESTAMP(timezone=True, precision=0); pg.TIMESTAMP(timezone=True)",
        AWARE,
        ("sa.text('now()')", "sa.text('clock_timestamp()')", "sa.text(\"now() + '1 day'\")"),
    ),
    *types("time", "pg.TIME(precision=0); pg.TIME(timezone=True, precision=2)", TIMES),
    *types("time", "sa.Time(timezone=True)", (), ("sa.text('CURRENT_TIME')",)),
    *types("", "pg.BYTEA()", ("b'a'",), ("sa.text(r\"'\\\\x00'::bytea\")",)),
    *types("text", "sa.Text(collation='POSIX')", TEXT),
    *types(
        "text", "pg.DOMAIN('short', sa.String(9), check='length(VALUE) < 9')", ("'a'",), ("'b'",)
    ),
    *types(
        "integer",
        "pg.DOMAIN('Positive', sa.Integer(), not_null=True, constraint_name='pos', check='VALUE>0')"
        "; pg.DOMAIN('Small', sa.Integer(), schema='other', check='VALUE < 100')",
        ("1",),
        ("'1'",),
    ),
    *types("text", "pg.CITEXT()", TEXT, TEXT_DEFAULTS),
    *types("", "pg.HSTORE()", ("{'a': 'b'}",), ("''",), sortable=False),
]

IDENTITIES = (
    "sa.Identity()",
    "sa.Identity(always=True)",
    "sa.Identity(start=100, increment=5, minvalue=10, maxvalue=9000, cycle=True, cache=3)",
)

ENUMS = (
    "mood = sa.Enum('sad', 'ok', 'very happy', name='mood')",
    "class Colour(enum.Enum):\n    red = 1\n    green = 2\n",
    "colour = sa.Enum(Colour, name='Colour')",
    "plain = sa.Enum('x', 'y', name='plain', native_enum=False)",
    "checked = sa.Enum('x', \"it's\", name='checked', native_enum=False, create_constraint=True)",
    "level = pg.ENUM('low', 'high', name='level', schema='other')",
)
"""Enumerated types that the tables of a model share, by their variables."""

GENERIC += [
    *types("enum", "mood", ("'sad'", "'very happy'"), ("'ok'", "sa.text(\"'sad'\")")),
    *types("enum", "colour", ("'red'",), ("'green'",)),
    *types("enum", "plain; checked", ("'x'",), ("'x'",)),
    *types("", "ListOf(mood)", ("['ok']", "[]"), sortable=False),
]
POSTGRESQL += [
    *types("", "pg.ARRAY(mood)", ("['ok']", "[]"), ("'{}'", "sa.text(\"ARRAY['ok']::mood[]\")")),
    *types("enum", "level", ("'low'",), ("'low'",)),
]
