"""A mentor on a weak connection answers by text, looks at their own weeks and data, and erases everything."""

import asyncio
import json
from pathlib import Path

import pytest

from app.demo import PEOPLE, ready_database
from app.service import Service
from app.settings import load_settings
from emulator import Emulator
from emulator.clock import Clock
from flows import roster


async def test_a_mentor_answers_in_one_line_sees_their_weeks_gets_their_data_and_erases_it(
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
        sam, ann = phones["Sam Rivera"], phones["Ann Lee"]
        running = asyncio.create_task(service.run())
        try:
            await ann.starts()
            await ann.expects("Welcome")
            await sam.starts()
            for page in ("1 of 3", "2 of 3"):
                await sam.expects(page)
                await sam.taps("Next")
            await sam.taps("I agree")
            await sam.expects("What time")

            await sam.says("/checkin")
            await sam.expects("fuel")
            await sam.says("3 2 4 n")
            await sam.expects("I did not store this one")
            await sam.says("3 2 4 1 w")
            await sam.expects("Thank you. That is all for now.")
            await ann.expects("Sam Rivera")
            await ann.says("/team")
            await ann.expects("Who may need you")

            await sam.says("/me")
            await sam.expects("Answered: 1 of 1.")
            await sam.taps("As a picture")
            assert (await sam.expects("Answered: 1 of 1.")).photo is not None

            await sam.says("/privacy")
            await sam.expects("Who sees what")
            await sam.taps("Who looked")
            await sam.expects("Ann Lee, the team list")

            await sam.says("/mydata")
            page_ = (await sam.expects("about you, to read")).document
            data = (await sam.expects("The same for programs", timeout=8)).document
            assert page_ is not None
            assert data is not None
            assert b"Sam Rivera" in page_[1]
            kept = json.loads(data[1])
            assert [one["value"] for one in kept["checkins"][0]["answers"]].count("this_week") == 1
            assert kept["profile"]["name"] == "Sam Rivera"

            await sam.says("/mydata")
            await sam.expects("Two files")
            await sam.taps("Erase everything", timeout=8)
            await sam.expects("This cannot be undone")
            await sam.taps("Yes, erase everything for good")
            await sam.expects("Everything about you is erased")
            await sam.says("/me")
            await sam.expects("people who were invited")
            assert telegram.violations == []
        finally:
            service.stop()
            await running
