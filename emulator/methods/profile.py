"""Methods with which the bot tells about itself."""

from typing import Any

from emulator.methods.registry import Arguments, method
from emulator.profile import checked_language, set_text
from emulator.services import Services
from emulator.state import Event

_SCOPED = "scope language_code"


@method("setMyCommands", f"commands {_SCOPED}")
def set_my_commands(services: Services, call: Arguments) -> bool:
    """Keep the commands of a scope and a language."""
    language = checked_language(call.get("language_code"))
    services.profile.set_commands(call["commands"], call.get("scope"), language)
    services.world.publish(Event("commands"))
    return True


@method("getMyCommands", _SCOPED)
def get_my_commands(services: Services, call: Arguments) -> list[dict[str, Any]]:
    """Return the commands of exactly that scope and language."""
    return services.profile.commands(call.get("scope"), checked_language(call.get("language_code")))


@method("deleteMyCommands", _SCOPED)
def delete_my_commands(services: Services, call: Arguments) -> bool:
    """Forget the commands of a scope and a language."""
    services.profile.delete_commands(call.get("scope"), checked_language(call.get("language_code")))
    services.world.publish(Event("commands"))
    return True


@method("setMyName", "name language_code")
def set_my_name(services: Services, call: Arguments) -> bool:
    """Keep the bot's name in a language."""
    set_text(services.profile.names, call.get("name"), call.get("language_code"), 64, "name")
    return True


@method("getMyName", "language_code")
def get_my_name(services: Services, call: Arguments) -> dict[str, str]:
    """Return the bot's name in a language."""
    names = {"": services.world.bot.name} | services.profile.names
    return {"name": names.get(checked_language(call.get("language_code")), names[""])}


@method("setMyDescription", "description language_code")
def set_my_description(services: Services, call: Arguments) -> bool:
    """Keep the text that an empty chat shows."""
    texts = services.profile.descriptions
    set_text(texts, call.get("description"), call.get("language_code"), 512, "description")
    return True


@method("getMyDescription", "language_code")
def get_my_description(services: Services, call: Arguments) -> dict[str, str]:
    """Return the text that an empty chat shows."""
    return {"description": _in_language(services.profile.descriptions, call)}


@method("setMyShortDescription", "short_description language_code")
def set_my_short_description(services: Services, call: Arguments) -> bool:
    """Keep the text of the bot's own page."""
    texts = services.profile.short_descriptions
    set_text(texts, call.get("short_description"), call.get("language_code"), 120, "short description")
    return True


@method("getMyShortDescription", "language_code")
def get_my_short_description(services: Services, call: Arguments) -> dict[str, str]:
    """Return the text of the bot's own page."""
    return {"short_description": _in_language(services.profile.short_descriptions, call)}


def _in_language(texts: dict[str, str], call: Arguments) -> str:
    return texts.get(checked_language(call.get("language_code")), texts.get("", ""))


@method("setChatMenuButton", "chat_id menu_button")
def set_chat_menu_button(services: Services, call: Arguments) -> bool:
    """Keep the menu button of one private chat, or of all without their own."""
    chat_id = call.get("chat_id")
    if chat_id is not None:
        services.world.reachable(chat_id)
    services.profile.menu_buttons[chat_id] = call.get("menu_button", {"type": "default"})
    return True


@method("getChatMenuButton", "chat_id")
def get_chat_menu_button(services: Services, call: Arguments) -> dict[str, Any]:
    """Return the menu button of a chat."""
    buttons = {None: {"type": "commands"}} | services.profile.menu_buttons
    return buttons.get(call.get("chat_id"), buttons[None])
