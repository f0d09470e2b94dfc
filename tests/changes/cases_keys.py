"""Keys whose rows get other values, with all that refers to them; and keys of other columns."""

from __future__ import annotations

import uuid

from tests.changes.cases import FK_ON, PG, PRELUDE, Case
from tests.changes.key_models import (
    IDENTITY,
    UUIDS,
    circle,
    family,
    guids,
    loose,
    members,
    numbered,
    odd,
    partial,
    reference,
    tenants,
    text_keys,
    thread,
)

PEOPLE = {
    "users": [
        {"id": 1, "name": "ada", "boss_id": None},
        {"id": 2, "name": "bob", "boss_id": 1},
        {"id": 7, "name": "cy", "boss_id": 2},
    ],
    "posts": [
        {"id": 1, "name": "x", "user_id": 2, "editor_id": 1},
        {"id": 2, "name": "y", "user_id": 7, "editor_id": None},
    ],
    "profiles": [{"id": 7, "name": "of cy"}],
    "badges": [{"id": 3, "profile_id": 7}],
    "follows": [{"one_id": 1, "other_id": 7}, {"one_id": 7, "other_id": 1}],
}
RELATED = (
    ("select u.name, b.name, p.name, e.name, q.name, g.id, f.name from users u"
    " left join users b on b.id = u.boss_id left join posts p on p.user_id = u.id"
    " left join users e on e.id = p.editor_id left join profiles q on q.id = u.id"
    " left join badges g on g.profile_id = q.id left join follows w on w.one_id = u.id"
    " left join users f on f.id = w.other_id order by u.name"),
    [
        ("ada", None, None, None, None, None, "cy"),
        ("bob", "ada", "x", "ada", None, None, None),
        ("cy", "bob", "y", None, "of cy", 3, "ada"),
    ],
)


def as_uuids(rows: dict, others: tuple = ()) -> dict:
    """Return the same rows with UUIDs for keys, but for those of some tables."""
    return {
        name: [
            {
                column: _uuid(value)
                if column.endswith("_id") or (column == "id" and name not in others)
                else value
                for column, value in row.items()
            }
            for row in listed
        ]
        for name, listed in rows.items()
    }


def _uuid(value: int | None) -> uuid.UUID | None:
    return value and uuid.UUID(int=1_000 - value)


def texts(*keys: object) -> dict:
    """Return two users by these keys, the one referred to by the other's posts."""
    return {
        "users": [{"key": keys[0], "name": "ada"}, {"key": keys[1], "name": "bob"}],
        "posts": [{"id": 1, "user_key": keys[1], "editor_key": keys[0]}, {"id": 2, "user_key": keys[0], "editor_key": None}],
    }


WRITERS = (
    ("select p.id, u.name, e.name from posts p join users u on u.key = p.user_key"
    " left join users e on e.key = p.editor_key order by p.id"),
    [(1, "bob", "ada"), (2, "ada", None)],
)
DASHED = ("ABCDEF00-0000-4000-8000-000000000001", "abcdef00-0000-4000-8000-000000000002")
PLAIN = tuple(key.lower().replace("-", "") for key in DASHED)
PARSED = tuple(map(uuid.UUID, DASHED))
TENANTS = {
    "tenants": [{"id": 4, "name": "a"}, {"id": 9, "name": "b"}],
    "rooms": [{"tenant_id": 4, "number": 1}, {"tenant_id": 9, "number": 1}],
    "bookings": [{"id": 1, "tenant_id": 9, "room": 1}],
}
ROOMS = (
    ("select t.name, r.number from bookings b join rooms r on r.tenant_id = b.tenant_id"
    " and r.number = b.room join tenants t on t.id = r.tenant_id"),
    [("b", 1)],
)
TEAM = {"teams": [{"id": 5, "name": "red", "lead_id": None}], "users": [{"id": 3, "name": "ada", "team_id": 5}]}
MEMBER = ("select t.name from users u join teams t on t.id = u.team_id", [("red",)])
THREAD = {
    "users": [{"id": 1, "name": "ada"}, {"id": 2, "name": "bob"}],
    "posts": [{"id": 1, "name": "x", "user_id": 2}, {"id": 2, "name": "y", "user_id": 1}],
    "comments": [{"id": 1, "post_id": 2, "on_id": None}, {"id": 2, "post_id": 2, "on_id": 1}],
}
SAID = (
    "select u.name, p.name, q.name from comments c join comments o on o.id = c.on_id join posts p on p.id = c.post_id join users u on u.id = p.user_id join posts q on q.id = o.post_id",
    [("ada", "y", "y")],
)
OWNED = (SAID[0].replace("p.user_id", "p.owner_id"), SAID[1])
BIG = 'id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)'
CODES = {"users": [{"id": "12", "name": "ada"}, {"id": "3", "name": "bob"}], "posts": [{"id": "1", "name": "x", "user_id": "3"}], "comments": [{"id": "1", "post_id": "1", "on_id": None}, {"id": "2", "post_id": "1", "on_id": "1"}]}
CODE = "id: Mapped[str] = mapped_column(sa.String(10), primary_key=True)"
BY_CODE = (SAID[0], [("bob", "x", "x")])
GUID = PRELUDE + """
from sqlalchemy.dialects import postgresql
class Guid(sa.TypeDecorator):
    impl = sa.CHAR
    cache_ok = True
    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(postgresql.UUID() if dialect.name == "postgresql" else sa.CHAR(36))
    def process_bind_param(self, value, dialect):
        return value if value is None else str(value)
    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(value)
"""
PAIR = {"users": [{"id": 1, "name": "ada"}, {"id": 2, "name": "bob"}], "posts": [{"id": 1, "user_id": 2}]}
OF_BOB = ("select u.name from posts p join users u on u.id = p.user_id", [("bob",)])
ODD_INTEGER = 'id: Mapped[int] = mapped_column("select", primary_key=True)'
ODD_UUID = 'id: Mapped[uuid.UUID] = mapped_column("select", primary_key=True, default=uuid.uuid4)'


def odd_rows(schema: str = "") -> dict:
    """Return two orders and a line of the second."""
    return {
        f"{schema}Order": [{"select": 1, "name": "a"}, {"select": 2, "name": "b"}],
        f"{schema}referred": [{"id": 1, "the order": 2}],
    }


def of_second_order(schema: str = "") -> tuple:
    """Return how to ask for the order of the line."""
    return (f'select o.name from {schema}"Order" o join {schema}referred r on r."the order" = o."select"', [("b",)])


USER, GROUP = reference("user_id", "users.id", "int"), reference("group_id", "groups.id", "int")
USER_KEY = reference("user_id", "users.id", "int", "primary_key=True")
GROUP_KEY = reference("group_id", "groups.id", "int", "primary_key=True")
MEMBERS = {"users": [{"id": 1}, {"id": 2}], "groups": [{"id": 5}, {"id": 6}], "members": [{"user_id": 1, "group_id": 5}, {"user_id": 2, "group_id": 5}, {"user_id": 1, "group_id": 6}]}
NUMBERED_MEMBERS = {**MEMBERS, "members": [{"id": 10 + place, **row} for place, row in enumerate(MEMBERS["members"])]}
IN_GROUPS = ("select user_id, group_id from members order by 1, 2", [(1, 5), (1, 6), (2, 5)])
EVERYDAY = [
    Case("integer_key_to_uuid", family(IDENTITY, "int"), family(UUIDS, "uuid.UUID"), PEOPLE, RELATED, prelude=FK_ON),
    Case("text_key_to_uuid", text_keys("str", "sa.String(36)"), text_keys("uuid.UUID", "sa.Uuid"), texts(*DASHED), WRITERS, prelude=FK_ON),
]
SERVER_UUIDS = 'id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=sa.text("gen_random_uuid()"))'
CASES = [
    *EVERYDAY,
    Case("uuid_key_to_integer", family(UUIDS, "uuid.UUID"), family(IDENTITY, "int"), as_uuids(PEOPLE, ("posts", "badges")), RELATED, prelude=FK_ON),
    Case("integer_key_to_uuid_without_rows", family(IDENTITY, "int"), family(UUIDS, "uuid.UUID")),
    Case("text_key_without_dashes_to_uuid", text_keys("str", "sa.String(32)"), text_keys("uuid.UUID", "sa.Uuid"), texts(*PLAIN), WRITERS),
    Case("uuid_key_to_text", text_keys("uuid.UUID", "sa.Uuid"), text_keys("str", "sa.String(36)"), texts(*PARSED), WRITERS, prelude=FK_ON),
    Case("uuid_key_to_short_text", text_keys("uuid.UUID", "sa.Uuid"), text_keys("str", "sa.String(32)"), texts(*PARSED), WRITERS),
    Case("key_of_keys_to_uuid", tenants(IDENTITY, "int"), tenants(UUIDS, "uuid.UUID"), TENANTS, ROOMS),
    Case("keys_in_a_circle_to_uuid", circle(IDENTITY, "int"), circle(UUIDS, "uuid.UUID"), TEAM, MEMBER, prelude=FK_ON),
    Case("all_keys_to_uuid", thread(IDENTITY, "int"), thread(UUIDS, "uuid.UUID"), THREAD, SAID),
    Case("all_keys_to_uuid_and_a_name", thread(IDENTITY, "int"), thread(UUIDS, "uuid.UUID", "owner_id"), THREAD, OWNED, {"posts.user_id": "owner_id"}),
    Case("all_keys_to_integer", thread(UUIDS, "uuid.UUID"), thread(IDENTITY, "int"), as_uuids(THREAD), SAID),
    Case("all_keys_to_biginteger", thread(IDENTITY, "int"), thread(BIG, "int").replace("(sa.Fo", "(sa.BigInteger, sa.Fo"), THREAD, SAID),
    Case("all_keys_to_integer_from_big", thread(BIG, "int").replace("(sa.Fo", "(sa.BigInteger, sa.Fo"), thread(IDENTITY, "int"), THREAD, SAID),
    Case("text_keys_to_integer", thread(CODE, "str").replace("(sa.Fo", "(sa.String(10), sa.Fo"), thread(IDENTITY, "int"), CODES, BY_CODE),
    Case("integer_keys_to_text", thread(IDENTITY, "int"), thread(CODE, "str").replace("(sa.Fo", "(sa.String(10), sa.Fo"), THREAD, SAID),
    Case("identity_key_to_uuid", thread("id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)", "int"), thread(SERVER_UUIDS, "uuid.UUID"), THREAD, SAID, dialects=PG),
    Case("always_identity_key_to_uuid", guids("id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)", "int] = mapped_column(sa.Integer"), guids(SERVER_UUIDS, "uuid.UUID] = mapped_column(sa.Uuid"), dialects=PG),
    Case("key_to_a_type_of_their_own", guids(IDENTITY, "int] = mapped_column(sa.Integer"), guids("id: Mapped[uuid.UUID] = mapped_column(Guid, primary_key=True, default=uuid.uuid4)", "uuid.UUID] = mapped_column(Guid"), PAIR, OF_BOB, prelude=GUID),
    Case("odd_names_to_uuid", odd(ODD_INTEGER, "int"), odd(ODD_UUID, "uuid.UUID"), odd_rows(), of_second_order()),
    Case("in_a_schema_to_uuid", odd(ODD_INTEGER, "int", "box"), odd(ODD_UUID, "uuid.UUID", "box"), odd_rows("box."), of_second_order("box."), dialects=PG),
    Case("second_key_to_uuid", numbered("int"), numbered("uuid.UUID"), {"users": [{"id": 1, "number": 7, "name": "ada"}, {"id": 2, "number": 8, "name": "bob"}], "posts": [{"id": 1, "user_number": 8}]}, ("select u.name from posts p join users u on u.number = p.user_number", [("bob",)])),
    Case("reference_by_name_to_uuid", loose(IDENTITY, "int", ""), loose(UUIDS, "uuid.UUID", 'sa.ForeignKey("users.id")'), PAIR, OF_BOB),
    Case("partial_index_over_uuids", partial(IDENTITY, "int"), partial(UUIDS, "uuid.UUID"), {**PAIR, "posts": [{"id": 1, "user_id": 2, "editor_id": 1}]}, OF_BOB),
    Case("surrogate_key_to_composite", members(IDENTITY, USER, GROUP), members(USER_KEY, GROUP_KEY), NUMBERED_MEMBERS, IN_GROUPS),
    Case("composite_key_to_surrogate", members(USER_KEY, GROUP_KEY), members(IDENTITY, USER, GROUP, args='sa.UniqueConstraint("user_id", "group_id")'), MEMBERS, IN_GROUPS),
    Case("composite_key_to_uuid", members(USER_KEY, GROUP_KEY), members(UUIDS, USER, GROUP), MEMBERS, IN_GROUPS, fills={"members.id": "gen_random_uuid()"}),
]
