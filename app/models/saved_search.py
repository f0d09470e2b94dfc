"""Searches that people keep, to be told of what is new."""

from __future__ import annotations

import enum
import uuid
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, String, UniqueConstraint
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, HasCreationTime


class Notify(enum.Enum):
    """How often a search tells of new gigs."""

    never = "never"
    daily = "daily"
    at_once = "at_once"


class SavedSearch(HasCreationTime, Base):
    """A named search; names are unique for each user."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    filters: Mapped[dict[str, Any]] = mapped_column(MutableDict.as_mutable(JSON()), default=dict)
    notify: Mapped[Notify] = mapped_column(
        Enum(Notify, name="notify"), default=Notify.daily, server_default=Notify.daily.name
    )
