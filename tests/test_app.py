"""The example project: its models, its engine, its seeds, on both databases."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import config, db
from app.models import Base, Booking, Gig, Payment, PaymentMethod, SavedSearch, User
from app.seeds import seed
from dbtasks.databases import Database
from tests.project_folder import REPOSITORY, ProjectFolder
from tests.selection import everyday_on

PYPROJECT = '[tool.dbtasks]\nseed = "app.seeds:seed"\n'


@pytest.fixture
def engine(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The application's own engine, for an empty database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    engine = db.make_engine()
    yield engine
    engine.dispose()


@pytest.fixture
def seeded(engine: sa.Engine) -> Iterator[Session]:
    """A session of the application's on a database with its tables and seeds."""
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        seed(connection)
    with db.make_session_factory(engine)() as session:
        yield session


def test_the_application_and_the_migrations_mean_the_same_database(engine: sa.Engine) -> None:
    settings = config.settings()
    database = Database.at(settings.database_url, settings.root)
    database.run(lambda c: (c.execute(sa.text("CREATE TABLE seen (id int)")), c.commit()))
    assert ["seen"] == sa.inspect(engine).get_table_names()


@pytest.mark.slow
def test_the_database_module_imports_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import app.db"], cwd=REPOSITORY, check=False
    )
    assert 0 == done.returncode


def test_the_models_have_what_a_service_needs() -> None:
    tables = Base.metadata.tables
    assert {"users", "gigs", "bookings", "payments", "saved_searches"} == set(tables)
    constraints = [item for table in tables.values() for item in table.constraints]
    assert all(item.name for item in constraints)
    assert all(index.name for table in tables.values() for index in table.indexes)


def test_the_seeds_are_read_back_as_they_were_written(seeded: Session) -> None:
    gig = seeded.scalars(sa.select(Gig)).one()
    assert ["de", "en"] == gig.languages
    assert ["first aid"] == gig.certifications
    assert "Ada" == gig.owner.name
    assert ["ben@example.org"] == [booking.guest.email for booking in gig.bookings]
    assert {"title": "walk"} == seeded.scalars(sa.select(SavedSearch)).one().filters


def test_a_change_inside_of_a_list_is_stored(seeded: Session) -> None:
    gig = seeded.scalars(sa.select(Gig)).one()
    gig.languages.append("fr")
    search = seeded.scalars(sa.select(SavedSearch)).one()
    search.filters["seats"] = 2
    seeded.commit()
    seeded.expire_all()
    assert ["de", "en", "fr"] == gig.languages
    assert {"title": "walk", "seats": 2} == search.filters


def test_the_database_holds_its_own_rules(seeded: Session) -> None:
    gig = seeded.scalars(sa.select(Gig)).one()
    ben = seeded.scalars(sa.select(User).where(User.name == "Ben")).one()
    for wrong in (
        Booking(gig_id=gig.id, guest_id=ben.id),
        Booking(gig_id=gig.id, guest_id=gig.owner_id, seats=0),
        User(email="ada@example.org", name="Another Ada"),
        SavedSearch(user_id=gig.id, name="of nobody"),
    ):
        with pytest.raises(IntegrityError), seeded.begin_nested():
            seeded.add(wrong)


def test_a_user_takes_gigs_and_their_bookings_along(seeded: Session) -> None:
    seeded.delete(seeded.scalars(sa.select(User).where(User.name == "Ada")).one())
    seeded.commit()
    assert [] == seeded.scalars(sa.select(Gig)).all()
    assert [] == seeded.scalars(sa.select(Booking)).all()
    assert 1 == len(seeded.scalars(sa.select(User)).all())


def test_what_was_paid_for_can_not_be_deleted(seeded: Session) -> None:
    booking = seeded.scalars(sa.select(Booking)).one()
    seeded.add(Payment(booking=booking, amount=25, method=PaymentMethod.card))
    seeded.commit()
    with pytest.raises(IntegrityError):
        seeded.delete(booking)
        seeded.flush()


@pytest.mark.slow
@everyday_on("postgresql")
def test_the_project_goes_through_every_reset_with_its_seeds(
    folder: ProjectFolder, database_url: str
) -> None:
    shutil.copytree(
        REPOSITORY / "app", folder.root / "app", ignore=shutil.ignore_patterns("__pycache__")
    )
    folder.write("pyproject.toml", PYPROJECT)
    folder.variables["DATABASE_URL"] = database_url
    folder.run_process("init", "--models", "app.models:Base")
    for _ in range(2):
        assert "Seeded by app.seeds:seed." in folder.run_process("reset", "--seed", "--yes").out
    database = Database.at(database_url, folder.root)
    count = sa.text("SELECT count(*) FROM users")
    assert 2 == database.read(lambda connection: connection.scalar(count))
    folder.run_process("check")
