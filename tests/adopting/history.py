"""A history of two revisions, and what of it models can't declare."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from tests.models_project import ModelsProject

MODELS = """

class User(Base):
    __tablename__ = "users"
    __table_args__ = (sa.CheckConstraint("age >= 0", name="old_enough"),
                      {"comment": "who comes"})
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(80), index=True)
    age: Mapped[int] = mapped_column(server_default="7")
    price: Mapped[Decimal] = mapped_column(sa.Numeric(10, 2), comment="in euros")
    kind: Mapped[str] = mapped_column(sa.Enum("a", "b", name="kind"))


class Post(Base):
    __tablename__ = "posts"
    __table_args__ = (sa.Index("ix_posts_both", "user_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    body: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    twice: Mapped[int] = mapped_column(sa.Integer, sa.Computed("user_id * 2", persisted=True))
"""

ON_SQLITE = (
    "CREATE VIEW adults AS SELECT id FROM users WHERE id > 17",
    "CREATE TRIGGER quiet AFTER INSERT ON posts BEGIN SELECT 1; END",
)
ON_POSTGRESQL = (
    "CREATE VIEW adults AS SELECT id FROM users WHERE id > 17",
    "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER quiet BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION nothing()",
    "ALTER TABLE posts ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY everybody ON posts USING (true)",
    "CREATE SEQUENCE tickets",
)

_SECOND = '''"""by hand"""
from alembic import op

revision = "byhand"
down_revision = {down!r}


def upgrade() -> None:
{statements}


def downgrade() -> None:
    pass
'''


def begin(project: ModelsProject) -> str:
    """Make the database by two revisions, and forget its version; return the first's id."""
    project.begin(MODELS)
    first = str(project.run("current", "--json").json()["current"][0])
    statements = ON_SQLITE if project.is_sqlite else ON_POSTGRESQL
    lines = "\n".join(f"    op.execute({statement!r})" for statement in statements)
    project.write("alembic/versions/second.py", _SECOND.format(down=first, statements=lines))
    project.run("upgrade")
    project.execute("DROP TABLE alembic_version")
    return first


def statements(project: ModelsProject) -> str:
    """Return the SQL that makes the same database anew, without a version."""
    if project.is_sqlite:
        kept = project.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        return ";\n".join(sql for (sql,) in kept)
    return f"{project.run('upgrade', '--sql').out}\n;DROP TABLE alembic_version"


def make_anew(project: ModelsProject, sql: str) -> None:
    """Empty the database, and execute the SQL that makes it."""
    if project.is_sqlite:
        Path(str(make_url(project.url).database)).unlink()
    else:
        project.execute("DROP SCHEMA IF EXISTS apart CASCADE; DROP SCHEMA public CASCADE")
        project.execute("CREATE SCHEMA public")
    project.execute(sql)
