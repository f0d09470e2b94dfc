"""What Alembic runs: it hands the project's models to dbtasks, which does the rest."""

from dbtasks import run_migrations

from app.models import Base

run_migrations(Base)
