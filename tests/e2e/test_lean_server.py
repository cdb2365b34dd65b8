"""A Bot API server that knows only what a conversation needs: `TELEGRAM_API_URL` may name any."""

from pathlib import Path

from emulator import Emulator
from emulator.faults import Fault
from tests.service import running

UNKNOWN_THERE = ("deleteWebhook", "getWebhookInfo", "setMyCommands", "sendChatAction", "deleteMessage")


def lean(telegram: Emulator) -> None:
    """An unknown method gets the same 404 as a token that is not good."""
    for method in UNKNOWN_THERE:
        telegram.faults.next(method, Fault.refuse(404, "Not Found"), times=1_000)


async def test_what_is_only_a_comfort_may_be_unknown_there(database_address: str, tmp_path: Path) -> None:
    async with running(database_address, tmp_path, before=lean) as town:
        ann, sam = await town.starts("Ann Lee"), await town.joins("Sam Rivera")
        await sam.says("/talk")
        await ann.expects("Sam Rivera needs a person now")
        assert await town.service.problems() == []
