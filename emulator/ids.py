"""Numbers that a later emulator always continues, never repeats."""

from datetime import UTC, datetime

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
# Ten a second keep the numbers within 31 bits until 2032, and outrun what an emulator hands out on average.
_PER_SECOND = 10


class Sequence:
    """Rising numbers that begin where the clock stands.

    Telegram's numbers go on for ever; a product that remembers the last one would be deaf to an emulator
    that begins at 1 again.
    """

    _highest = 0  # of this process: two emulators may begin within one tenth of a second

    def __init__(self, start: datetime) -> None:
        self._last = max(int((start - _EPOCH).total_seconds() * _PER_SECOND), Sequence._highest)

    @property
    def last(self) -> int:
        """The number given out last."""
        return self._last

    def next(self) -> int:
        """Return a number above all that came before."""
        self._last += 1
        Sequence._highest = max(Sequence._highest, self._last)
        return self._last
