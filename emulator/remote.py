"""The test client for an emulator in another process: the same words, over the control API."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self, TypeVar

import aiohttp

from emulator.client import PATIENCE, NotSeen
from emulator.phones import NotPossible

T = TypeVar("T")


class RemotePhone:
    """A phone on an emulator that runs elsewhere. Messages are the control API's objects."""

    def __init__(self, emulator: "RemoteEmulator", info: dict[str, Any]) -> None:
        self._emulator = emulator
        self.id: int = info["id"]
        self.name: str = info["name"]
        self.messages: dict[int, dict[str, Any]] = {}  # by id, as they are now, oldest first
        self.toasts: list[str] = []
        self._changes: list[dict[str, Any]] = []
        self._heard = 0
        self._versions: dict[int, int] = {}
        self._tapped: set[tuple[int, int]] = set()
        self._news = asyncio.Event()

    async def starts(self, payload: str | None = None) -> None:
        """Press START with a payload: by default the one of the invite link that this phone holds."""
        await self._do("start", {} if payload is None else {"payload": payload})

    async def says(self, text: str) -> None:
        """Write to the bot."""
        await self._do("send", {"text": text})

    async def blocks(self) -> None:
        """Block the bot."""
        await self._do("block", {"blocked": True})

    async def unblocks(self) -> None:
        """End the block."""
        await self._do("block", {"blocked": False})

    async def taps(self, label: str, timeout: float = PATIENCE, *, again: bool = False) -> None:
        """Press the button of that label, by the rules of `Phone.taps`."""
        place = await self._until(lambda: self._button(label, again=again), timeout)
        if place is None:
            raise NotSeen(
                f"[ {label} ] of {self.name} was not there to tap (waited {timeout:g} s)\n{self.transcript()}"
            )
        self._tapped.add((place["message_id"], self._versions.get(place["message_id"], 0)))
        await self._do("tap", place)

    async def expects(self, text: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """Wait for a message, new or edited since the last expectation, that contains the text in any case."""
        found = await self._until(lambda: self._find(text), timeout)
        if found is None:
            raise NotSeen(f"{self.name} did not see {text!r} within {timeout:g} s\n{self.transcript()}")
        return found

    def transcript(self) -> str:
        """Return the whole chat as text."""
        lines = [f"--- {self.name} ({self.id}) ---"]
        for message in self.messages.values():
            lines.append(f"{message['date']} {message['from']} #{message['message_id']}:")
            lines += [f"    {line}" for line in message["text"].splitlines()]
            lines += ["    " + " ".join(f"[ {key['text']} ]" for key in row) for row in message["keyboard"] or []]
        return "\n".join(lines)

    def take(self, event: dict[str, Any]) -> None:
        """Take one event of the stream."""
        if event["type"] in ("message", "edit"):
            message = event["message"]
            number = message["message_id"]
            self._versions[number] = self._versions.get(number, -1) + 1
            self.messages[number] = message
            if message["from"] == "bot":
                self._changes.append(message)
        elif event["type"] == "delete":
            self.messages.pop(event["message_id"], None)
        elif event["type"] == "answer" and event["text"]:
            self.toasts.append(event["text"])
        self._news.set()

    async def _do(self, what: str, body: dict[str, Any]) -> None:
        await self._emulator.post(f"phones/{self.id}/{what}", body)

    async def _until(self, look: Callable[[], T | None], timeout: float) -> T | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while (found := look()) is None:
                    self._news.clear()
                    await self._news.wait()
                return found
        return None

    def _find(self, text: str) -> dict[str, Any] | None:
        for place in range(self._heard, len(self._changes)):
            if text.casefold() in self._changes[place]["text"].casefold():
                self._heard = place + 1
                return self._changes[place]
        return None

    def _button(self, label: str, *, again: bool) -> dict[str, int] | None:
        for exact in (True, False):
            for number, message in reversed(self.messages.items()):
                for row, keys in enumerate(message["keyboard"] or []):
                    for column, key in enumerate(keys):
                        shown = key["text"]
                        if label == shown if exact else label.casefold() in shown.casefold():
                            tapped = (number, self._versions.get(number, 0)) in self._tapped
                            place = {"message_id": number, "row": row, "column": column}
                            return None if tapped and not again else place
        return None


class RemoteEmulator:
    """An emulator at an address: `async with RemoteEmulator(url) as machine`."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/control"
        self._session: aiohttp.ClientSession | None = None
        self._listening: asyncio.Task[None] | None = None
        self.phones: dict[int, RemotePhone] = {}

    async def __aenter__(self) -> Self:
        """Listen to the events, and meet the phones that are there already."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=5))
        response = await self._session.get(f"{self._url}/events")
        await response.content.readline()  # from here on nothing is missed
        self._listening = asyncio.create_task(self._listen(response))
        for info in (await self.get("state"))["phones"]:
            await self._meet(info)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave; the emulator goes on."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def phone(self, name: str, **more: str) -> RemotePhone:
        """Register somebody with a phone; `more` is language, role, start_payload."""
        return await self._meet(await self.post("phones", {"name": name, **more}))

    async def advance(self, by: timedelta) -> None:
        """Move the emulator's clock forward."""
        await self.post("clock", {"advance_seconds": by.total_seconds()})

    async def plan_faults(self, **plan: Any) -> None:
        """Plan what goes wrong, as `POST /control/faults` reads it."""
        await self.post("faults", plan)

    async def journal(self, after: int = 0) -> dict[str, Any]:
        """Return up to 1,000 calls after that number, and all violations."""
        journal: dict[str, Any] = await self.get(f"journal?after={after}")
        return journal

    async def get(self, path: str) -> Any:
        """Read from the control API."""
        return await self._request("GET", path, None)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Do something over the control API; NotPossible with its reason when it refuses."""
        return await self._request("POST", path, body)

    async def _request(self, verb: str, path: str, body: dict[str, Any] | None) -> Any:
        if self._session is None:
            raise RuntimeError("use `async with RemoteEmulator(url)`")
        async with self._session.request(verb, f"{self._url}/{path}", json=body) as response:
            answer = await response.json()
            if response.status >= 400:
                raise NotPossible(answer["error"])
            return answer

    async def _meet(self, info: dict[str, Any]) -> RemotePhone:
        phone = self.phones[info["id"]] = RemotePhone(self, info)
        known = await self.get(f"phones/{phone.id}/chat")
        # Events that came while the chat was fetched are newer than it.
        phone.messages = {message["message_id"]: message for message in known["messages"]} | phone.messages
        return phone

    async def _listen(self, response: aiohttp.ClientResponse) -> None:
        async with response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    event = json.loads(line.removeprefix(b"data: "))
                    phone = self.phones.get(event["phone"])
                    if phone is not None:
                        phone.take(event)
