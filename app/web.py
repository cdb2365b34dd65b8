"""What we answer over HTTP: /healthz, /readyz, /metrics, and the webhook where there is one."""

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
from app.metrics import CONTENT_TYPE, exposition
from flows.meter import Meter

Problems = Callable[[], Awaitable[list[str]]]


def make_app(health: Problems, routes: Sequence[Route]) -> Starlette:
    """Return the ASGI application. `health` returns problems, none when all is well."""
    return Starlette(routes=[state_route("/healthz", health), *routes])


def state_route(path: str, look: Problems) -> Route:
    """Return a route that says what is wrong: 200 when nothing is, else 503."""

    async def state(_request: Request) -> Response:
        problems = await look()
        body: dict[str, Any] = {"status": "failing" if problems else "ok", "problems": problems}
        return JSONResponse(body, status_code=503 if problems else 200)

    return Route(path, state)


def metrics_route(meter: Meter, look: Callable[[], Awaitable[None]]) -> Route:
    """Return the route that Prometheus asks. `look` brings the shared numbers up to date."""

    async def metrics(_request: Request) -> Response:
        await look()
        return Response(exposition(meter), media_type=CONTENT_TYPE)

    return Route("/metrics", metrics)


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
