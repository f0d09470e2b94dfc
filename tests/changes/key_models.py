"""Models around a key, which the caller gives: for cases_keys.py."""

from __future__ import annotations

IDENTITY = "id: Mapped[int] = mapped_column(primary_key=True)"
UUIDS = "id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)"
NAME = "name: Mapped[str] = mapped_column(sa.String(20))"
SOME = 'sa.text("editor_id IS NOT NULL")'
PARTIAL = f"""sa.Index("ix_some", "editor_id", unique=True, postgresql_where={SOME},
        sqlite_where={SOME})"""


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


def text_keys(kind: str, type_: str) -> str:
    """Return a table by a text or a UUID, and what refers to it."""
    return table(
        "users", f"key: Mapped[{kind}] = mapped_column({type_}, primary_key=True)", NAME
    ) + table(
        "posts",
        IDENTITY,
        f"user_key: Mapped[{kind}] = mapped_column({type_},"
        ' sa.ForeignKey("users.key", ondelete="CASCADE"), index=True)',
        f'editor_key: Mapped[{kind} | None] = mapped_column({type_}, sa.ForeignKey("users.key"))',
    )


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


def circle(key: str, kind: str) -> str:
    """Return two tables that refer to each other, each by a key that changes."""
    refers = f"{kind} | None"
    return table("users", key, NAME, reference("team_id", "teams.id", refers)) + table(
        "teams", key, NAME, reference("lead_id", "users.id", refers, options=", use_alter=True")
    )


def thread(key: str, kind: str, owner: str = "user_id") -> str:
    """Return three tables in a row, all of whose keys change."""
    return (
        table("users", key, NAME)
        + table("posts", key, NAME, reference(owner, "users.id", kind))
        + table(
            "comments",
            key,
            reference("post_id", "posts.id", kind),
            reference("on_id", "comments.id", f"{kind} | None"),
        )
    )


def guids(key: str, kind: str) -> str:
    """Return a key of a type of the application's own."""
    return table("users", key, NAME) + table(
        "posts", IDENTITY, f'user_id: Mapped[{kind}, sa.ForeignKey("users.id"))'
    )


def odd(key: str, kind: str, schema: str = "") -> str:
    """Return names that have to be quoted, in a schema or not."""
    place = f"{schema}.Order" if schema else "Order"
    return (
        f'class Order(Base):\n    __tablename__ = "Order"\n    {key}\n    {NAME}\n'
        + (f'    __table_args__ = {{"schema": "{schema}"}}\n' if schema else "")
        + f'class Line(Base):\n    __tablename__ = "referred"\n    {IDENTITY}\n'
        f'    order: Mapped[{kind}] = mapped_column("the order", sa.ForeignKey("{place}.select"))\n'
        + (f'    __table_args__ = {{"schema": "{schema}"}}\n' if schema else "")
    )


def numbered(kind: str) -> str:
    """Return a key that is none of the primary kind, and is referred to."""
    return table(
        "users", IDENTITY, f"number: Mapped[{kind}] = mapped_column(unique=True)", NAME
    ) + table("posts", IDENTITY, reference("user_number", "users.number", kind))


def loose(key: str, kind: str, target: str) -> str:
    """Return a reference that is one by its name alone, or by a foreign key too."""
    return table("users", key, NAME) + table(
        "posts", IDENTITY, f"user_id: Mapped[{kind}] = mapped_column({target})"
    )


def members(*columns: str, args: str = "") -> str:
    """Return users and what they are members of."""
    return (
        table("users", IDENTITY) + table("groups", IDENTITY) + table("members", *columns, args=args)
    )


def partial(key: str, kind: str) -> str:
    """Return a reference with a partial index, and one in an expression of two of them."""
    return table("users", key, NAME) + table(
        "posts",
        IDENTITY,
        reference("user_id", "users.id", kind),
        reference("editor_id", "users.id", f"{kind} | None"),
        args=f'{PARTIAL}, sa.Index("ix_any", sa.text("coalesce(editor_id, user_id)"))',
    )
