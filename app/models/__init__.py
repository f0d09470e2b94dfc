"""The models of the gig service. Importing this package imports every table."""

from app.models.base import Base
from app.models.booking import Booking, BookingState
from app.models.gig import Gig
from app.models.payment import Payment, PaymentMethod
from app.models.saved_search import Notify, SavedSearch
from app.models.user import User

__all__ = [
    "Base",
    "Booking",
    "BookingState",
    "Gig",
    "Notify",
    "Payment",
    "PaymentMethod",
    "SavedSearch",
    "User",
]
