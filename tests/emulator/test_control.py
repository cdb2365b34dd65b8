import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from emulator import Emulator, Phone
from tests.emulator.conftest import Call
from tests.emulator.test_files import picture

KEYS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}], [{"text": "Site", "url": "https://e.org/"}]]}


class Panel:
    """The control API, as the page uses it."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url = http, f"{url}/control"

    async def get(self, path: str, status: int = 200) -> Any:
        async with self.http.get(f"{self.url}/{path}") as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def post(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        async with self.http.post(f"{self.url}/{path}", json=body) as response:
            assert response.status == status, await response.text()
            return await response.json()


@pytest.fixture
async def panel(http: aiohttp.ClientSession, machine: Emulator) -> Panel:
    return Panel(http, machine.url)


async def test_the_state_tells_time_bot_and_phones(panel: Panel, machine: Emulator, sam: Phone) -> None:
    machine.phone("Ann", role="supervisor", language="es", start_payload="abc")
    machine.clock.advance(timedelta(hours=1))
    state = await panel.get("state")
    assert abs(datetime.fromisoformat(state["now"]) - machine.clock.now()) < timedelta(seconds=5)
    assert state["bot"] == {"username": "keepwell_bot", "name": "Keepwell"}
    assert state["clock"] == {"offset_seconds": 3600.0, "can_jump_to_next": False}
    assert [phone["started"] for phone in state["phones"]] == [True, False]
    assert state["phones"][1] == {
        "id": sam.id + 1,
        "name": "Ann",
        "role": "supervisor",
        "language": "es",
        "start_payload": "abc",
        "started": False,
        "blocked": False,
    }


async def test_a_phone_is_added_started_and_used(panel: Panel, machine: Emulator, call: Call) -> None:
    phone = await panel.post("phones", {"name": "Eva", "language": "es", "start_payload": "abc"})
    path = f"phones/{phone['id']}"
    await panel.post(f"{path}/send", {"text": "too early"}, status=409)
    await panel.post(f"{path}/start", {})
    await panel.post(f"{path}/send", {"text": "hello"})
    await panel.post(f"{path}/block", {"blocked": True})
    updates = (await call("getUpdates"))["result"]
    assert [update.get("message", {}).get("text") for update in updates] == ["/start abc", "hello", None]
    assert (await panel.get("state"))["phones"][0]["blocked"] is True
    assert machine.phones[phone["id"]].messages[0].text == "/start abc"


async def test_a_chat_shows_messages_as_the_page_needs_them(
    panel: Panel, machine: Emulator, sam: Phone, call: Call
) -> None:
    await call("setMyCommands", commands=[{"command": "help", "description": "What this is"}])
    await call("sendMessage", chat_id=sam.id, text="<b>Well</b> &lt;3?\nSay", parse_mode="HTML", reply_markup=KEYS)
    chat = await panel.get(f"phones/{sam.id}/chat")
    assert chat["commands"] == [{"command": "help", "description": "What this is"}]
    mine, theirs = chat["messages"]
    assert (mine["from"], mine["text"], mine["keyboard"]) == ("me", "/start", None)
    assert theirs.pop("message_id") == mine["message_id"] + 1
    assert datetime.fromisoformat(theirs.pop("date")).tzinfo is not None
    assert theirs == {
        "from": "bot",
        "edited": False,
        "text": "Well <3?\nSay",
        "html": "<b>Well</b> &lt;3?<br>Say",
        "keyboard": [[{"text": "Yes", "url": None}], [{"text": "Site", "url": "https://e.org/"}]],
        "photo": None,
        "document": None,
    }


async def test_a_tap_names_row_and_column(panel: Panel, machine: Emulator, sam: Phone, call: Call) -> None:
    sent = await call("sendMessage", chat_id=sam.id, text="Well?", reply_markup=KEYS)
    place = {"message_id": sent["result"]["message_id"], "row": 0, "column": 0}
    await panel.post(f"phones/{sam.id}/tap", place)
    (update,) = (await call("getUpdates"))["result"]
    assert update["callback_query"]["data"] == "y"
    for wrong in ({"row": 1}, {"row": 2}, {"column": 1}, {"column": -1}, {"message_id": 1}):
        assert "error" in await panel.post(f"phones/{sam.id}/tap", place | wrong, status=409)


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_a_file_is_uploaded_and_can_be_looked_at(
    panel: Panel, machine: Emulator, sam: Phone, http: aiohttp.ClientSession, kind: str
) -> None:
    form = aiohttp.FormData({"as": kind})
    form.add_field("file", picture(), filename="weeks.png")
    async with http.post(f"{panel.url}/phones/{sam.id}/upload", data=form) as response:
        assert response.status == 200
    message = (await panel.get(f"phones/{sam.id}/chat"))["messages"][-1]
    url = message["photo"] if kind == "photo" else message["document"]["url"]
    async with http.get(f"{machine.url}{url}") as response:
        assert await response.read() == picture()
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.content_type == ("image/jpeg" if kind == "photo" else "application/octet-stream")
    if kind == "document":
        assert (message["document"]["name"], message["document"]["size"]) == ("weeks.png", len(picture()))


async def test_an_upload_without_a_file_is_refused(panel: Panel, sam: Phone, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{panel.url}/phones/{sam.id}/upload", data={"as": "photo"}) as response:
        assert response.status == 400
    assert await panel.get("files/none", status=404)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("phones", {}, 400),
        ("phones", {"name": " "}, 400),
        ("phones", {"name": 5}, 400),
        ("phones", [], 400),
        ("phones/1/send", {"text": "x"}, 404),
        ("phones/x/send", {"text": "x"}, 404),
        ("clock", {}, 400),
        ("clock", {"advance_seconds": -1}, 400),
        ("clock", {"advance_seconds": 1e12}, 400),
        ("clock", {"advance_seconds": True}, 400),
        ("clock", {"to": "yesterday"}, 400),
        ("clock", {"to": "next"}, 409),
        ("faults", {"next": {"method": "getMe", "fault": {"kind": "meteor"}}}, 400),
        ("faults", {"deliver_times": 0}, 400),
        ("faults", {"random": {"rate": 2, "kinds": [{"kind": "cut_before"}]}}, 400),
    ],
)
async def test_a_wrong_request_gets_one_clear_line(panel: Panel, path: str, body: Any, status: int) -> None:
    problem = await panel.post(path, body, status=status)
    assert problem["error"]
    assert "\n" not in problem["error"]


async def test_a_body_that_is_no_json_is_refused(panel: Panel, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{panel.url}/clock", data=b"{") as response:
        assert (response.status, await response.json()) == (400, {"error": "the body is not JSON"})


async def test_the_clock_moves_by_seconds(panel: Panel, machine: Emulator) -> None:
    state = await panel.post("clock", {"advance_seconds": 90.5})
    assert state["clock"]["offset_seconds"] == 90.5
    assert machine.clock.offset == timedelta(seconds=90.5)


async def test_the_clock_moves_to_one_second_after_the_next_check_in(http: aiohttp.ClientSession) -> None:
    instant = datetime.now(UTC) + timedelta(days=2)
    planned: list[datetime | None] = [instant, None]

    async def upcoming() -> datetime | None:
        return planned.pop(0)

    async with Emulator(upcoming=upcoming) as machine:
        panel = Panel(http, machine.url)
        state = await panel.post("clock", {"to": "next"})
        assert state["clock"]["can_jump_to_next"] is True
        assert timedelta(seconds=1) <= datetime.fromisoformat(state["now"]) - instant < timedelta(seconds=3)
        assert "nothing is planned" in (await panel.post("clock", {"to": "next"}, status=409))["error"]


async def events(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    async for line in response.content:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


async def test_every_change_is_an_event(
    panel: Panel, machine: Emulator, sam: Phone, call: Call, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{panel.url}/events") as response, asyncio.timeout(5):
        assert response.content_type == "text/event-stream"
        await response.content.readline()
        sent = await call("sendMessage", chat_id=sam.id, text="Well?", reply_markup=KEYS)
        which = {"chat_id": sam.id, "message_id": sent["result"]["message_id"]}
        query = await sam.taps("Yes")
        await call("answerCallbackQuery", callback_query_id=query.id, text="Noted", show_alert=True)
        await call("editMessageText", **which, text="Thanks")
        await call("deleteMessage", **which)
        await call("sendChatAction", chat_id=sam.id, action="typing")
        await call("setMyCommands", commands=[])
        machine.clock.advance(timedelta(minutes=1))
        machine.phone("Ann")
        stream = events(response)
        seen = [await anext(stream) for _ in range(8)]
    assert [event["type"] for event in seen] == [
        *("message", "answer", "edit", "delete", "action", "commands", "clock", "phones")
    ]
    assert [event["phone"] for event in seen] == [sam.id] * 5 + [None] * 3
    assert (seen[0]["message"]["text"], seen[2]["message"]["text"]) == ("Well?", "Thanks")
    assert (seen[1]["text"], seen[1]["alert"]) == ("Noted", True)
    assert seen[3]["message_id"] == which["message_id"]
    assert seen[4]["action"] == "typing"


async def test_stopping_the_emulator_ends_the_streams(http: aiohttp.ClientSession) -> None:
    machine = Emulator()
    await machine.start()
    async with http.get(f"{machine.url}/control/events") as response, asyncio.timeout(3):
        await response.content.readline()
        await machine.stop()
        assert (await response.content.read()).strip() == b""


async def test_the_journal_is_read_from_another_process(panel: Panel, machine: Emulator, call: Call) -> None:
    await call("getMe")
    await call("sendMessage", chat_id=5, text="hello")
    journal = await panel.get("journal")
    assert journal["violations"] == []
    assert [(entry["method"], entry["code"]) for entry in journal["calls"]] == [("getMe", 200), ("sendMessage", 400)]
    assert journal["calls"][1]["parameters"] == {"chat_id": 5, "text": "hello"}
    assert len((await panel.get("journal?after=1"))["calls"]) == 1
    await panel.get("journal?after=soon", status=400)


async def test_faults_are_planned_from_another_process(panel: Panel, machine: Emulator, sam: Phone, call: Call) -> None:
    plan = {
        "next": {"method": "getMe", "fault": {"kind": "too_many", "retry_after": 3}, "times": 2},
        "deliver_times": 2,
        "flood_limits": True,
    }
    await panel.post("faults", plan)
    assert [(await call("getMe")).get("error_code", 200) for _ in range(3)] == [429, 429, 200]
    await sam.says("hello")
    assert len((await call("getUpdates"))["result"]) == 2
    assert machine.limits.enabled
    await panel.post("faults", {"random": {"rate": 1, "kinds": [{"kind": "server_error"}]}})
    assert (await call("getMe"))["error_code"] == 502
    assert await panel.post("faults", {"clear": True}) == {"struck": 3}
    assert (await call("getMe"))["ok"]


async def test_the_page_and_its_parts_are_served_and_nothing_else(
    machine: Emulator, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{machine.url}/") as response:
        assert (response.status, response.content_type) == (200, "text/html")
    async with http.get(f"{machine.url}/page/style.css") as response:
        assert (response.status, response.content_type) == (200, "text/css")
    for path in ("page/none.js", "page/..%2fserver.py", "page/%2e%2e/server.py"):
        async with http.get(f"{machine.url}/{path}") as response:
            assert response.status == 404
