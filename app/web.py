"""What we answer over HTTP: /healthz, and the webhook where there is one."""

import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.errors import SettingsInvalid


def make_app(health: Callable[[], Awaitable[list[str]]], routes: Sequence[Route]) -> Starlette:
    """Return the ASGI application. `health` returns problems, none when all is well."""

    async def healthz(_request: Request) -> Response:
        problems = await health()
        body: dict[str, Any] = {"status": "failing" if problems else "ok", "problems": problems}
        return JSONResponse(body, status_code=503 if problems else 200)

    return Starlette(routes=[Route("/healthz", healthz), *routes])


class QuietServer(uvicorn.Server):
    """Leaves signals to the service."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: the service stops everything in order."""
        yield


def bind(host: str, port: int) -> socket.socket:
    """Take the port now, so that a taken one is a clear error."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise SettingsInvalid(
            f"KEEPWELL_LISTEN: cannot listen on {host}:{port} ({error.strerror}); choose another port"
        ) from error
    return taken


def make_server(app: Starlette) -> QuietServer:
    """Return a server for the application."""
    return QuietServer(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=10)
    )
