import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from emulator import Emulator, Phone
from tests.emulator.conftest import Call


class Hook:
    """A product's webhook: keeps what came, answers as the test wants."""

    def __init__(self) -> None:
        self.url = ""
        self.taken: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[int] = []  # statuses for the next requests; 200 after them
        self.reply: dict[str, Any] | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting_for: set[str] = set()  # texts that wait at the gate
        self._came = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.answers.pop(0) if self.answers else 200
        if text_of(update) in self.waiting_for:
            await self.gate.wait()
        self.taken.append(update)
        self._came.set()
        return web.json_response(self.reply, status=status) if self.reply else web.Response(status=status)

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not done():
                self._came.clear()
                await self._came.wait()

    @property
    def texts(self) -> list[str]:
        return [text_of(update) for update in self.taken]


def text_of(update: dict[str, Any]) -> str:
    return str(update.get("message", {}).get("text", ""))


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_updates_come_with_the_secret(call: Call, machine: Emulator, sam: Phone, hook: Hook) -> None:
    await call("setWebhook", url=hook.url, secret_token="only-us")
    await sam.says("hello")
    await hook.until(lambda: hook.texts == ["hello"])
    assert hook.secrets == ["only-us"]
    await machine.all_taken()


async def test_without_a_secret_there_is_no_header(call: Call, machine: Emulator, sam: Phone, hook: Hook) -> None:
    await call("setWebhook", url=hook.url)
    await sam.says("hello")
    await hook.until(lambda: hook.texts == ["hello"])
    assert hook.secrets == [None]


async def test_what_waited_before_the_webhook_comes_too(call: Call, machine: Emulator, sam: Phone, hook: Hook) -> None:
    await sam.says("early")
    await call("setWebhook", url=hook.url)
    await hook.until(lambda: hook.texts == ["early"])


async def test_an_update_comes_again_until_the_webhook_says_2xx(
    call: Call, machine: Emulator, sam: Phone, hook: Hook
) -> None:
    hook.answers = [500, 302, 404, 204]
    await call("setWebhook", url=hook.url)
    await sam.says("one")
    await sam.says("two")
    await hook.until(lambda: "two" in hook.texts)
    assert hook.texts == ["one", "one", "one", "one", "two"]
    info = (await call("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 404 Not Found"
    await machine.all_taken()


async def test_the_updates_of_one_person_stay_in_order_and_others_overtake(
    call: Call, machine: Emulator, sam: Phone, hook: Hook
) -> None:
    ann = machine.phone("Ann")
    hook.gate.clear()
    hook.waiting_for = {"slow"}
    await call("setWebhook", url=hook.url)
    await sam.says("slow")
    await sam.says("after slow")
    await ann.starts()
    await hook.until(lambda: hook.texts == ["/start"])
    hook.gate.set()
    await hook.until(lambda: len(hook.texts) == 3)
    assert hook.texts == ["/start", "slow", "after slow"]


async def test_no_more_requests_at_once_than_connections_were_granted(
    call: Call, machine: Emulator, sam: Phone, hook: Hook
) -> None:
    ann = machine.phone("Ann")
    hook.gate.clear()
    hook.waiting_for = {"slow"}
    await call("setWebhook", url=hook.url, max_connections=1)
    await sam.says("slow")
    await asyncio.sleep(0.05)
    await ann.starts()
    await asyncio.sleep(0.05)
    assert hook.texts == []
    hook.gate.set()
    await hook.until(lambda: hook.texts == ["slow", "/start"])


async def test_info_tells_how_many_wait_and_what_went_wrong(call: Call, machine: Emulator, sam: Phone) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}/hook"
    await call("setWebhook", url=nowhere, max_connections=7, allowed_updates=["message"])
    await sam.says("hello")
    async with asyncio.timeout(5):
        while "last_error_message" not in (info := (await call("getWebhookInfo"))["result"]):  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.01)
    assert info["url"] == nowhere
    assert info["pending_update_count"] == 1
    assert info["max_connections"] == 7
    assert info["allowed_updates"] == ["message"]
    assert "refused" in info["last_error_message"].lower() or "connect" in info["last_error_message"].lower()
    assert abs(info["last_error_date"] - machine.clock.now().timestamp()) < 5


async def test_pending_updates_can_be_dropped(call: Call, machine: Emulator, sam: Phone, hook: Hook) -> None:
    await sam.says("too late")
    await call("setWebhook", url=hook.url, drop_pending_updates=True)
    await sam.says("in time")
    await hook.until(lambda: hook.texts == ["in time"])
    await call("deleteWebhook")
    await sam.says("dropped")
    await call("deleteWebhook", drop_pending_updates=True)
    assert (await call("getUpdates"))["result"] == []


async def test_after_deleting_the_webhook_polling_gets_what_it_did_not_take(
    call: Call, machine: Emulator, sam: Phone, hook: Hook
) -> None:
    hook.answers = [500] * 10_000
    await call("setWebhook", url=hook.url)
    await sam.says("refused")
    await hook.until(lambda: bool(hook.texts))
    await call("setWebhook", url="")
    assert [text_of(update) for update in (await call("getUpdates"))["result"]] == ["refused"]


async def test_an_update_that_expired_is_not_sent_any_more(
    call: Call, machine: Emulator, sam: Phone, hook: Hook
) -> None:
    hook.answers = [500] * 10_000
    await call("setWebhook", url=hook.url)
    await sam.says("old")
    await hook.until(lambda: bool(hook.texts))
    machine.clock.advance(timedelta(hours=24, seconds=1))
    hook.answers = []
    await sam.says("new")
    await hook.until(lambda: "new" in hook.texts)
    await machine.all_taken()


async def test_after_an_outage_the_webhook_is_still_there(
    machine: Emulator, call: Call, sam: Phone, hook: Hook
) -> None:
    await call("setWebhook", url=hook.url)
    await machine.stop()
    await sam.says("written meanwhile")
    assert hook.texts == []
    await machine.start()
    await hook.until(lambda: hook.texts == ["written meanwhile"])
    await machine.all_taken()


async def test_the_answer_of_a_webhook_may_end_the_webhook(
    call: Call, machine: Emulator, sam: Phone, hook: Hook
) -> None:
    hook.reply = {"method": "deleteWebhook"}
    await call("setWebhook", url=hook.url)
    await sam.says("last one")
    async with asyncio.timeout(5):
        while (await call("getWebhookInfo"))["result"]["url"]:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.01)
    await sam.says("not sent")
    assert [text_of(update) for update in (await call("getUpdates"))["result"]] == ["not sent"]


async def test_copies_of_an_update_race_each_other(call: Call, machine: Emulator, sam: Phone, hook: Hook) -> None:
    machine.deliver_times(3)
    await call("setWebhook", url=hook.url)
    await sam.says("one")
    await sam.says("two")
    await hook.until(lambda: len(hook.texts) == 6)
    assert hook.texts == ["one"] * 3 + ["two"] * 3


async def test_the_answer_of_a_webhook_may_be_a_call(call: Call, machine: Emulator, sam: Phone, hook: Hook) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": sam.id, "text": "by return"}
    await call("setWebhook", url=hook.url)
    await sam.says("hello")
    await sam.expects("by return")


async def test_a_wrong_call_in_the_answer_of_a_webhook_is_a_violation(
    call: Call, lax: Emulator, sam: Phone, hook: Hook
) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": sam.id}
    await call("setWebhook", url=hook.url)
    await sam.says("hello")
    await hook.until(lambda: bool(hook.texts))
    await lax.all_taken()
    await asyncio.sleep(0)
    assert len(lax.violations) == 1


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"url": "http://example.org/hook"}, "An HTTPS URL must be provided"),
        ({"url": "nonsense"}, "An HTTPS URL must be provided"),
        ({"url": "https://example.org", "secret_token": "not allowed!"}, "unallowed characters"),
        ({"url": "https://example.org", "max_connections": 101}, "between 1 and 100"),
    ],
)
async def test_a_wrong_webhook_is_refused(
    call: Call, machine: Emulator, parameters: dict[str, Any], reason: str
) -> None:
    answer = await call("setWebhook", **parameters)
    assert answer["error_code"] == 400
    assert reason in answer["description"]
    assert (await call("getWebhookInfo"))["result"]["url"] == ""
