"""What every flow is handed: the database, the program, the clock, and a way to wake the sender."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.messages import Outgoing, Priority
from flows.meter import Meter
from program.model import Program
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Nothing here knows Telegram. The clock gives aware instants in UTC."""

    db: Database
    program: Program
    clock: Callable[[], datetime]
    wake: Callable[[Priority], None]  # messages are waiting, the most urgent of this priority
    instance: str  # the name of this process among the replicas
    # Takes messages that were stored as being sent by this process. None: every message waits for its claim.
    hand_over: Callable[[Sequence[Outgoing]], None] | None = None
    meter: Meter = field(default_factory=Meter)  # what this process has counted
