"""The network's edge: every call of the bot is checked against the Bot API and done in the emulator, without a wire."""

import inspect
import json
from collections.abc import Callable
from typing import Any

from telegram.request import BaseRequest, RequestData

from emulator import Emulator
from emulator.contract import Upload
from emulator.errors import ContractBroken, NotEmulated, Refused
from emulator.methods import METHODS, Arguments

# Told of every message or edit: the chat, and the words.
OnWords = Callable[[int, str], None]


class Edge(BaseRequest):
    """Stands where the transport stands."""

    def __init__(self, telegram: Emulator, on_words: OnWords) -> None:
        self._telegram = telegram
        self._on_words = on_words
        self.violations: list[str] = []
        self.calls: dict[str, int] = {}

    @property
    def read_timeout(self) -> float:
        """Nothing is waited for."""
        return 1.0

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Close nothing."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - all calls are POST
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Do one call and return status and body."""
        name = url.rpartition("/")[2]
        self.calls[name] = self.calls.get(name, 0) + 1
        try:
            result = await self._do(name, request_data)
        except Refused as refused:
            if isinstance(refused, ContractBroken | NotEmulated):
                self.violations.append(f"{name}: {refused.description}")
            return refused.code, json.dumps(refused.body()).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def _do(self, name: str, data: RequestData | None) -> Any:
        services = self._telegram.services
        name = services.contract.method_named(name)
        raw: dict[str, object] = {}
        if data is not None:
            raw.update(data.json_parameters)
            for key, (filename, content, _) in data.multipart_data.items():
                raw[key] = Upload(filename, content if isinstance(content, bytes) else content.encode())
        values, files = services.contract.read(name, raw)
        words, chat = values.get("text", values.get("caption")), values.get("chat_id")
        if isinstance(chat, int) and isinstance(words, str):
            self._on_words(chat, words + json.dumps(values.get("reply_markup", ""), ensure_ascii=False))
        result = METHODS[name].run(services, Arguments(values, files))
        return await result if inspect.isawaitable(result) else result
