"""One Telegram on this machine, from start to stop."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from aiohttp import web

from emulator.bot_api import BotApi
from emulator.client import Phone
from emulator.clock import Clock
from emulator.contract import bot_api
from emulator.control import Control
from emulator.faults import Faults
from emulator.files import DOCUMENT_LIMIT
from emulator.journal import Journal
from emulator.limits import Limits
from emulator.phones import Phones
from emulator.polling import LongPoll
from emulator.services import Services
from emulator.state import Bot, Chat
from emulator.updates import UpdateQueue
from emulator.webhook import Backoff, Webhook, WebhookSender
from emulator.world import World

Upcoming = Callable[[], Awaitable[datetime | None]]

BOT_ID = 7_100_000_000
# Telegram forgets a press after some seconds and refuses the answer; how many, it does not say.
QUERY_LIFETIME = timedelta(seconds=15)


class Emulator:
    """A Bot API server, its phones and what may go wrong. `upcoming` says where "the next check-in" is."""

    def __init__(
        self,
        *,
        token: str | None = None,
        username: str = "keepwell_bot",
        name: str = "Keepwell",
        clock: Clock | None = None,
        upcoming: Upcoming | None = None,
        backoff: Backoff | None = None,
        query_lifetime: timedelta = QUERY_LIFETIME,
        flood_limits: bool = False,
    ) -> None:
        token = token or f"{BOT_ID}:{secrets.token_urlsafe(26)}"
        bot_id = token.partition(":")[0]
        if not bot_id.isdigit() or token == bot_id:
            raise ValueError("a token is a number, a colon and a secret, such as 7100000000:AbC")
        self.clock = clock or Clock()
        self.upcoming = upcoming
        contract = bot_api()
        self.world = World(Bot(int(bot_id), name, username, token), self.clock, query_lifetime=query_lifetime)
        queue = UpdateQueue(self.clock, contract.update_kinds)
        webhooks = WebhookSender(queue, self.clock, backoff or Backoff(), self._on_webhook_reply)
        self.services = Services(self.world, contract, queue, LongPoll(queue), webhooks, Limits(enabled=flood_limits))
        self.faults = Faults()
        self.people = Phones(self.services)
        self.phones: dict[int, Phone] = {}
        self._api = BotApi(self.services, self.faults)
        self._control = Control(self)
        self._runner: web.AppRunner | None = None
        self._url: str | None = None
        self._webhook: Webhook | None = None  # in force when the emulator stopped

    @property
    def url(self) -> str:
        """The address, without a final slash; RuntimeError before the start."""
        if self._url is None:
            raise RuntimeError("the emulator has not been started; await start() first")
        return self._url

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.bot.token

    @property
    def username(self) -> str:
        """The bot's user name, without @."""
        return self.world.bot.username

    @property
    def journal(self) -> Journal:
        """Every call."""
        return self.services.journal

    @property
    def limits(self) -> Limits:
        """The flood limits (`enabled` is the switch) and their statistics."""
        return self.services.limits

    @property
    def violations(self) -> list[str]:
        """Every call that the Bot API would not understand, or that the emulator does not know."""
        return self.services.violations

    @property
    def pending_updates(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self.services.queue)

    async def all_taken(self, timeout: float = 5.0) -> None:
        """Wait until the bot has confirmed every update; TimeoutError when it does not within so many seconds."""
        queue, empty = self.services.queue, asyncio.Event()
        queue.on_empty.append(empty.set)
        try:
            async with asyncio.timeout(timeout):
                while len(queue):
                    empty.clear()
                    await empty.wait()
        finally:
            queue.on_empty.remove(empty.set)

    def revoke_token(self) -> None:
        """Let every call fail with 401 from now on."""
        self.world.revoked = True

    def deliver_times(self, copies: int) -> None:
        """Deliver every update so many times from now on (1 is usual)."""
        if copies < 1:
            raise ValueError("an update is delivered at least once")
        self.services.polling.copies = self.services.webhooks.copies = copies

    def phone(
        self,
        name: str,
        *,
        language: str = "en",
        user_id: int | None = None,
        start_payload: str | None = None,
        role: str | None = None,
    ) -> Phone:
        """Register somebody with a phone who has not started the bot yet; ValueError for an id that is taken."""
        person = self.world.add_person(name, language=language, user_id=user_id, role=role, start_payload=start_payload)
        phone = self.phones[person.id] = Phone(person, self.world, self.people)
        return phone

    def group(self, title: str, members: Iterable[Phone], *, supergroup: bool = False, forum: bool = False) -> Chat:
        """Open a group with the bot in it."""
        return self.world.add_group(title, [phone.person for phone in members], supergroup=supergroup, forum=forum)

    def upgrade(self, group: Chat) -> Chat:
        """Turn a group into a supergroup, which gets another id."""
        return self.world.upgrade(group)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on an address; port 0 takes a free one. OSError when the address is taken.

        After a stop the same chats and the same queue go on: that is how an outage of Telegram looks.
        """
        app = web.Application(client_max_size=DOCUMENT_LIMIT + 1024 * 1024)
        app.add_routes([*self._api.routes(), *self._control.routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self._url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        if self._webhook is not None:
            await self.services.webhooks.set(self._webhook)

    async def stop(self) -> None:
        """Close every connection. What was in the chats stays readable."""
        self._webhook = self.services.webhooks.webhook
        await self.services.webhooks.stop()
        self.services.polling.stop()
        self._control.stop()
        # The answers to the polls that have just ended are still to be written.
        await asyncio.sleep(0)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> "Emulator":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _on_webhook_reply(self, reply: dict[str, object]) -> None:
        await self._api.perform(str(reply.pop("method")), reply)
