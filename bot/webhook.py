"""The webhook: Telegram gets its 200 after the transaction has committed, and an error otherwise, so it comes again."""

import hmac
import json
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.dispatch import DatabaseAway, Dispatcher
from bot.reading import number_of

log = structlog.get_logger(__name__)

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
MAX_BYTES: Final = 1_000_000


def webhook_route(
    path: str, secrets: Sequence[str], dispatcher: Dispatcher, hears: Callable[[], bool] = lambda: True
) -> Route:
    """Return the route that Telegram posts updates to. Whoever knows none of the secrets learns nothing.

    There are several while the secret key changes: Telegram says the one that the replica told it that started last.

    `hears`: until it says yes, updates are refused, so that they come again. The address is served from the first
    moment, and Telegram, or a balancer in between, does not wait until a replica has started.
    """

    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not any(hmac.compare_digest(given.encode(), secret.encode()) for secret in secrets):
            return Response(status_code=403)
        if not hears():
            return JSONResponse({"ok": False}, status_code=503)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return Response(status_code=413)
        try:
            update = json.loads(bytes(body))
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if number_of(update) is None:
            return Response(status_code=400)
        try:
            await dispatcher.take(update)
        except DatabaseAway:
            return JSONResponse({"ok": False}, status_code=503)
        return JSONResponse({"ok": True})

    return Route(path, take, methods=["POST"])
