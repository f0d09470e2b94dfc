"""Keys whose rows get other values, with all that refers to them; and keys of other columns."""

from __future__ import annotations

from tests.changes.cases import FK_ON, PRELUDE, Case

IDENTITY = "id: Mapped[int] = mapped_column(primary_key=True)"
UUIDS = "id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)"
NAME = "name: Mapped[str] = mapped_column(sa.String(20))"


def table(name: str, *columns: str, args: str = "") -> str:
    """Return a model of the columns given, its key among them."""
    body = "".join(f"    {column}\n" for column in columns)
    tail = f"    __table_args__ = ({args},)\n" if args else ""
    return f'class {name.title()}(Base):\n    __tablename__ = "{name}"\n{body}{tail}\n'


def reference(name: str, to: str, kind: str, *more: str, options: str = "") -> str:
    """Return a column that refers to a key."""
    words = "".join(f", {word}" for word in more)
    key = f'sa.ForeignKey("{to}"{options})'
    return f"{name}: Mapped[{kind}] = mapped_column({key}{words})"


def family(key: str, kind: str) -> str:
    """Return a table that all kinds of others refer to, over one table and over several."""
    return (
        table("users", key, NAME, reference("boss_id", "users.id", f"{kind} | None"))
        + table(
            "posts",
            IDENTITY,
            NAME,
            reference("user_id", "users.id", kind, "index=True", options=', ondelete="CASCADE"'),
            reference(
                "editor_id",
                "users.id",
                f"{kind} | None",
                options=', ondelete="SET NULL", deferrable=True, initially="DEFERRED"',
            ),
            args='sa.UniqueConstraint("user_id", "name"), '
            'sa.CheckConstraint("user_id <> editor_id", name="two_people"), '
            'sa.Index("ix_posts_both", "user_id", "editor_id")',
        )
        + table("profiles", reference("id", "users.id", kind, "primary_key=True"), NAME)
        + table("badges", IDENTITY, reference("profile_id", "profiles.id", kind))
        + table(
            "follows",
            reference("one_id", "users.id", kind, "primary_key=True"),
            reference("other_id", "users.id", kind, "primary_key=True"),
            args='sa.CheckConstraint("one_id <> other_id", name="others")',
        )
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
    "select u.name, b.name, p.name, e.name, q.name, g.id, f.name from users u"
    " left join users b on b.id = u.boss_id left join posts p on p.user_id = u.id"
    " left join users e on e.id = p.editor_id left join profiles q on q.id = u.id"
    " left join badges g on g.profile_id = q.id left join follows w on w.one_id = u.id"
    " left join users f on f.id = w.other_id order by u.name",
    [
        ("ada", None, None, None, None, None, "cy"),
        ("bob", "ada", "x", "ada", None, None, None),
        ("cy", "bob", "y", None, "of cy", 3, "ada"),
    ],
)


def _as_uuids(rows: dict) -> dict:
    """Return the same rows with UUIDs for keys: what refers to users, and users themselves."""
    names = {"boss_id", "user_id", "editor_id", "profile_id", "one_id", "other_id"}
    return {
        key: [
            {
                name: f"uuid:{value}"
                if value and (name in names or (name == "id" and key in {"users", "profiles"}))
                else value
                for name, value in row.items()
            }
            for row in listed
        ]
        for key, listed in rows.items()
    }


def tenants(key: str, kind: str) -> str:
    """Return keys of several columns, of which one is another table's key."""
    return (
        table("tenants", key, NAME)
        + table(
            "rooms",
            reference("tenant_id", "tenants.id", kind, "primary_key=True"),
            "number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)",
        )
        + table(
            "bookings",
            IDENTITY,
            f"tenant_id: Mapped[{kind}]",
            "room: Mapped[int]",
            args='sa.ForeignKeyConstraint(["tenant_id", "room"],'
            ' ["rooms.tenant_id", "rooms.number"], ondelete="CASCADE")',
        )
    )


TENANTS = {
    "tenants": [{"id": 4, "name": "a"}, {"id": 9, "name": "b"}],
    "rooms": [{"tenant_id": 4, "number": 1}, {"tenant_id": 9, "number": 1}],
    "bookings": [{"id": 1, "tenant_id": 9, "room": 1}],
}
ROOMS = (
    "select t.name, r.number from bookings b join rooms r on r.tenant_id = b.tenant_id"
    " and r.number = b.room join tenants t on t.id = r.tenant_id",
    [("b", 1)],
)
EVERYDAY = [
    Case("integer_key_to_uuid", family(IDENTITY, "int"), family(UUIDS, "uuid.UUID"), PEOPLE, RELATED, prelude=FK_ON),
]
CASES = EVERYDAY + [
    Case("key_of_keys_to_uuid", tenants(IDENTITY, "int"), tenants(UUIDS, "uuid.UUID"), TENANTS, ROOMS),
]
