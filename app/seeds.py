"""A few rows to develop with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.models import Booking, Gig, SavedSearch, User

_START = dt.datetime(2030, 5, 4, 19, 0, tzinfo=dt.UTC)


def seed(connection: Connection) -> None:
    """Store two users, a gig, a booking and a saved search."""
    ada = User(email="ada@example.org", name="Ada", is_verified=True)
    ben = User(email="ben@example.org", name="Ben")
    gig = Gig(
        owner=ada,
        title="Guided city walk",
        fee=Decimal("25.00"),
        seats=12,
        starts_at=_START,
        ends_at=_START + dt.timedelta(hours=2),
        languages=["de", "en"],
        certifications=["first aid"],
    )
    with Session(connection) as session:
        session.add_all([ada, ben, gig, Booking(gig=gig, guest=ben, seats=2)])
        session.flush()
        session.add(SavedSearch(user_id=ben.id, name="walks", filters={"title": "walk"}))
        session.flush()
