"""`keepwell doctor`: each fault is found, and comes with what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import Result

from core.people import Role
from storage import facts, migrate, people, updates
from storage.database import Database
from storage.vault import Vault
from tests.app.conftest import Run
from tests.conftest import SECRET, START

Doctor = Callable[[], Awaitable[Result]]


class FakeTelegram:
    """Answers the two questions of the doctor."""

    def __init__(self) -> None:
        self.status = 200
        self.me: Any = {"ok": True, "result": {"username": "keepwell_bot"}}
        self.webhook: Any = {"ok": True, "result": {"url": ""}}
        self.date = datetime.now(UTC)

    async def answer(self, request: web.Request) -> web.Response:
        body = self.me if request.path.endswith("getMe") else self.webhook
        headers = {"Date": format_datetime(self.date, usegmt=True)}
        if isinstance(body, str):
            return web.Response(text=body, status=self.status, headers=headers)
        return web.json_response(body, status=self.status, headers=headers)


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch, database: str) -> AsyncIterator[FakeTelegram]:
    fake = FakeTelegram()
    app = web.Application()
    app.router.add_get("/{path:.*}", fake.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    monkeypatch.setenv("KEEPWELL_TELEGRAM_TOKEN", "123456:ABCdefGHIjkl")
    monkeypatch.setenv("KEEPWELL_TELEGRAM_API_URL", f"http://127.0.0.1:{port}")
    yield fake
    await runner.cleanup()


@pytest.fixture
def doctor(run: Run) -> Doctor:
    async def call() -> Result:
        return await asyncio.to_thread(run, "doctor")

    return call


async def with_people(database: str, *roles: Role, joined: bool = True) -> None:
    db = Database(database, Vault([SECRET]))
    async with db.transaction() as session:
        team = await people.ensure_team(session, "North")
        for number, role in enumerate(roles):
            person = await people.add(
                session, name=f"P{number}", role=role, team_id=team, language="en", timezone="UTC", now=START
            )
            if joined:
                await people.bind(session, person, 10 + number, START)
    await db.close()


EVERYBODY = (Role.MENTOR, Role.SUPERVISOR, Role.LEAD)


async def test_when_all_is_well_it_says_so(telegram: FakeTelegram, doctor: Doctor, database: str) -> None:
    await with_people(database, *EVERYBODY)
    done = await doctor()
    assert done.exit_code == 0
    assert "FAULT" not in done.output
    assert "Everything is in order." in done.output
    assert "@keepwell_bot" in done.output
    assert "3 on the roster, 3 joined, 0 taking part, 0 unreachable" in done.output


async def test_an_empty_roster_is_something_to_think_about(telegram: FakeTelegram, doctor: Doctor) -> None:
    done = await doctor()
    assert done.exit_code == 0
    assert "note  nobody is on the roster yet: run `keepwell roster import" in done.output


@pytest.mark.parametrize(
    ("roles", "joined", "says"),
    [
        ((Role.MENTOR, Role.SUPERVISOR), True, "there is no lead on the roster"),
        ((Role.MENTOR, Role.LEAD), True, "team North: no supervisor on the roster"),
        (EVERYBODY, False, "team North: no supervisor has joined and can be reached"),
        (EVERYBODY, False, "no lead has joined and can be reached"),
    ],
)
async def test_what_keeps_alerts_from_reaching_anybody_is_named(
    telegram: FakeTelegram, doctor: Doctor, database: str, roles: tuple[Role, ...], joined: bool, says: str
) -> None:
    await with_people(database, *roles, joined=joined)
    assert says in (await doctor()).output


async def test_a_step_for_a_group_that_nobody_has_linked_is_named(
    telegram: FakeTelegram, doctor: Doctor, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "groups.toml"
    steps = 'level = "crisis"\nacknowledge_within = "5m"\nrepeat = 1\nsteps = ["group", "lead"]\n'
    program.write_text(f"[[policies]]\n{steps}")
    monkeypatch.setenv("KEEPWELL_PROGRAM", str(program))
    await with_people(database, *EVERYBODY)
    done = await doctor()
    assert done.exit_code == 0
    assert "note  a policy has the step `group`, and no group is linked for any team: a lead sends /link" in done.output


async def assert_fault(doctor: Doctor, *says: str) -> None:
    done = await doctor()
    assert done.exit_code == 1
    faults = [line for line in done.output.splitlines() if "FAULT" in line]
    assert any(all(word in line for word in says) for line in faults), done.output
    assert "Traceback" not in done.output


async def test_a_wrong_setting(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_LISTEN", "here")
    await assert_fault(doctor, "KEEPWELL_LISTEN", "HOST:PORT")


async def test_a_wrong_program(telegram: FakeTelegram, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_PROGRAM", "missing.toml")
    await assert_fault(doctor, "missing.toml")


async def test_a_database_that_is_away(telegram: FakeTelegram, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/x")
    await assert_fault(doctor, "the database does not answer", "KEEPWELL_DATABASE_URL")
    assert "hunter2" not in (await doctor()).output


async def test_a_database_without_tables(telegram: FakeTelegram, doctor: Doctor, database: str) -> None:
    await asyncio.to_thread(migrate.downgrade, database)
    await assert_fault(doctor, "empty", "run `keepwell migrate`")


async def test_another_secret_key(
    telegram: FakeTelegram, doctor: Doctor, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_people(database, *EVERYBODY)
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", "a key of somebody else")
    await assert_fault(doctor, "KEEPWELL_SECRET_KEY")


async def test_a_missing_secret_key(
    telegram: FakeTelegram, doctor: Doctor, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEEPWELL_SECRET_KEY")
    if database.startswith("postgres"):
        await assert_fault(doctor, "KEEPWELL_SECRET_KEY is required")
    else:
        assert (await doctor()).exit_code == 0  # one is made


async def test_updates_that_could_not_be_handled(telegram: FakeTelegram, doctor: Doctor, database: str) -> None:
    db = Database(database, Vault([SECRET]))
    async with db.transaction() as session:
        await updates.bury(session, 7, {"update_id": 7}, "ValueError", START)
    await db.close()
    await assert_fault(doctor, "1 updates could not be handled", "update_buried")


async def test_a_service_that_stopped_ticking_is_a_note(telegram: FakeTelegram, doctor: Doctor, database: str) -> None:
    db = Database(database, Vault([SECRET]))
    async with db.transaction() as session:
        await facts.put(session, facts.LAST_TICK, "x", START)
    await db.close()
    assert "note  no tick for a minute" in (await doctor()).output


async def test_no_token(telegram: FakeTelegram, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEEPWELL_TELEGRAM_TOKEN")
    await assert_fault(doctor, "KEEPWELL_TELEGRAM_TOKEN is not set", "@BotFather")


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_that_telegram_refuses(telegram: FakeTelegram, doctor: Doctor, status: int) -> None:
    telegram.status, telegram.me = status, {"ok": False, "error_code": status}
    await assert_fault(doctor, "Telegram refuses the token", "KEEPWELL_TELEGRAM_TOKEN")


@pytest.mark.parametrize("body", ["<html>", "[]", "null", "3"])
async def test_something_that_is_not_telegram(telegram: FakeTelegram, doctor: Doctor, body: str) -> None:
    telegram.me = telegram.webhook = body
    await assert_fault(doctor, "Telegram")


async def test_telegram_that_cannot_be_reached(
    telegram: FakeTelegram, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEPWELL_TELEGRAM_API_URL", "http://127.0.0.1:1")
    await assert_fault(doctor, "Telegram cannot be reached")


@pytest.mark.parametrize("off", [timedelta(minutes=2), timedelta(minutes=-2)])
async def test_a_clock_that_is_off(telegram: FakeTelegram, doctor: Doctor, off: timedelta) -> None:
    telegram.date = datetime.now(UTC) + off
    await assert_fault(doctor, "the clock of this machine is off by", "time synchronization")


async def test_a_webhook_that_nobody_set_here_is_a_note(telegram: FakeTelegram, doctor: Doctor) -> None:
    telegram.webhook = {"ok": True, "result": {"url": "https://example.org/old"}}
    assert "a webhook is set at Telegram" in (await doctor()).output


async def test_a_webhook_that_is_not_ours_yet_is_a_note(
    telegram: FakeTelegram, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEPWELL_WEBHOOK_URL", "https://example.org/new")
    telegram.webhook = {"ok": True, "result": {"url": "https://example.org/old"}}
    assert "not yet KEEPWELL_WEBHOOK_URL" in (await doctor()).output


async def test_a_webhook_that_telegram_cannot_deliver_to(
    telegram: FakeTelegram, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEPWELL_WEBHOOK_URL", "https://example.org/hook")
    result = {"url": "https://example.org/hook", "last_error_message": "Connection refused"}
    telegram.webhook = {"ok": True, "result": result}
    await assert_fault(doctor, "could not deliver to the webhook: Connection refused")
    del result["last_error_message"]
    assert "ok    webhook" in (await doctor()).output


async def test_nobody_on_call_now_is_a_fault_and_an_unknown_name_is_not(
    telegram: FakeTelegram, doctor: Doctor, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_people(database, *EVERYBODY)
    file = tmp_path / "program.toml"
    monkeypatch.setenv("KEEPWELL_PROGRAM", str(file))
    steps = '[[policies]]\nlevel = "crisis"\nacknowledge_within = "5m"\nsteps = ["oncall", "lead"]\n'
    days = 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "00:00"\nuntil = "00:00"\n'
    file.write_text(f'{steps}[[rota]]\nperson = "Zed"\n{days}')
    done = await doctor()
    assert done.exit_code == 1
    assert "note  the rota names Zed, who is not on the roster" in done.output
    assert "FAULT team North: nobody is on call until " in done.output
    file.write_text(f'{steps}[[rota]]\nperson = "Zed"\nbackup = "P1"\n{days}')
    done = await doctor()
    assert done.exit_code == 0
    assert "note  the rota names Zed, who is not on the roster" in done.output
    assert "nobody is on call" not in done.output
