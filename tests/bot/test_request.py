"""The transport says whether a message was certainly not sent, or maybe sent."""

import asyncio
import socket

import pytest
from telegram.error import BadRequest, TelegramError
from telegram.request import RequestData

from bot.request import AiohttpRequest, MaybeSent, NotSent
from emulator import Emulator, Fault


async def test_without_a_connection_it_was_certainly_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening: every connection is refused
        port = taken.getsockname()[1]
        request = AiohttpRequest()
        async with request:
            with pytest.raises(NotSent, match="no connection"):
                await request.post(f"http://127.0.0.1:{port}/botT/sendMessage")


async def test_a_connection_that_is_cut_after_sending_leaves_doubt(machine: Emulator) -> None:
    async with AiohttpRequest() as request:
        machine.faults.next("getMe", Fault.cut_after())
        with pytest.raises(MaybeSent):
            await request.post(f"{machine.url}/bot{machine.token}/getMe")


async def test_an_answer_that_does_not_come_in_time_leaves_doubt() -> None:
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with AiohttpRequest() as request:
        with pytest.raises(MaybeSent):
            await request.post(f"http://127.0.0.1:{port}/x", read_timeout=0.05)
    await gone.wait()
    server.close()


async def test_no_error_names_the_token(machine: Emulator) -> None:
    async with AiohttpRequest() as request:
        machine.faults.next("getMe", Fault.cut_after())
        with pytest.raises(TelegramError) as caught:
            await request.post(f"{machine.url}/bot{machine.token}/getMe")
    assert machine.token not in str(caught.value)


async def test_a_refusal_is_an_error_of_the_library(machine: Emulator) -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(BadRequest):
            await request.post(f"{machine.url}/bot{machine.token}/sendMessage", RequestData([]))


async def test_a_transport_that_is_not_open_says_so() -> None:
    with pytest.raises(TelegramError, match="not open"):
        await AiohttpRequest().post("http://127.0.0.1:1/x")


async def test_opening_and_closing_twice_does_no_harm(machine: Emulator) -> None:
    request = AiohttpRequest()
    await request.initialize()
    await request.initialize()
    assert await request.post(f"{machine.url}/bot{machine.token}/getMe")
    await request.shutdown()
    await request.shutdown()
    assert request.read_timeout > 0


async def test_files_travel_as_forms(machine: Emulator) -> None:
    phone = machine.phone("Sam")
    await phone.starts()
    from telegram import Bot, InputFile

    bot = Bot(machine.token, base_url=f"{machine.url}/bot", request=AiohttpRequest())
    async with bot:
        sent = await bot.send_document(phone.id, InputFile(b"a,b\n", filename="mine.csv"), caption="Your data")
    assert sent.document is not None
    assert sent.document.file_name == "mine.csv"
