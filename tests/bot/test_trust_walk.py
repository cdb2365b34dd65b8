"""Mentors hide the week, look with the supervisor's eyes, read who looked, leave and come back: in both languages."""

import asyncio
from pathlib import Path

import pytest

from app.commands.run import ready_database
from app.demo import PEOPLE
from app.service import Service
from app.settings import load_settings
from bot.texts import Texts
from emulator import Emulator
from emulator.client import Phone
from emulator.clock import Clock
from flows import roster


async def hides_and_looks(phone: Phone, say: Texts) -> None:
    """Join, hide how the week felt, and see what Ann will see: the work is in it, the week is not."""
    await phone.starts()
    of = "of" if say.language == "en" else "de"
    for page in ("1", "2"):
        await phone.expects(f"{page} {of} 3")
        await phone.taps(say.say("Next"))
    await phone.taps(say.say("I agree"))
    await phone.says("/settings")
    await phone.taps(say.say("What others see of me"))
    await phone.taps(say.say("How the week felt"))
    await phone.taps(say.say("Private"))
    seen = await phone.expects(say.say("If all this gets heavy, {name} will see:", name="Ann Lee"))
    assert say.say("The workload is high, with more people than the week before.") in seen.text
    assert say.say("{times} weekly check-ins in a row were heavy.", times=2) not in seen.text


async def leaves_and_returns(phone: Phone, say: Texts) -> None:
    """Read who looked; leave, and come back to what was."""
    await phone.says("/privacy")
    assert "Ann Lee" in (await phone.expects(say.say("the team list"))).text
    await phone.says("/leave")
    await phone.taps(say.say("Yes, leave"))
    await phone.expects(say.say("Take good care of yourself."))
    await phone.taps(say.say("Come back"))
    await phone.expects(say.say("Good to have you back."))


async def test_mentors_hide_look_leave_and_come_back_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEEPWELL_LISTEN", "127.0.0.1:0")
    clock = Clock()
    async with Emulator(clock=clock) as telegram:
        address = {"telegram_token": telegram.token, "telegram_api_url": telegram.url}
        settings = load_settings().model_copy(update=address)
        await asyncio.to_thread(ready_database, settings)
        service = Service(settings, clock=clock.now)
        report = await roster.import_roster(service.deps, PEOPLE, "demo", links=True, dry_run=False)
        phones = {link.name: telegram.phone(link.name, start_payload=link.token) for link in report.links}
        mentors = ((phones["Sam Rivera"], Texts("en")), (phones["Rosa Vega"], Texts("es")))
        ann = phones["Ann Lee"]
        running = asyncio.create_task(service.run())
        try:
            await ann.starts()
            await ann.expects("Welcome")
            for phone, say in mentors:
                await hides_and_looks(phone, say)
            await ann.says("/team")
            await ann.expects("Who may need you")
            for phone, say in mentors:
                await leaves_and_returns(phone, say)
            assert telegram.violations == []
        finally:
            service.stop()
            await running
