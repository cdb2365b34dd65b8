"""A supervisor agrees to a pulse of their own and asks for a person: a lead reads it, a colleague does not."""

import asyncio
from pathlib import Path

import pytest

from app.demo import PEOPLE, ready_database
from app.service import Service
from app.settings import load_settings
from emulator import Emulator
from emulator.clock import Clock
from flows import roster

PROGRAM = '[[checkins]]\nid = "pulse"\nroles = ["mentor", "supervisor"]\n'


async def test_a_supervisor_who_asks_for_a_person_reaches_a_lead_and_no_colleague(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEEPWELL_LISTEN", "127.0.0.1:0")
    (tmp_path / "program.toml").write_text(PROGRAM)
    clock = Clock()
    async with Emulator(clock=clock) as telegram:
        own = {"telegram_token": telegram.token, "telegram_api_url": telegram.url, "program": tmp_path / "program.toml"}
        settings = load_settings().model_copy(update=own)
        await asyncio.to_thread(ready_database, settings)
        service = Service(settings, clock=clock.now)
        report = await roster.import_roster(service.deps, PEOPLE, "demo", links=True, dry_run=False)
        phones = {link.name: telegram.phone(link.name, start_payload=link.token) for link in report.links}
        ann, ben, dana = phones["Ann Lee"], phones["Ben Ortiz"], phones["Dana Fox"]
        running = asyncio.create_task(service.run())
        try:
            await dana.starts()
            await dana.expects("Welcome")
            await ben.starts()
            await ben.expects("Your own pulse")
            await ann.starts()
            for page in ("1 of 3", "2 of 3"):
                await ann.expects(page)
                await ann.taps("Next")
            await ann.taps("I agree")
            await ann.expects("What time")
            await ann.says("/checkin")
            await ann.expects("fuel")
            await ann.says("3 2 4 1 w")
            await ann.expects("I let Dana Fox know")
            await dana.expects("Ann Lee")
            await ann.says("/talk")
            await ann.expects("988")
            await dana.expects("Ann Lee needs a person now")
            await dana.taps("Acknowledge: I’m on it")
            await ann.expects("Dana Fox")
            assert not any("Ann Lee" in message.text for message in ben.messages)
            assert telegram.violations == []
        finally:
            service.stop()
            await running
