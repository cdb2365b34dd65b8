"""What the bot tells about itself: commands per scope and language, name, descriptions, menu buttons."""

import re
from dataclasses import dataclass, field
from typing import Any

from emulator.errors import bad_request

Json = dict[str, Any]
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


def scope_key(scope: Json | None) -> tuple[str, int | str | None, int | None]:
    """Return what tells one scope from another."""
    scope = scope or {"type": "default"}
    return scope["type"], scope.get("chat_id"), scope.get("user_id")


def checked_language(code: str | None) -> str:
    """Return a two-letter language code or "" for everybody, or raise Refused."""
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code or ""


@dataclass(slots=True)
class Profile:
    """Texts by language; "" stands for every language without its own."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    _commands: dict[tuple[Any, str], list[Json]] = field(default_factory=dict)

    def set_commands(self, commands: list[Json], scope: Json | None, language: str) -> None:
        """Keep the commands of one scope and language, or raise Refused."""
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _COMMAND.fullmatch(command["command"].removeprefix("/").lower()):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"].strip()) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept = [{**command, "command": command["command"].removeprefix("/").lower()} for command in commands]
        self._commands[scope_key(scope), language] = kept

    def delete_commands(self, scope: Json | None, language: str) -> None:
        """Forget the commands of one scope and language."""
        self._commands.pop((scope_key(scope), language), None)

    def commands(self, scope: Json | None, language: str) -> list[Json]:
        """Return the commands of exactly that scope and language."""
        return self._commands.get((scope_key(scope), language), [])

    def commands_seen_by(self, person_id: int, language: str) -> list[Json]:
        """Return what a private chat shows: the narrowest scope counts, in it the person's language first."""
        chat = {"type": "chat", "chat_id": person_id}
        for scope in (chat, {"type": "all_private_chats"}, {"type": "default"}):
            for code in (language, ""):
                if found := self.commands(scope, code):
                    return found
        return []


def set_text(texts: dict[str, str], text: str | None, language: str | None, longest: int, name: str) -> None:
    """Keep a text for a language; an empty one takes it away; raise Refused for one that is too long."""
    code = checked_language(language)
    if not text:
        texts.pop(code, None)
    elif len(text) > longest:
        raise bad_request(f"{name} is too long")
    else:
        texts[code] = text
