"""What the text of a DATABASE_URL means, tried on a real server where it can be."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from dbtasks.databases import Database
from dbtasks.databases.address import parse_address, shown
from dbtasks.errors import DatabaseError, SettingsError
from tests.databases.drivers import POSTGRESQL_DRIVERS
from tests.servers import Server

ROOT = Path("/srv/project")
AIOSQLITE = pytest.mark.needs("aiosqlite")

PASSWORDS = [
    "plain",
    "per%cent",
    "per%%cent%",
    "at@sign",
    "two@at@signs",
    "slash/es//",
    "col:on",
    "quest?ion",
    "at@and?mark",
    "ha#sh",
    "sp ace",
    "plus+and&and=",
    "quo'te\"s",
    "back\\slash",
    "[brackets]{braces}",
    "pässwörd-日本",
]


@pytest.mark.parametrize("driver", POSTGRESQL_DRIVERS)
def test_any_password_opens_the_database_raw_and_encoded(server: Server, driver: str) -> None:
    with server.tcp() as (host, port):
        for password in PASSWORDS:
            with server.role(password) as role:
                for written in (password, quote(password, safe="")):
                    for place in (f"{host}:{port}/postgres", socket_place(server)):
                        address = f"postgresql+{driver}://{role}:{written}@{place}"
                        assert role == user_of(address), (password, address)


def test_a_password_is_checked_at_all(server: Server) -> None:
    with server.role("right") as role:
        address = f"postgresql://{role}:wrong@{socket_place(server)}"
        with pytest.raises(DatabaseError, match=f"refused the password of {role}"):
            user_of(address)


def user_of(address: str) -> str:
    database = Database.at(address, ROOT)
    return database.read(lambda connection: str(connection.scalar(text("SELECT current_user"))))


def socket_place(server: Server) -> str:
    """Return what follows the `@`, by a socket folder where the server has one."""
    return server.address("postgres").partition("@")[2]


@pytest.mark.parametrize(
    ("text", "user", "password", "host", "name"),
    [
        ("postgresql://u:p@h/d", "u", "p", "h", "d"),
        ("postgres://u:p@h:5433/d", "u", "p", "h", "d"),
        ("postgresql+psycopg2://u:a@b@h/d", "u", "a@b", "h", "d"),
        ("postgresql://u:a/b@h/d?sslmode=disable", "u", "a/b", "h", "d"),
        ("postgresql://u:p@h/d?application_name=me@home", "u", "p", "h", "d"),
        ("postgresql://u:p?x@h/d?application_name=me@home", "u", "p?x", "h", "d"),
        ("postgresql://me%40home:p@h/d", "me@home", "p", "h", "d"),
        ("postgresql://me@home:p@h/d", "me@home", "p", "h", "d"),
        ("  postgresql://u:p@h/d\n", "u", "p", "h", "d"),
        ('"postgresql://u:p@h/d"', "u", "p", "h", "d"),
        ("postgresql://u:p@[::1]:5432/d", "u", "p", "::1", "d"),
        ("postgresql://u@h/d", "u", None, "h", "d"),
        ("postgresql:///d", None, None, None, "d"),
        ("postgresql://h/d", None, None, "h", "d"),
    ],
)
def test_the_parts_of_an_address_are_what_a_person_means(
    text: str, user: str | None, password: str | None, host: str | None, name: str
) -> None:
    url = parse_address(text, ROOT)
    assert (user, password, host, name) == (url.username, url.password, url.host, url.database)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql//u:secret@h/d",
        "u:secret@h/d",
        "postgresql://u:secret",
        "postgresql://u:secret@h:port/d",
        "postgresql://u:secret@h",
        "postgresql:/u:secret@h/d",
        "mysql://u:secret@h/d",
        "postgresql+mysqldb://u:secret@h/d",
        "secret",
        "sqlite://secret.db",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_address(text, ROOT, "DATABASE_URL in .env")
    assert str(caught.value).startswith("DATABASE_URL in .env ")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sqlite:///data/x.db", "/srv/project/data/x.db"),
        ("sqlite:////var/x.db", "/var/x.db"),
        pytest.param("sqlite+aiosqlite:///x.db", "/srv/project/x.db", marks=AIOSQLITE),
        ("sqlite:///file:x.db?uri=true", "file:/srv/project/x.db"),
        ("sqlite:///my files/ü.db", "/srv/project/my files/ü.db"),
        ("sqlite:///:memory:", ":memory:"),
        ("sqlite://", None),
    ],
)
def test_a_relative_path_begins_in_the_project(text: str, expected: str | None) -> None:
    actual = parse_address(text, ROOT).database
    assert expected == (actual.replace("\\", "/").replace("C:", "") if actual else actual)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql+psycopg2://u:secret@h:1/d", "postgresql://u:***@h:1/d"),
        ("postgresql://u@h/d?password=secret", "postgresql://u@h/d?password=%2A%2A%2A"),
        pytest.param("sqlite+aiosqlite:///data/x.db", "sqlite:///data/x.db", marks=AIOSQLITE),
        ("sqlite:////var/x.db", "sqlite:////var/x.db"),
    ],
)
def test_an_address_is_shown_without_its_secrets(text: str, expected: str) -> None:
    assert expected == shown(parse_address(text, ROOT), ROOT)
    assert "secret" not in repr(Database.at(text, ROOT))


@pytest.mark.needs("psycopg")
def test_the_application_opens_what_the_migrations_open(server: Server) -> None:
    address = server.address("postgres", "psycopg") + "&connect_timeout=7"
    from dbtasks import database_url, load_settings

    settings = load_settings(ROOT, {"database-url": address})
    engine = create_engine(database_url(settings), poolclass=NullPool)
    with engine.connect() as connection:
        assert "postgres" == connection.scalar(text("SELECT current_database()"))
