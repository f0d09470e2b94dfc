"""Who takes part in what."""

from __future__ import annotations

import enum
import uuid
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Enum, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, HasCreationTime

if TYPE_CHECKING:
    from app.models.gig import Gig
    from app.models.payment import Payment
    from app.models.user import User


class BookingState(enum.Enum):
    """How far a booking has come."""

    requested = "requested"
    confirmed = "confirmed"
    cancelled = "cancelled"


class Booking(HasCreationTime, Base):
    """A guest's seats in a gig; one booking a guest and gig."""

    __tablename__ = "bookings"
    __table_args__ = (
        UniqueConstraint("gig_id", "guest_id"),
        CheckConstraint("seats > 0", name="seats_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gig_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gigs.id", ondelete="CASCADE"))
    guest_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    seats: Mapped[int] = mapped_column(default=1)
    state: Mapped[BookingState] = mapped_column(
        Enum(BookingState, name="booking_state"), default=BookingState.requested
    )

    gig: Mapped[Gig] = relationship(back_populates="bookings")
    guest: Mapped[User] = relationship(back_populates="bookings")
    payments: Mapped[list[Payment]] = relationship(back_populates="booking", passive_deletes="all")
