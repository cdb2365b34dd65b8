from typing import Any

import pytest
import telegram
from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, MenuButtonWebApp, WebAppInfo
from telegram.error import BadRequest

from emulator import Emulator, Phone
from tests.emulator.conftest import Call


def shown(machine: Emulator, phone: Phone) -> list[str]:
    commands = machine.services.profile.commands_seen_by(phone.id, phone.person.language)
    return [command["description"] for command in commands]


async def test_a_phone_shows_the_commands_of_the_narrowest_scope_in_its_language(
    bot: telegram.Bot, machine: Emulator, sam: Phone
) -> None:
    eva = machine.phone("Eva", language="es")
    assert shown(machine, sam) == []
    await bot.set_my_commands([BotCommand("help", "everybody")])
    assert shown(machine, sam) == shown(machine, eva) == ["everybody"]
    await bot.set_my_commands([BotCommand("help", "todo el mundo")], language_code="es")
    assert shown(machine, eva) == ["todo el mundo"]
    await bot.set_my_commands([BotCommand("help", "private")], BotCommandScopeAllPrivateChats())
    assert shown(machine, eva) == ["private"]
    await bot.set_my_commands([BotCommand("team", "for Eva")], BotCommandScopeChat(eva.id))
    assert shown(machine, eva) == ["for Eva"]
    assert shown(machine, sam) == ["private"]
    await bot.delete_my_commands(BotCommandScopeChat(eva.id))
    assert shown(machine, eva) == ["private"]


async def test_commands_are_read_back_for_exactly_their_scope_and_language(
    bot: telegram.Bot, machine: Emulator
) -> None:
    await bot.set_my_commands([BotCommand("help", "ayuda")], language_code="es")
    assert await bot.get_my_commands() == ()
    assert await bot.get_my_commands(language_code="es") == (BotCommand("help", "ayuda"),)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"command": "not good", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "x" * 33, "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "help", "description": " "}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "help", "description": "x" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_wrong_commands_are_refused(call: Call, machine: Emulator, command: dict[str, Any], reason: str) -> None:
    assert (await call("setMyCommands", commands=[command]))["description"] == f"Bad Request: {reason}"


async def test_there_are_at_most_100_commands_and_languages_have_two_letters(call: Call, machine: Emulator) -> None:
    command = {"command": "help", "description": "x"}
    assert (await call("setMyCommands", commands=[command] * 101))["error_code"] == 400
    assert (await call("setMyCommands", commands=[command], language_code="eng"))["error_code"] == 400


async def test_names_and_descriptions_have_one_text_per_language(bot: telegram.Bot, machine: Emulator) -> None:
    assert (await bot.get_my_name()).name == "Keepwell"
    await bot.set_my_name("Cuídate", language_code="es")
    assert (await bot.get_my_name("es")).name == "Cuídate"
    assert (await bot.get_my_name("en")).name == "Keepwell"
    await bot.set_my_description("What it is")
    assert (await bot.get_my_description("es")).description == "What it is"
    await bot.set_my_short_description("Short")
    assert (await bot.get_my_short_description()).short_description == "Short"
    await bot.set_my_short_description("")
    assert (await bot.get_my_short_description()).short_description == ""


async def test_a_description_that_is_too_long_is_refused(bot: telegram.Bot, machine: Emulator) -> None:
    with pytest.raises(BadRequest, match=r"(?i)short description is too long"):
        await bot.set_my_short_description("x" * 121)


async def test_a_menu_button_belongs_to_one_chat_or_to_all(bot: telegram.Bot, machine: Emulator, sam: Phone) -> None:
    assert (await bot.get_chat_menu_button(sam.id)).type == "commands"
    button = MenuButtonWebApp("Open", WebAppInfo("https://example.org"))
    await bot.set_chat_menu_button(sam.id, button)
    assert await bot.get_chat_menu_button(sam.id) == button
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_the_bot_knows_itself(bot: telegram.Bot, machine: Emulator) -> None:
    me = await bot.get_me()
    assert (me.username, me.is_bot, f"{me.id}") == (machine.username, True, machine.token.partition(":")[0])
