"""Rows get new keys where no cast makes them, and what refers to the old ones follows."""

from __future__ import annotations

import uuid

import pytest

from tests.changes.key_models import IDENTITY, UUIDS, loose, reference, table
from tests.models_project import ModelsProject

TO_USERS = 'sa.ForeignKey("users.id")'
BEFORE, AFTER = loose(IDENTITY, "int", TO_USERS), loose(UUIDS, "uuid.UUID", TO_USERS)
ROWS = (
    "INSERT INTO users (name) VALUES ('ada'), ('bob')",
    "INSERT INTO posts (user_id) VALUES (2)",
)
POSTS = "SELECT u.name FROM posts p JOIN users u ON u.id = p.user_id"


def test_the_plan_says_what_it_means_for_others(project: ModelsProject) -> None:
    project.begin(BEFORE, *ROWS)
    said = project.change(AFTER).out
    assert (
        "users.id: 2 rows get new keys; whatever outside of this database knows the old ones "
        "finds nothing by them"
    ) in said
    assert "posts.user_id follows users.id" in said
    assert "replaces 2 values of users.id by those of id_new" in said
    assert "replaces 1 value of posts.user_id by that of id_new" not in said
    project.run("upgrade")
    assert [("bob",)] == project.rows(POSTS)
    (keys,) = zip(*project.rows("SELECT id FROM users"), strict=True)
    assert {4} == {uuid.UUID(str(key)).version for key in keys}
    down = project.run("downgrade", "--plan").out
    assert "replaces 2 values of users.id by those of id_new" in down
    project.run("downgrade", "--yes")
    assert [("bob",)] == project.rows(POSTS)
    project.execute("INSERT INTO users (name) VALUES ('cy')")  # It counts on.
    assert [(3,)] == project.rows("SELECT id FROM users WHERE name = 'cy'")


def test_what_refers_to_nothing_is_refused_with_a_count(on_sqlite: ModelsProject) -> None:
    on_sqlite.begin(BEFORE, *ROWS, "INSERT INTO posts (user_id) VALUES (7), (8)")
    said = on_sqlite.refused(AFTER, code=1)
    assert "2 rows of posts refer by user_id to no row of users (7 for one)" in said


def test_rows_of_another_database_that_refer_to_nothing_stop_it(on_sqlite: ModelsProject) -> None:
    nullable = "int | None", "uuid.UUID | None"
    before, after = loose(IDENTITY, nullable[0], TO_USERS), loose(UUIDS, nullable[1], TO_USERS)
    on_sqlite.begin(before, *ROWS)
    on_sqlite.change(after)
    on_sqlite.execute("INSERT INTO posts (user_id) VALUES (8), (NULL)")
    said = on_sqlite.run("upgrade", code=1).err
    assert "posts has rows, and some refer by user_id to nothing in users" in said
    on_sqlite.execute("DELETE FROM posts WHERE user_id = 8")
    on_sqlite.run("upgrade")
    assert [("bob",)] == on_sqlite.rows(POSTS)
    assert [(1,)] == on_sqlite.rows("SELECT count(*) FROM posts WHERE user_id IS NULL")


def test_a_person_may_say_which_keys_rows_get(project: ModelsProject) -> None:
    project.begin(BEFORE, *ROWS)
    digits = "'0000000000004000800000000000000' || CAST(id AS VARCHAR)"
    given = digits if project.is_sqlite else f"CAST({digits} AS uuid)"
    project.change(AFTER, "--fill", f"users.id={given}")
    project.run("upgrade")
    key = project.rows("SELECT user_id FROM posts")[0][0]
    assert uuid.UUID("00000000-0000-4000-8000-000000000002") == uuid.UUID(str(key))


def test_a_key_that_is_none_is_refused_as_before(on_sqlite: ModelsProject) -> None:
    number, key = "number: Mapped[int]", "number: Mapped[uuid.UUID]"
    on_sqlite.begin(table("users", IDENTITY, number), "INSERT INTO users (number) VALUES (3)")
    said = on_sqlite.refused(table("users", IDENTITY, key), code=1)
    assert "users.number can't become CHAR(32)" in said


def test_triggers_that_the_new_keys_fire_are_named(on_sqlite: ModelsProject) -> None:
    body = "BEGIN UPDATE posts SET user_id = user_id WHERE id = NEW.id; END"
    every = f"CREATE TRIGGER every AFTER UPDATE ON posts {body}"
    own = f"CREATE TRIGGER own AFTER UPDATE OF user_id ON posts {body}"
    on_sqlite.begin(BEFORE, *ROWS, every, own)
    said = on_sqlite.change(AFTER).out
    assert "posts.user_id: each row that is filled fires every; triggers=False" in said
    on_sqlite.run("upgrade")
    assert [("every",), ("own",)] == on_sqlite.rows(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    )


@pytest.mark.long
def test_a_revision_written_on_sqlite_serves_postgresql(
    on_sqlite: ModelsProject, postgresql_url: str
) -> None:
    project = on_sqlite
    project.begin(BEFORE, *ROWS)
    project.change(AFTER)
    project.variables["DATABASE_URL"] = postgresql_url
    project.run("upgrade", "+1")
    project.execute(*ROWS)
    project.run("upgrade")
    project.run("check")
    assert [("bob",)] == project.rows(POSTS)
    project.run("downgrade", "--yes")
    project.execute("INSERT INTO users (name) VALUES ('cy')")
    assert [("bob",)] == project.rows(POSTS)
    project.run("upgrade")


@pytest.mark.long
def test_a_view_over_the_keys_stays(
    on_sqlite: ModelsProject,
) -> None:
    on_sqlite.begin(
        BEFORE,
        *ROWS,
        "CREATE VIEW written AS SELECT u.name FROM posts p JOIN users u ON u.id = p.user_id",
    )
    on_sqlite.change(AFTER)
    on_sqlite.run("upgrade")
    assert [("bob",)] == on_sqlite.rows("SELECT name FROM written")
    on_sqlite.run("downgrade", "--yes")
    assert [("bob",)] == on_sqlite.rows("SELECT name FROM written")


@pytest.mark.long
def test_new_uuids_are_stored_as_the_column_stores_them(on_sqlite: ModelsProject) -> None:
    posts = table("posts", IDENTITY, reference("user_id", "users.id", "int"))
    on_sqlite.begin(table("users", IDENTITY) + posts, "INSERT INTO users (id) VALUES (1)")
    columns = "plain: Mapped[uuid.UUID]", "dashed: Mapped[str] = mapped_column(sa.String(36))"
    fills = ("--fill", "users.plain=gen_random_uuid()", "--fill", "users.dashed=gen_random_uuid()")
    on_sqlite.change(table("users", IDENTITY, *columns) + posts, *fills)
    on_sqlite.run("upgrade")
    plain, dashed = on_sqlite.rows("SELECT plain, dashed FROM users")[0]
    assert [4, 4] == [uuid.UUID(item).version for item in (plain, dashed)]
    assert (32, 36) == (len(plain), len(dashed))
