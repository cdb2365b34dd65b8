"""The table that slows down whoever guesses. Nothing here decides anything."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base


class GuessRow(Base):
    """Invite links that did not work, of one Telegram account, within one stretch of time."""

    __tablename__ = "invite_guesses"
    key: Mapped[str] = mapped_column(String(48), primary_key=True)  # a keyed digest, never the account itself
    tries: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime] = mapped_column(index=True)
