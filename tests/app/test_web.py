"""What is answered over HTTP, and what happens when a port is taken."""

import socket

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.errors import SettingsInvalid
from app.web import bind, make_app, make_server


async def ask(problems: list[str], path: str = "/healthz") -> httpx.Response:
    async def health() -> list[str]:
        return problems

    routes = [Route("/hook", lambda _request: PlainTextResponse("hook"))]
    transport = httpx.ASGITransport(make_app(health, routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        return await client.get(path)


async def test_all_is_well() -> None:
    answer = await ask([])
    assert (answer.status_code, answer.json()["status"], answer.json()["problems"]) == (200, "ok", [])


async def test_what_is_wrong_is_said_with_a_status_that_a_watchdog_understands() -> None:
    answer = await ask(["the database does not answer"])
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert answer.json()["problems"] == ["the database does not answer"]


async def test_other_routes_are_served_and_the_rest_is_not_there() -> None:
    assert (await ask([], "/hook")).text == "hook"
    assert (await ask([], "/")).status_code == 404


def test_a_port_that_is_taken_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsInvalid, match=rf"KEEPWELL_LISTEN: cannot listen on 127\.0\.0\.1:{port}"):
            bind("127.0.0.1", port)


def test_an_address_of_another_machine_is_one_clear_line() -> None:
    with pytest.raises(SettingsInvalid, match="cannot listen on 192"):
        bind("192.0.2.1", 8080)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_free_port_is_taken(host: str) -> None:
    try:
        taken = bind(host, 0)
    except SettingsInvalid:
        assert host == "::1"  # a machine without IPv6
        return
    with taken:
        assert taken.getsockname()[1] > 0


async def test_the_server_leaves_signals_to_the_service() -> None:
    async def health() -> list[str]:
        return []

    server = make_server(make_app(health, []))
    with server.capture_signals():
        assert not server.should_exit
