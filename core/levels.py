"""How serious a thing is."""

from enum import IntEnum


class Level(IntEnum):
    """The level of an assessment or an alert, in rising order."""

    STEADY = 0
    WATCH = 1  # the mentor alone sees it
    CONCERN = 2  # the supervisor, within three working days
    URGENT = 3  # the same day, along the chain
    CRISIS = 4  # now, at every hour

    @property
    def code(self) -> str:
        """The name in program files, exports and the database: `steady` … `crisis`."""
        return self.name.lower()

    @classmethod
    def from_code(cls, code: str) -> "Level":
        """Return the level of that name, or raise ValueError."""
        try:
            return cls[code.upper()]
        except KeyError:
            raise ValueError(f"unknown level {code!r}; it is one of steady, watch, concern, urgent, crisis") from None
