"""A Telegram on this machine: Bot API server, phones in a browser, a test client."""

from emulator.client import NotSeen, Phone
from emulator.clock import Clock
from emulator.faults import Fault
from emulator.phones import NotPossible
from emulator.server import Emulator
from emulator.view import Seen
from emulator.webhook import Backoff

__all__ = ["Backoff", "Clock", "Emulator", "Fault", "NotPossible", "NotSeen", "Phone", "Seen"]
