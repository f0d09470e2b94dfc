"""What somebody may have done to a database by hand, and how the difference is to be named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """Statements that change a schema, and a piece of the line that is to name the change."""

    sql: str
    named: str

    @property
    def name(self) -> str:
        """What stands in the test's id."""
        return "-".join(self.sql.replace("sqlite_master", "").split()[:9])


def rewritten(old: str, new: str) -> str:
    """Return SQL that changes the text of SQLite's CREATE TABLE, where no ALTER TABLE does."""
    old, new = (text.replace("'", "''") for text in (old, new))
    return (
        "PRAGMA writable_schema = 1; "
        f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}') WHERE type = 'table'; "
        "PRAGMA writable_schema = 0"
    )


ON_POSTGRESQL = [
    Mutation("ALTER TABLE users ADD extra int", "- users.extra"),
    Mutation("ALTER TABLE users DROP email", "+ users.email"),
    Mutation("ALTER TABLE users RENAME email TO mail", "+ users.email"),
    Mutation('ALTER TABLE users RENAME email TO "Email"', "- users.Email"),
    Mutation("ALTER TABLE users ALTER age TYPE bigint", "~ users.age BIGINT -> INTEGER"),
    Mutation("ALTER TABLE users ALTER age TYPE smallint", "~ users.age SMALLINT -> INTEGER"),
    Mutation("ALTER TABLE users ALTER name TYPE varchar(41)", "VARCHAR(41) -> VARCHAR(40)"),
    Mutation("ALTER TABLE users ALTER name TYPE varchar", "~ users.name VARCHAR ->"),
    Mutation("ALTER TABLE users ALTER name TYPE text", "~ users.name TEXT -> VARCHAR(40)"),
    Mutation("ALTER TABLE users ALTER name TYPE char(40)", "~ users.name CHAR"),
    Mutation("ALTER TABLE users ALTER price TYPE numeric(12, 2)", "~ users.price NUMERIC(12,2)"),
    Mutation("ALTER TABLE users ALTER price TYPE numeric", "~ users.price NUMERIC ->"),
    Mutation("ALTER TABLE users ALTER price TYPE float8", "~ users.price DOUBLE PRECISION ->"),
    Mutation("ALTER TABLE users ALTER kind TYPE text", "~ users.kind TEXT -> kind"),
    Mutation("ALTER TABLE posts ALTER at TYPE timestamp", "~ posts.at TIMESTAMP ->"),
    Mutation("ALTER TABLE posts ALTER at TYPE date", "~ posts.at DATE ->"),
    Mutation("ALTER TABLE posts ALTER at TYPE timestamptz(3)", "~ posts.at TIMESTAMP(3)"),
    Mutation("ALTER TABLE posts ALTER body TYPE varchar(9)", "~ posts.body VARCHAR(9) -> TEXT"),
    Mutation('ALTER TABLE posts ALTER body TYPE text COLLATE "C"', "~ posts.body collation C ->"),
    Mutation("ALTER TABLE users ALTER email SET NOT NULL", "~ users.email NULL"),
    Mutation("ALTER TABLE users ALTER name DROP NOT NULL", "~ users.name NOT NULL"),
    Mutation("ALTER TABLE users ALTER age DROP DEFAULT", "~ users.age default none -> 7"),
    Mutation("ALTER TABLE users ALTER age SET DEFAULT 8", "~ users.age default 8 -> 7"),
    Mutation("ALTER TABLE users ALTER email SET DEFAULT 'x'", "~ users.email default 'x'"),
    Mutation("ALTER TABLE users ALTER id DROP DEFAULT", "~ users.id identity none -> serial"),
    Mutation(
        "ALTER TABLE users ALTER id DROP DEFAULT; "
        "ALTER TABLE users ALTER id ADD GENERATED ALWAYS AS IDENTITY",
        "~ users.id identity ALWAYS",
    ),
    Mutation("ALTER SEQUENCE users_id_seq INCREMENT 2", "~ users.id identity serial"),
    Mutation("ALTER TABLE posts ALTER twice DROP EXPRESSION", "~ posts.twice generated none ->"),
    Mutation(
        "ALTER TABLE posts DROP twice; ALTER TABLE posts ADD twice int NOT NULL"
        " GENERATED ALWAYS AS (user_id * 3) STORED",
        "~ posts.twice generated (user_id * 3)",
    ),
    Mutation("DROP TABLE posts", "+ posts (id,"),
    Mutation("CREATE TABLE other (id int)", "- other (table)"),
    Mutation("ALTER TABLE posts RENAME TO entries", "- entries (table)"),
    Mutation('ALTER TABLE posts RENAME TO "Posts"', "- Posts (table)"),
    Mutation("CREATE SCHEMA apart; ALTER TABLE posts SET SCHEMA apart", "+ posts (id,"),
    Mutation("ALTER TABLE posts SET UNLOGGED", "~ posts options UNLOGGED -> none"),
    Mutation("ALTER TABLE posts SET (fillfactor = 70)", "~ posts options WITH (fillfactor=70)"),
    Mutation("ALTER TABLE posts DROP CONSTRAINT pk_posts", "+ primary key pk_posts on posts (id)"),
    Mutation(
        "ALTER TABLE posts DROP CONSTRAINT pk_posts; "
        "ALTER TABLE posts ADD CONSTRAINT pk_posts PRIMARY KEY (id, user_id)",
        "~ primary key pk_posts on ",
    ),
    Mutation("ALTER TABLE users DROP CONSTRAINT uq_users_name", "+ unique uq_users_name on users"),
    Mutation("ALTER TABLE users ADD UNIQUE (email)", "- unique users_email_key on users (email)"),
    Mutation(
        "ALTER TABLE users RENAME CONSTRAINT uq_users_name TO users_name_key",
        "~ unique users_name_key on users renamed to uq_users_name",
    ),
    Mutation(
        "ALTER TABLE users DROP CONSTRAINT uq_users_name; "
        "ALTER TABLE users ADD CONSTRAINT uq_users_name UNIQUE (name) DEFERRABLE",
        "~ unique uq_users_name on ",
    ),
    Mutation(
        "ALTER TABLE users DROP CONSTRAINT uq_users_name; "
        "ALTER TABLE users ADD CONSTRAINT uq_users_name UNIQUE NULLS NOT DISTINCT (name)",
        "~ unique uq_users_name on ",
    ),
    Mutation(
        "ALTER TABLE users DROP CONSTRAINT ck_users_old_enough",
        "+ check ck_users_old_enough on users (age)",
    ),
    Mutation(
        "ALTER TABLE users DROP CONSTRAINT ck_users_old_enough; "
        "ALTER TABLE users ADD CONSTRAINT ck_users_old_enough CHECK (age > 0)",
        "~ check ck_users_old_enough on ",
    ),
    Mutation(
        "ALTER TABLE users DROP CONSTRAINT ck_users_old_enough; "
        "ALTER TABLE users ADD CONSTRAINT ck_users_old_enough CHECK (age >= 0) NOT VALID",
        "~ check ck_users_old_enough on ",
    ),
    Mutation("ALTER TABLE users ADD CHECK (price > 0)", "- check users_price_check on users"),
    Mutation(
        "ALTER TABLE posts DROP CONSTRAINT fk_posts_user_id_users",
        "+ foreign key fk_posts_user_id_users on posts (user_id) -> users",
    ),
    *(
        Mutation(
            "ALTER TABLE posts DROP CONSTRAINT fk_posts_user_id_users; ALTER TABLE posts "
            f"ADD CONSTRAINT fk_posts_user_id_users FOREIGN KEY (user_id) REFERENCES users{rest}",
            "~ foreign key fk_posts_user_id_users on ",
        )
        for rest in (
            "",
            " ON DELETE SET NULL",
            " ON DELETE CASCADE ON UPDATE CASCADE",
            " ON DELETE CASCADE DEFERRABLE",
            " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
            " MATCH FULL ON DELETE CASCADE",
            " ON DELETE CASCADE NOT VALID",
        )
    ),
    Mutation(
        "ALTER TABLE posts ADD CONSTRAINT apart EXCLUDE USING btree (body WITH =)",
        "- exclude apart on posts (body)",
    ),
    Mutation("DROP INDEX ix_users_email", "+ index ix_users_email on users (email)"),
    Mutation("CREATE INDEX ix_more ON users (age)", "- index ix_more on users (age)"),
    Mutation("ALTER INDEX ix_users_email RENAME TO ix_mail", "~ index ix_mail on users renamed to"),
    *(
        Mutation(
            f"DROP INDEX ix_users_email; CREATE {unique}INDEX ix_users_email ON users {rest}",
            "~ index ix_users_email on ",
        )
        for unique, rest in (
            ("UNIQUE ", "(email)"),
            ("", "(email) WHERE email IS NOT NULL"),
            ("", "(email DESC)"),
            ("", "(email) INCLUDE (age)"),
            ("", "(lower(email))"),
            ("", "(email text_pattern_ops)"),
            ("", 'USING btree (email COLLATE "C")'),
            ("", "USING hash (email)"),
            ("", "(email) WITH (fillfactor = 50)"),
        )
    ),
    Mutation(
        "DROP INDEX ix_posts_both; CREATE INDEX ix_posts_both ON posts (at, user_id)",
        "~ index ix_posts_both on ",
    ),
    Mutation("ALTER TYPE kind ADD VALUE 'c'", "- enum kind value 'c'"),
    Mutation("ALTER TYPE kind RENAME VALUE 'a' TO 'x'", "+ enum kind value 'a'"),
    Mutation("ALTER TYPE kind ADD VALUE 'c' BEFORE 'a'", "- enum kind value 'c'"),
    Mutation("ALTER TYPE kind RENAME TO sort", "+ enum kind (a, b)"),
    Mutation("CREATE TYPE sort AS ENUM ('x')", "- enum sort"),
    Mutation("CREATE DOMAIN positive AS int CHECK (VALUE > 0)", "- domain positive"),
    Mutation("COMMENT ON TABLE users IS 'hello'", "~ users comment 'who comes'"),
    Mutation("COMMENT ON TABLE users IS NULL", "~ users comment 'who comes'"),
    Mutation("COMMENT ON COLUMN users.price IS NULL", "~ users.price comment none -> in euros"),
    Mutation("COMMENT ON COLUMN posts.body IS 'text'", "~ posts.body comment text -> none"),
    Mutation(
        "COMMENT ON INDEX ix_users_email IS 'x'", "- comment on index ix_users_email on users"
    ),
    Mutation(
        "COMMENT ON CONSTRAINT uq_users_name ON users IS 'x'",
        "- comment on constraint uq_users_name on users",
    ),
    Mutation("COMMENT ON TYPE kind IS 'x'", "- comment on type kind"),
    Mutation("DROP VIEW adults", "+ view adults"),
    Mutation(
        "CREATE OR REPLACE VIEW adults AS SELECT id FROM users WHERE id > 20",
        "~ view adults: another definition",
    ),
    Mutation("ALTER VIEW adults SET (security_barrier)", "~ view adults: another definition"),
    Mutation("CREATE RULE kept AS ON DELETE TO users DO INSTEAD NOTHING", "- rule kept on users"),
    Mutation("DROP TRIGGER quiet ON posts", "+ trigger quiet on posts"),
    Mutation("ALTER TABLE posts DISABLE TRIGGER quiet", "~ trigger quiet on posts: another"),
    Mutation(
        "ALTER TABLE posts DISABLE TRIGGER ALL", "- disabled constraint fk_posts_user_id_users"
    ),
    Mutation(
        "CREATE TRIGGER loud BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION nothing()",
        "- trigger loud on users",
    ),
    Mutation(
        "CREATE OR REPLACE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END'",
        "~ function nothing(): another definition",
    ),
    Mutation("DROP FUNCTION nothing CASCADE", "+ function nothing()"),
    Mutation("ALTER TABLE posts DISABLE ROW LEVEL SECURITY", "+ row security of posts"),
    Mutation("ALTER TABLE posts FORCE ROW LEVEL SECURITY", "~ row security of posts: another"),
    Mutation("ALTER TABLE users ENABLE ROW LEVEL SECURITY", "- row security of users"),
    Mutation("DROP POLICY everybody ON posts", "+ policy everybody on posts"),
    Mutation("ALTER POLICY everybody ON posts USING (id > 1)", "~ policy everybody on posts"),
    Mutation("CREATE POLICY few ON posts USING (false)", "- policy few on posts"),
    Mutation("DROP SEQUENCE tickets", "+ sequence tickets"),
    Mutation("ALTER SEQUENCE tickets INCREMENT 5", "~ sequence tickets: another definition"),
    Mutation("CREATE TABLE special () INHERITS (posts)", "- special (table)"),
]

ON_SQLITE = [
    Mutation("ALTER TABLE users ADD extra int", "- users.extra"),
    Mutation("ALTER TABLE posts DROP body", "+ posts.body TEXT NULL"),
    Mutation("ALTER TABLE posts RENAME body TO text", "+ posts.body"),
    Mutation("ALTER TABLE posts RENAME body TO Body", "- posts.Body"),
    Mutation(rewritten("age INTEGER", "age BIGINT"), "~ users.age BIGINT -> INTEGER"),
    Mutation(rewritten("id INTEGER", "id BIGINT"), "~ users.id BIGINT -> INTEGER"),
    Mutation(rewritten("name VARCHAR(40)", "name VARCHAR(41)"), "VARCHAR(41) -> VARCHAR(40)"),
    Mutation(rewritten("name VARCHAR(40)", "name TEXT"), "~ users.name TEXT -> VARCHAR(40)"),
    Mutation(rewritten("name VARCHAR(40)", "name"), "~ users.name"),
    Mutation(rewritten("NUMERIC(10, 2)", "NUMERIC(12, 2)"), "~ users.price NUMERIC(12,2)"),
    Mutation(rewritten("NUMERIC(10, 2)", "REAL"), "~ users.price REAL -> NUMERIC(10,2)"),
    Mutation(rewritten("kind VARCHAR(1)", "kind VARCHAR(2)"), "~ users.kind VARCHAR(2) ->"),
    Mutation(rewritten("at DATETIME", "at DATE"), "~ posts.at DATE -> DATETIME"),
    Mutation(rewritten("body TEXT", "body BLOB"), "~ posts.body BLOB -> TEXT"),
    Mutation(rewritten("body TEXT", "body TEXT COLLATE NOCASE"), "~ posts.body collation NOCASE"),
    Mutation(rewritten("email VARCHAR(80)", "email VARCHAR(80) NOT NULL"), "~ users.email NULL"),
    Mutation(rewritten("name VARCHAR(40) NOT NULL", "name VARCHAR(40)"), "~ users.name NOT NULL"),
    Mutation(
        rewritten("40) NOT NULL", "40) NOT NULL ON CONFLICT IGNORE"),
        "- rule of column users.name on users",
    ),
    Mutation(rewritten(" DEFAULT '7'", ""), "~ users.age default none -> '7'"),
    Mutation(rewritten("DEFAULT '7'", "DEFAULT '8'"), "~ users.age default '8' -> '7'"),
    Mutation(rewritten("body TEXT", "body TEXT DEFAULT 'x'"), "~ posts.body default 'x' -> none"),
    Mutation(rewritten("user_id * 2", "user_id * 3"), "~ posts.twice generated user_id * 3"),
    Mutation(rewritten(") STORED", ") VIRTUAL"), "~ posts.twice generated"),
    Mutation(
        rewritten(" GENERATED ALWAYS AS (user_id * 2) STORED", ""), "~ posts.twice generated none"
    ),
    Mutation("DROP TABLE posts", "+ posts (id,"),
    Mutation("CREATE TABLE other (id int)", "- other (table)"),
    Mutation("ALTER TABLE posts RENAME TO entries", "- entries (table)"),
    Mutation(
        "ALTER TABLE posts RENAME TO other; ALTER TABLE other RENAME TO Posts", "- Posts (table)"
    ),
    Mutation(
        rewritten("CASCADE\n)", "CASCADE\n) WITHOUT ROWID"), "~ posts options without rowid -> none"
    ),
    Mutation(rewritten("CONSTRAINT pk_posts PRIMARY KEY (id), ", ""), "+ primary key pk_posts"),
    Mutation(
        rewritten("pk_posts PRIMARY KEY (id)", "pk_posts PRIMARY KEY (id, user_id)"),
        "~ primary key pk_posts on ",
    ),
    Mutation(
        rewritten("CONSTRAINT pk_posts PRIMARY KEY (id)", "PRIMARY KEY (id)"),
        "~ primary key (unnamed) on posts renamed to pk_posts",
    ),
    Mutation(
        rewritten("UNIQUE (name)", "UNIQUE (email)"),
        "~ unique uq_users_name on ",
    ),
    Mutation(
        rewritten("uq_users_name UNIQUE", "users_name_key UNIQUE"),
        "~ unique users_name_key on users renamed to uq_users_name",
    ),
    Mutation(
        rewritten("UNIQUE (name)", "UNIQUE (name) ON CONFLICT REPLACE"),
        "~ unique uq_users_name on ",
    ),
    Mutation(rewritten("UNIQUE (name)", "UNIQUE (name, email)"), "~ unique uq_users_name on "),
    Mutation(rewritten("body TEXT", "body TEXT UNIQUE"), "- unique on posts (body)"),
    Mutation(
        rewritten("body TEXT", "body TEXT UNIQUE ON CONFLICT IGNORE"), "- rule of column posts.body"
    ),
    Mutation(
        rewritten("CONSTRAINT ck_users_old_enough CHECK (age >= 0), ", ""),
        "+ check ck_users_old_enough on users (age)",
    ),
    Mutation(rewritten("age >= 0", "age > 0"), "~ check ck_users_old_enough on "),
    Mutation(rewritten("body TEXT", "body TEXT CHECK (body <> '')"), "- check on posts (body)"),
    *(
        Mutation(
            rewritten("REFERENCES users (id) ON DELETE CASCADE", f"REFERENCES users (id){rest}"),
            "~ foreign key fk_posts_user_id_users on ",
        )
        for rest in (
            "",
            " ON DELETE SET NULL",
            " ON DELETE RESTRICT",
            " ON DELETE CASCADE ON UPDATE CASCADE",
            " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
        )
    ),
    Mutation(
        rewritten("REFERENCES users (id)", "REFERENCES posts (id)"),
        "~ foreign key fk_posts_user_id_users on ",
    ),
    Mutation("DROP INDEX ix_users_email", "+ index ix_users_email on users (email)"),
    Mutation("CREATE INDEX ix_more ON users (age)", "- index ix_more on users (age)"),
    Mutation(
        "DROP INDEX ix_users_email; CREATE INDEX ix_mail ON users (email)",
        "~ index ix_mail on users renamed to ix_users_email",
    ),
    *(
        Mutation(
            f"DROP INDEX ix_users_email; CREATE {unique}INDEX ix_users_email ON users {rest}",
            "~ index ix_users_email on ",
        )
        for unique, rest in (
            ("UNIQUE ", "(email)"),
            ("", "(email) WHERE email IS NOT NULL"),
            ("", "(email DESC)"),
            ("", "(lower(email))"),
            ("", "(email COLLATE NOCASE)"),
            ("", "(email, age)"),
        )
    ),
    Mutation(
        "DROP INDEX ix_posts_both; CREATE INDEX ix_posts_both ON posts (at, user_id)",
        "~ index ix_posts_both on ",
    ),
    Mutation("DROP VIEW adults", "+ view adults"),
    Mutation(
        "DROP VIEW adults; CREATE VIEW adults AS SELECT id FROM users WHERE id > 20",
        "~ view adults: another definition",
    ),
    Mutation("DROP TRIGGER quiet", "+ trigger quiet on posts"),
    Mutation(
        "DROP TRIGGER quiet; CREATE TRIGGER quiet AFTER INSERT ON posts BEGIN SELECT 2; END",
        "~ trigger quiet on posts: another definition",
    ),
    Mutation(
        "CREATE TRIGGER loud BEFORE DELETE ON users BEGIN SELECT RAISE(ABORT, 'no'); END",
        "- trigger loud on users",
    ),
]
