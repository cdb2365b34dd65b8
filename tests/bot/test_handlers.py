"""Raw updates become plain values; what we did not make, or is not for us, changes nothing."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from bot.application import build, handle, publish_commands, wire
from bot.buttons import Signer
from bot.handlers.incoming import BotApplication
from bot.handlers.presses import ACTIONS
from core.messages import Kind
from emulator import Emulator
from flows.deps import Deps
from tests.conftest import MovableClock
from tests.flows.world import ANN, SAM, World
from tests.shelf import Shelf

KEYS = (b"k" * 32,)


@pytest.fixture
async def world(deps: Deps, clock: MovableClock, shelf: Shelf) -> World:
    return await World.found_joined(deps, clock, shelf)


@pytest.fixture
async def application(machine: Emulator, world: World) -> AsyncIterator[BotApplication]:
    made = build(machine.token, machine.url)
    wire(made, world.deps, Signer(KEYS))
    async with made:
        yield made


class Pen:
    """Writes raw updates as Telegram does."""

    def __init__(self, world: World, application: BotApplication) -> None:
        self.world, self.application = world, application

    def _base(self, name: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
        self.world.last_update += 1
        id_ = self.world.chats.get(name, 9_999)
        user = {"id": id_, "is_bot": False, "first_name": "X", "language_code": "es-MX"}
        return self.world.last_update, user, {"id": id_, "type": "private"}

    async def says(self, name: str, text: str, **more: Any) -> None:
        number, user, chat = self._base(name)
        message = {"message_id": 9, "date": int(self.world.clock.now.timestamp()), "from": user, "chat": chat}
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        await self.take({"update_id": number, "message": message | {"text": text} | more})

    async def sends(self, name: str, **content: Any) -> None:
        number, user, chat = self._base(name)
        message = {"message_id": 9, "date": 1, "from": user, "chat": chat}
        await self.take({"update_id": number, "message": message | content})

    async def presses(self, name: str, data: str | None) -> None:
        number, user, chat = self._base(name)
        message = {"message_id": 9, "date": 1, "chat": chat, "text": "old"}
        query = {"id": "1", "from": user, "chat_instance": "1", "message": message}
        await self.take({"update_id": number, "callback_query": query | ({"data": data} if data is not None else {})})

    async def take(self, update: dict[str, Any]) -> None:
        await handle(self.application, update)
        await self.world.deliver()


@pytest.fixture
def pen(world: World, application: BotApplication) -> Pen:
    return Pen(world, application)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/help", Kind.HELP),
        ("/privacy", Kind.PRIVACY),
        ("/language", Kind.ASK_LANGUAGE),
        ("/settings", Kind.SETTINGS),
        ("/away", Kind.AWAY),
        ("/leave", Kind.LEAVE),
        ("/checkin", Kind.CHECKIN),
        ("/talk", Kind.CRISIS),
        ("/start", Kind.HELP),
        ("/start nonsense", Kind.HELP),
        ("/alerts", Kind.REFUSAL),
        ("/nonsense", Kind.REFUSAL),
    ],
)
async def test_each_command_shows_its_screen(pen: Pen, text: str, kind: Kind) -> None:
    await pen.says(SAM, text)
    assert pen.world.kinds(SAM)[-1] is kind


@pytest.mark.parametrize("key", ["voice", "photo", "sticker", "location"])
async def test_what_is_not_text_is_not_kept_and_it_says_so(pen: Pen, key: str) -> None:
    file = {"file_id": "x", "file_unique_id": "x", "duration": 1, "width": 1, "height": 1}
    whole: dict[str, Any] = {
        "voice": file,
        "photo": [file],
        "sticker": file | {"type": "regular", "is_animated": False, "is_video": False},
        "location": {"latitude": 1.0, "longitude": 1.0},
    }
    await pen.sends(SAM, **{key: whole[key]})
    assert (pen.world.kinds(SAM), pen.world.on(SAM)[-1].params["reason"]) == ([Kind.REFUSAL], "text_only")


@pytest.mark.parametrize(
    "update",
    [
        {"edited_message": {"message_id": 1, "date": 1, "chat": {"id": 7_002, "type": "private"}, "text": "/talk"}},
        {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}, "text": "/talk"}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "group"}, "text": "hello"}},
        {"something_of_tomorrow": {"from": {"id": 7_002}}},
        {},
    ],
)
async def test_updates_that_are_not_for_us_change_nothing(pen: Pen, update: dict[str, Any]) -> None:
    before = len(await pen.world.audit())
    await pen.take({"update_id": 5, **update})
    assert pen.world.phone == []
    assert len(await pen.world.audit()) == before


async def test_a_command_in_a_group_is_not_answered_there(pen: Pen) -> None:
    number, user, _ = pen._base(SAM)
    message = {"message_id": 1, "date": 1, "from": user, "chat": {"id": -5, "type": "supergroup", "title": "all"}}
    entities = [{"type": "bot_command", "offset": 0, "length": 7}]
    await pen.take({"update_id": number, "message": message | {"text": "/alerts", "entities": entities}})
    assert pen.world.phone == []


async def test_a_button_pressed_in_a_group_is_answered_in_the_persons_own_chat(pen: Pen) -> None:
    number, user, _ = pen._base("a stranger")
    message = {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "supergroup", "title": "all"}}
    query = {"id": "1", "from": user, "chat_instance": "1", "message": message, "data": SIGNER.seal("talk")}
    await pen.take({"update_id": number, "callback_query": query})
    assert {one.outgoing.chat_id for one in pen.world.phone} == {9_999}


async def test_a_page_that_is_no_number_is_the_first(pen: Pen) -> None:
    for page in ("\u00b2", "1" * 30, "x"):
        await pen.presses(ANN, SIGNER.seal("tms", None, page))
    assert Kind.TEAM in pen.world.kinds(ANN)


@pytest.mark.parametrize("status", ["kicked", "left", "member"])
async def test_blocking_and_unblocking_is_noted(pen: Pen, status: str) -> None:
    number, user, chat = pen._base(SAM)
    bot = {"id": 1, "is_bot": True, "first_name": "B"}
    member = {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    change = {"chat": chat, "from": user, "date": 1, "old_chat_member": {"user": bot, "status": "member"}}
    await pen.take({"update_id": number, "my_chat_member": change | {"new_chat_member": member}})
    assert ((await pen.world.person(SAM)).unreachable_since is not None) is (status != "member")


SIGNER, FORGER = Signer(KEYS), Signer((b"f" * 32,))


@pytest.mark.parametrize(
    ("action", "argument"),
    [
        ("a", "x=1"),
        ("a", ""),
        ("consent", ""),
        ("zone", "Mars/Base"),
        ("time", "25:00"),
        ("quiet", "22:00"),
        ("out", "no-such-outcome"),
        ("lc", "no-such-kind"),
        ("agr", "no-such-agreement"),
        ("looks", "x"),
        ("time", "22:00-07:00"),  # a time with a zone would spoil the plan of check-ins
        ("time", "12:00:30"),
        ("quiet", "22:00-07:00+01:00"),
        ("erz", "1" * 20),
        ("erz", "soon"),
    ],
)
async def test_a_button_of_ours_that_says_nothing_we_know_is_refused(pen: Pen, action: str, argument: str) -> None:
    await pen.presses(SAM, SIGNER.seal(action, uuid4(), argument))
    assert [one.params["reason"] for one in pen.world.on(SAM)] == ["button_unknown"]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        "1:talk::",
        ":" * 60,
        FORGER.seal("talk"),
        FORGER.seal("agree"),
        SIGNER.seal("talk")[:-1],
        SIGNER.seal("talk").replace("talk", "ack"),
        SIGNER.seal("no-such-action"),
        "ñ" * 30,
        None,
    ],
)
async def test_a_button_that_we_did_not_make_is_refused(pen: Pen, data: str | None) -> None:
    await pen.presses(SAM, data)
    assert [one.params["reason"] for one in pen.world.on(SAM)] == ["button_unknown"]
    assert await pen.world.alerts() == []


async def test_no_button_of_anybody_lets_a_stranger_see_or_change_anything(pen: Pen) -> None:
    """The signature says that we made the button, never whose it is."""
    alert = await pen.world.calls()
    checkin = await pen.world.asks_for_a_checkin()
    pen.world.phone.clear()
    before = [await pen.world.alert(alert), await pen.world.checkins(), await pen.world.person(SAM)]
    arguments = {"a": "0=1", "s": "0", "b": "0", "l": "0", "d": "0", "consent": "2", "lang": "es.consent"}
    arguments |= {"zone": "Europe/Madrid", "time": "12:00", "quiet": "01:00-02:00", "away": "3d", "out": "talked"}
    for action in sorted(ACTIONS):
        for row in (alert.id, checkin.id, uuid4()):
            data = SIGNER.seal(action, row, arguments.get(action, ""))
            try:
                await pen.presses("a stranger", data)
            except ValueError:  # an argument that this action does not take: nothing was committed
                continue
        now = [await pen.world.alert(alert), await pen.world.checkins(), await pen.world.person(SAM)]
        assert now == before, action
        assert {one.name for one in pen.world.phone} <= {"a stranger"}, action
        assert not any(SAM in str(one.params) or ANN in str(one.params) for one in pen.world.phone), action
        pen.world.phone.clear()


@pytest.mark.parametrize("action", ["ack", "res", "out", "keep", "rea", "sno", "han", "dec"])
async def test_a_mentor_cannot_handle_their_own_alert_with_somebody_elses_button(pen: Pen, action: str) -> None:
    alert = await pen.world.calls()
    await pen.presses(SAM, SIGNER.seal(action, alert.id, "talked" if action == "out" else ""))
    assert await pen.world.alert(alert) == alert


async def test_the_menu_is_published_in_every_language(machine: Emulator, application: BotApplication) -> None:
    await publish_commands(application.bot, ("en", "es"))
    english = await application.bot.get_my_commands()
    spanish = await application.bot.get_my_commands(language_code="es")
    assert [one.command for one in english] == [one.command for one in spanish]
    assert "talk" in [one.command for one in english]
    assert [one.description for one in english] != [one.description for one in spanish]
