"""What the methods of the Bot API work on."""

from dataclasses import dataclass, field
from typing import Any

from emulator.contract import Contract
from emulator.journal import Journal
from emulator.limits import Limits
from emulator.polling import LongPoll
from emulator.profile import Profile
from emulator.updates import UpdateQueue
from emulator.webhook import WebhookSender
from emulator.world import World


@dataclass(slots=True)
class Services:
    """The parts of one emulator, wired."""

    world: World
    contract: Contract
    queue: UpdateQueue
    polling: LongPoll
    webhooks: WebhookSender
    limits: Limits
    journal: Journal = field(default_factory=Journal)
    profile: Profile = field(default_factory=Profile)
    violations: list[str] = field(default_factory=list)

    def deliver(self, kind: str, body: dict[str, Any], lane: int) -> int | None:
        """Queue an update for the bot and return its number; one that the Bot API would not send is a violation."""
        queued = self.queue.add(kind, body, lane)
        if queued is None:
            return None
        if wrong := self.contract.fault_in("Update", queued.body):
            self.violations.append(f"the emulator's own update: {wrong}")
        return queued.id
