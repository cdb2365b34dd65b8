"""Updates by webhook: in order per person, again and again until the product says 2xx."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from emulator.clock import Clock
from emulator.updates import Queued, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

# A product may answer an update with a call of its own: the method's name and its parameters.
OnReply = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates go, as setWebhook said."""

    url: str
    secret: str | None = None
    max_connections: int = 40


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds between attempts, doubled each time up to the longest, and the patience with one request."""

    first: float = 1.0
    longest: float = 60.0
    timeout: float = 60.0

    def after(self, failures: int) -> float:
        """Return how long to wait after that many failures in a row."""
        return min(self.first * 2.0 ** min(failures - 1, 30), self.longest)


class WebhookSender:
    """Delivers the queue to a webhook, one update at a time in each lane."""

    def __init__(self, queue: UpdateQueue, clock: Clock, backoff: Backoff, on_reply: OnReply) -> None:
        self._queue, self._clock, self._backoff, self._on_reply = queue, clock, backoff, on_reply
        self.webhook: Webhook | None = None
        self.copies = 1  # how often each update is delivered
        self.last_error: tuple[datetime, str] | None = None
        self._lanes: dict[int, deque[Queued]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._replies: list[dict[str, Any]] = []  # calls that came in answers, not done yet
        self._following: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._places = asyncio.Semaphore(1)
        queue.on_add.append(self._put)

    async def set(self, webhook: Webhook) -> None:
        """Begin to deliver there, with what already waits."""
        await self.stop()
        self.webhook, self.last_error = webhook, None
        self._places = asyncio.Semaphore(webhook.max_connections)
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._backoff.timeout),
            connector=aiohttp.TCPConnector(limit=0),  # the places are counted below,
        )
        for queued in self._queue.waiting():
            self._put(queued)

    async def stop(self) -> None:
        """Deliver nothing more; what was not taken stays in the queue."""
        self.webhook = None
        self._lanes.clear()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _put(self, queued: Queued) -> None:
        if self.webhook is None:
            return
        lane = self._lanes.get(queued.lane)
        if lane is not None:
            lane.append(queued)
            return
        self._lanes[queued.lane] = deque([queued])
        task = asyncio.get_running_loop().create_task(self._empty(queued.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty(self, lane_id: int) -> None:
        """Deliver a lane until nothing is left in it."""
        lane = self._lanes[lane_id]
        while lane:
            queued, failures = lane[0], 0
            while self._queue.has(queued.id):
                async with self._places:
                    error = await self._deliver(queued)
                if error is None:
                    self._queue.confirm(queued.id)
                    self._follow_replies()
                    break
                failures += 1
                self.last_error = (self._clock.now(), error)
                await asyncio.sleep(self._backoff.after(failures))
            lane.popleft()
        if self._lanes.get(lane_id) is lane:
            del self._lanes[lane_id]

    async def _deliver(self, queued: Queued) -> str | None:
        """Post an update (all copies at once: they race on purpose) and return the first error."""
        errors = await asyncio.gather(*(self._post(queued) for _ in range(self.copies)))
        return next((error for error in errors if error is not None), None)

    async def _post(self, queued: Queued) -> str | None:
        webhook, session = self.webhook, self._session
        if webhook is None or session is None:
            return "the webhook was deleted"
        headers = {} if webhook.secret is None else {SECRET_HEADER: webhook.secret}
        try:
            async with session.post(webhook.url, json=queued.body, headers=headers, allow_redirects=False) as response:
                if not 200 <= response.status < 300:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                await self._keep_reply(response)
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorError as error:
            return error.os_error.strerror or "Connection refused"
        except aiohttp.ClientError:
            return "Connection closed"
        return None

    async def _keep_reply(self, response: aiohttp.ClientResponse) -> None:
        if response.content_type != "application/json":
            return
        with contextlib.suppress(ValueError):
            reply = await response.json()
            if isinstance(reply, dict) and "method" in reply:
                self._replies.append(reply)

    def _follow_replies(self) -> None:
        """Do the calls apart from the delivery: one of them may end the webhook and with it the delivery."""
        replies, self._replies = self._replies, []
        for reply in replies:
            task = asyncio.get_running_loop().create_task(self._on_reply(reply))
            self._following.add(task)
            task.add_done_callback(self._following.discard)
