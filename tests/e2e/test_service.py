"""How the service starts, says what is wrong, and stops."""

import asyncio
import socket
from collections.abc import Iterator
from uuid import uuid4

import aiohttp
import pytest

from emulator import Emulator
from tests.e2e.crowd import ITEMS
from tests.e2e.people import PEOPLE, SAM, Living, button, from_bot, row, until
from tests.e2e.process import Keepwell
from tests.e2e.programs import program
from tests.postgres import create_database, drop_database

SECRET = "a secret of nothing but tests"


async def test_a_stop_in_the_midst_of_work_is_clean_and_loses_nothing(
    telegram: Emulator, keepwell: Keepwell, living: Living
) -> None:
    keepwell.has_program(program())
    phones = await keepwell.invited(PEOPLE)
    await keepwell.starts()
    assert await keepwell.healthz() == (200, {"status": "ok", "problems": []})
    names = [person["name"] for person in PEOPLE if person["role"] == "mentor"]
    mentors = await asyncio.gather(*(living.mentor(phones[name]) for name in names))
    for mentor in mentors:
        await mentor.asks()
    await until(lambda: any(mentor.answers for mentor in mentors), phones[SAM], what="first answer")
    assert await keepwell.stops() == 0
    assert len(keepwell.events("stopped")) == 1

    await keepwell.starts()
    await until(lambda: all(mentor.finished for mentor in mentors), *phones.values(), what="answers", within=20)
    assert await keepwell.stops() == 0
    stored = {(row["mentor"], row["checkin_id"], row["item"]): row["value"] for row in await keepwell.export("answers")}
    assert stored == {
        (mentor.phone.name, checkin, item): value
        for mentor in mentors
        for (checkin, item), value in mentor.answers.items()
    }
    assert len(stored) == len(ITEMS) * len(mentors)


async def test_a_token_that_is_revoked_is_logged_and_seen_from_outside(telegram: Emulator, lite: Keepwell) -> None:
    phones = await lite.invited([row(SAM, "mentor", "Northside")])
    await lite.starts()
    telegram.revoke_token()
    await phones[SAM].starts()  # ends the poll that is under way
    await lite.says("token_refused")
    status, body = await lite.healthz()
    assert status == 503
    assert "Telegram refuses the token" in body["problems"]
    assert lite.exit_code is None, "it goes on: the refusal may pass"
    assert await lite.stops() == 0


async def test_a_token_that_was_never_good_ends_the_start_with_one_line(telegram: Emulator, lite: Keepwell) -> None:
    lite.settings["TELEGRAM_TOKEN"] = "7100000000:" + "x" * 35
    lite.spawn()
    assert await lite.ends(within=20) == 1
    said = [line for line in lite.log().splitlines() if not line.startswith("{")]
    assert len(said) == 1
    assert said[0].startswith("keepwell: Telegram refuses the token")


async def test_a_second_poller_is_noticed(telegram: Emulator, lite: Keepwell) -> None:
    await lite.starts()
    address = f"{telegram.url}/bot{telegram.token}/getUpdates"
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            async with session.post(address, json={"timeout": 0}) as answer:
                assert answer.status == 200
            if lite.events("poll_conflict"):
                break
            await asyncio.sleep(0.1)
    await lite.says("poll_conflict")
    assert await lite.stops() == 0


async def test_telegram_may_be_away_at_the_start_and_later(telegram: Emulator, lite: Keepwell) -> None:
    phones = await lite.invited([row(SAM, "mentor", "Northside")])
    port = int(telegram.url.rpartition(":")[2])
    await telegram.stop()
    lite.spawn()
    await lite.says("telegram_away", within=20)
    assert (await lite.healthz())[0] in (200, 503)  # it can be asked all the while
    await telegram.start(port=port)
    await lite.says("ready")
    await phones[SAM].starts()
    await until(lambda: button(phones[SAM], "consent") is not None, phones[SAM], what="consent")
    await telegram.stop()
    await lite.says("poll_failed")
    await telegram.start(port=port)
    await phones[SAM].says("/help")
    await until(lambda: len(from_bot(phones[SAM])) == 2, phones[SAM], what="help", within=20)
    assert await lite.stops() == 0


async def test_a_stop_works_while_telegram_cannot_be_reached(telegram: Emulator, lite: Keepwell) -> None:
    await telegram.stop()
    lite.spawn()
    await lite.says("telegram_away", within=20)
    assert await lite.stops() == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TELEGRAM_TOKEN", "a token", "KEEPWELL_TELEGRAM_TOKEN"),
        ("TELEGRAM_API_URL", "telegram", "KEEPWELL_TELEGRAM_API_URL"),
        ("LISTEN", "nowhere", "KEEPWELL_LISTEN"),
        ("LOG_LEVEL", "loud", "KEEPWELL_LOG_LEVEL"),
        ("DATABASE_URL", "mysql://localhost/keepwell", "KEEPWELL_DATABASE_URL"),
        ("WEBHOOK_SECRET", "no spaces please", "KEEPWELL_WEBHOOK_SECRET"),
        ("SECRET_KEY", "short", "KEEPWELL_SECRET_KEY"),
    ],
)
async def test_a_bad_setting_is_one_line_that_names_it(bare: Keepwell, name: str, value: str, says: str) -> None:
    bare.settings[name] = value
    refused = await bare.run("run", expect=2)
    assert refused.err.count("\n") == 1, refused.err
    assert refused.err.startswith("keepwell: ")
    assert says in refused.err


async def test_a_missing_token_is_one_line(bare: Keepwell) -> None:
    bare.settings["TELEGRAM_TOKEN"] = ""
    refused = await bare.run("run", expect=2)
    assert refused.err.count("\n") == 1
    assert "KEEPWELL_TELEGRAM_TOKEN is not set" in refused.err


async def test_a_faulty_program_file_is_named_with_its_line(bare: Keepwell) -> None:
    bare.has_program('name = "Keepwell"\nlater_after = "soon"\n')
    refused = await bare.run("run", expect=1)
    assert "program.toml:2:" in refused.err


async def test_a_port_that_is_taken_is_one_line(lite: Keepwell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", lite.port))
        taken.listen()
        refused = await lite.run("run", expect=2)
    assert refused.err.count("\n") == 1
    assert f"cannot listen on 127.0.0.1:{lite.port}" in refused.err


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    name = f"empty_{uuid4().hex}"
    try:
        yield create_database(name)
    finally:
        drop_database(name)


async def test_postgresql_without_tables_asks_for_the_migration(bare: Keepwell, empty_postgres: str) -> None:
    bare.settings |= {"DATABASE_URL": empty_postgres, "SECRET_KEY": SECRET}
    for command in (("run",), ("export", "answers")):
        refused = await bare.run(*command, expect=1)
        assert refused.err.count("\n") == 1, refused.err
        assert "keepwell migrate" in refused.err
    assert "empty to version" in (await bare.run("migrate")).out
    assert (await bare.run("roster", "list")).out == ""


async def test_postgresql_needs_a_secret_key(bare: Keepwell, empty_postgres: str) -> None:
    bare.settings["DATABASE_URL"] = empty_postgres
    await bare.run("migrate")
    refused = await bare.run("run", expect=2)
    assert refused.err.count("\n") == 1
    assert "KEEPWELL_SECRET_KEY is required" in refused.err


async def test_postgresql_that_is_down_is_one_line(bare: Keepwell) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"postgresql://nobody:secret-password@127.0.0.1:{closed.getsockname()[1]}/keepwell"
    bare.settings |= {"DATABASE_URL": address, "SECRET_KEY": SECRET}
    for command in (("run",), ("migrate",), ("send", "pulse", "--to", SAM)):
        refused = await bare.run(*command, expect=1)
        assert refused.err.count("\n") == 1, refused.err
        assert "the database does not answer" in refused.err
        assert "secret-password" not in refused.err
