"""What was paid for a booking."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, HasCreationTime, HasUuid

if TYPE_CHECKING:
    from app.models.booking import Booking


class PaymentMethod(enum.Enum):
    """How the money came."""

    card = "card"
    transfer = "transfer"
    cash = "cash"


class Payment(HasUuid, HasCreationTime, Base):
    """An amount that came in, under the reference that the payment provider gave it."""

    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    currency: Mapped[str] = mapped_column(String(3), default="EUR", server_default="EUR")
    method: Mapped[PaymentMethod] = mapped_column(Enum(PaymentMethod, name="payment_method"))
    reference: Mapped[str | None] = mapped_column(String(64), unique=True)

    booking: Mapped[Booking] = relationship(back_populates="payments")
