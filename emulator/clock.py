"""The emulator's time: the machine's, moved forward on demand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus an offset that only grows, so that dates never run backwards."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset
        self._listeners: list[Callable[[], None]] = []

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of the machine's."""
        return self._offset

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move forward and tell the listeners; raise ValueError for a step backwards."""
        if by < timedelta(0):
            raise ValueError(f"the clock only moves forward, not by {by.total_seconds():g} seconds")
        self._offset += by
        for listener in tuple(self._listeners):
            listener()

    def advance_to(self, instant: datetime) -> None:
        """Move forward to `instant`; an instant that has passed leaves the clock as it is."""
        self.advance(max(instant - self.now(), timedelta(0)))

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every move; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
