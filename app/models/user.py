"""The people who offer gigs and book them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, HasCreationTime, HasUuid

if TYPE_CHECKING:
    from app.models.booking import Booking
    from app.models.gig import Gig


class User(HasUuid, HasCreationTime, Base):
    """A person with an address, who may offer gigs, book them, or both."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    is_verified: Mapped[bool] = mapped_column(default=False, server_default=false())

    gigs: Mapped[list[Gig]] = relationship(
        back_populates="owner", cascade="all, delete-orphan", passive_deletes=True
    )
    bookings: Mapped[list[Booking]] = relationship(back_populates="guest", passive_deletes="all")
