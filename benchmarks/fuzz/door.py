"""The webhook's door, knocked at by those who do not know the secret, and by those who send what is no update."""

import json
import random
from collections import Counter
from typing import Any, Final

from starlette.applications import Starlette

from benchmarks.fuzz.town import Town
from benchmarks.fuzz.words import Pen
from bot.webhook import MAX_BYTES, SECRET_HEADER, webhook_route

SECRET: Final = "the-right-secret"


class Door:
    """Posts to the webhook as uvicorn would hand it over."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self._app = Starlette(routes=[webhook_route("/hook", [SECRET], town.dispatcher)])
        self._dice = dice
        self._pen = Pen(dice)
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []

    async def knocks(self, update: dict[str, Any]) -> None:
        """Post something that must be refused, and note what was not."""
        dice = self._dice
        what, secret, body, wanted = dice.choice(
            (
                ("no secret", None, _body(update), 403),
                ("a wrong secret", self._pen.text()[:60], _body(update), 403),
                ("no JSON", SECRET, dice.randbytes(200), 400),
                ("no update", SECRET, _body([update, 1, None][dice.randrange(3) :]), 400),
                (
                    "an impossible number",
                    SECRET,
                    _body({"message": {}, "update_id": dice.choice((2**63, -1, "1", True))}),
                    400,
                ),
                ("nested too deeply", SECRET, b"[" * 100_000, 400),
                ("too large", SECRET, b" " * (MAX_BYTES + 1), 413),
                ("another path", SECRET, _body(update), 404),
            )
        )
        try:
            status = await self._post("/hook" if wanted != 404 else "/else", secret, body)
        except Exception as error:
            self.wrong.append(f"webhook, {what}: {type(error).__name__}")
            return
        self.answers[f"{what}: {status}"] += 1
        if status != (413 if len(body) > MAX_BYTES and wanted == 400 else wanted):
            self.wrong.append(f"webhook, {what}: {status} instead of {wanted}")

    async def _post(self, path: str, secret: str | None, body: bytes) -> int:
        headers = [] if secret is None else [(SECRET_HEADER.lower().encode(), secret.encode(errors="replace"))]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": headers,
        }
        chunks = [body[start : start + 65_536] for start in range(0, len(body), 65_536)] or [b""]
        found = []

        async def receive() -> dict[str, Any]:
            chunk = chunks.pop(0) if chunks else b""
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                found.append(message["status"])

        await self._app(scope, receive, send)
        return int(found[0])


def _body(value: Any) -> bytes:
    try:
        return json.dumps(value).encode()
    except (ValueError, RecursionError):
        return b"{"
