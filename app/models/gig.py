"""What is on offer."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, HasCreationTime, HasUuid
from dbtasks import ListOf

if TYPE_CHECKING:
    from app.models.booking import Booking
    from app.models.user import User


class Gig(HasUuid, HasCreationTime, Base):
    """A piece of work at a time, for a fee, with what it asks of whoever takes it."""

    __tablename__ = "gigs"
    __table_args__ = (
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "owner_id", "starts_at"),
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    fee: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    seats: Mapped[int] = mapped_column(default=1, server_default="1")
    starts_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)
    ends_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    languages: Mapped[list[str]] = mapped_column(
        MutableList.as_mutable(ListOf(String(35))), default=list
    )
    certifications: Mapped[list[str]] = mapped_column(
        MutableList.as_mutable(ListOf(String(80))), default=list
    )

    owner: Mapped[User] = relationship(back_populates="gigs")
    bookings: Mapped[list[Booking]] = relationship(
        back_populates="gig", cascade="all, delete-orphan", passive_deletes=True
    )
