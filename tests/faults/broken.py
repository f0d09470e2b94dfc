"""The files of a project that is done harm to, and ways of doing it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from dbtasks.databases import Database
from tests.project_folder import ProjectFolder

MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Gig(Base):
    __tablename__ = "gigs"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    venue: Mapped[str | None] = mapped_column(sa.String(40))
"""


def revision(id_: str, down: str | None, upgrade: str = "pass", downgrade: str = "pass") -> str:
    """Return the text of a revision file."""
    return f'''"""revision {id_}"""

import sqlalchemy as sa
from alembic import op

revision = {id_!r}
down_revision = {down!r}


def upgrade():
    {upgrade.strip()}


def downgrade():
    {downgrade.strip()}
'''


FIRST = revision(
    "abc111",
    None,
    """
    op.create_table(
        "gigs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(80), nullable=False),
    )
    op.execute("INSERT INTO gigs (id, title) VALUES (1, 'City walk')")
""",
    'op.drop_table("gigs")',
)
SECOND = revision(
    "abc222",
    "abc111",
    'op.add_column("gigs", sa.Column("venue", sa.String(40)))',
    """
    with op.batch_alter_table("gigs") as batch:
        batch.drop_column("venue")
""",
)


def execute(folder: ProjectFolder, *statements: str) -> None:
    """Execute statements on a project's database, as somebody would by hand."""

    def work(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()

    url = folder.variables.get("DATABASE_URL", "sqlite:///development.db")
    Database.at(url, folder.root).run(work)
