"""Telegram gets its 200 after the transaction has committed; whoever does not know the secret learns nothing."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.dispatch import Dispatcher
from bot.webhook import MAX_BYTES, SECRET_HEADER, webhook_route

SECRET = "a-secret_of-telegram"
OLDER = "what-the-replica-before-said"


class Away(Exception):
    """The database does not answer."""


class Office:
    """Handles updates, or cannot."""

    def __init__(self) -> None:
        self.handled: list[dict[str, Any]] = []
        self.fault: Exception | None = None

    async def handle(self, update: dict[str, Any]) -> None:
        if self.fault is not None:
            raise self.fault
        self.handled.append(update)

    async def bury(self, _id: int, update: dict[str, Any], _error: str) -> None:
        self.handled.append({"buried": update})


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
async def client(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    dispatcher = Dispatcher(office.handle, office.bury, lambda error: isinstance(error, Away), first_wait=0.001)
    app = Starlette(routes=[webhook_route("/hook", [SECRET, OLDER], dispatcher)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        yield client


async def post(client: httpx.AsyncClient, body: bytes, secret: str | None = SECRET) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    return (await client.post("/hook", content=body, headers=headers)).status_code


async def test_an_update_is_taken_once_it_is_handled(client: httpx.AsyncClient, office: Office) -> None:
    assert await post(client, b'{"update_id": 7, "message": {}}') == 200
    assert office.handled == [{"update_id": 7, "message": {}}]


async def test_what_telegram_was_told_with_the_key_before_is_taken_too(
    client: httpx.AsyncClient, office: Office
) -> None:
    assert await post(client, b'{"update_id": 8}', OLDER) == 200
    assert office.handled == [{"update_id": 8}]


@pytest.mark.parametrize(
    "secret", [None, "", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), "\xe9" * 20, "a" * 100_000]
)
async def test_without_the_secret_nothing_is_read(
    client: httpx.AsyncClient, office: Office, secret: str | None
) -> None:
    headers = {SECRET_HEADER: secret.encode("latin-1")} if secret is not None else {}
    answer = await client.post("/hook", content=b'{"update_id": 7}', headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert office.handled == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"7"',
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": 7.5}',
        b'{"update_id": null}',
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b'{"update_id": ' + b"9" * 5_000 + b"}",
        b"update_id=7",
    ],
)
async def test_what_is_no_update_is_refused_with_one_status(
    client: httpx.AsyncClient, office: Office, body: bytes
) -> None:
    assert await post(client, body) == 400
    assert office.handled == []


async def test_a_huge_body_is_refused_before_it_is_read_to_its_end(client: httpx.AsyncClient, office: Office) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += MAX_BYTES // 10
            yield b" " * (MAX_BYTES // 10)

    answer = await client.post("/hook", content=endless(), headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 413
    assert office.handled == []


async def test_the_largest_body_that_is_taken(client: httpx.AsyncClient, office: Office) -> None:
    text = "x" * (MAX_BYTES - 40)
    assert await post(client, json.dumps({"update_id": 1, "m": text}).encode()) == 200


async def test_while_the_database_is_away_telegram_is_told_to_come_again(
    client: httpx.AsyncClient, office: Office
) -> None:
    office.fault = Away()
    assert await post(client, b'{"update_id": 7}') == 503
    office.fault = None
    assert await post(client, b'{"update_id": 7}') == 200
    assert office.handled == [{"update_id": 7}]


async def test_an_update_that_cannot_be_handled_is_kept_and_confirmed(
    client: httpx.AsyncClient, office: Office
) -> None:
    """It would come again for a day otherwise, and hold up the others."""
    office.fault = ValueError()
    assert await post(client, b'{"update_id": 7}') == 200
    assert office.handled == [{"buried": {"update_id": 7}}]


async def test_only_posts_are_taken(client: httpx.AsyncClient) -> None:
    assert (await client.get("/hook", headers={SECRET_HEADER: SECRET})).status_code == 405


async def test_an_update_that_comes_while_the_service_starts_comes_again(office: Office) -> None:
    """Handlers that are not there yet would fail four times, and the update be set aside for good."""
    dispatcher = Dispatcher(office.handle, office.bury, lambda error: isinstance(error, Away), first_wait=0.001)
    started: list[bool] = []
    app = Starlette(routes=[webhook_route("/hook", [SECRET], dispatcher, lambda: bool(started))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        assert await post(client, b'{"update_id": 7}', "wrong") == 403
        assert await post(client, b'{"update_id": 7}') == 503
        started.append(True)
        assert await post(client, b'{"update_id": 7}') == 200
    assert office.handled == [{"update_id": 7}]
