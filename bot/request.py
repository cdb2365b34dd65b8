"""How calls reach Telegram: aiohttp, and errors that tell whether a message was certainly not sent."""

from typing import Any, Final
from urllib.request import getproxies

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
# A long poll waits on the server's side; the connection may be silent for longer than that.
POLL_MARGIN_SECONDS: Final = 10.0


class NotSent(NetworkError):
    """The request never left: no connection."""


class MaybeSent(TimedOut):
    """The request left, and the answer was lost."""


class AiohttpRequest(BaseRequest):
    """The transport. One connection pool for everything but the long poll."""

    def __init__(self, *, connections: int = 64) -> None:
        """Prepare; the pool is opened by `initialize`."""
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=15)
            # To ask the environment for a proxy costs a thread and its start for every call: only where there is one.
            self._session = aiohttp.ClientSession(connector=connector, trust_env=bool(getproxies()))

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - aiohttp has one for both
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Make one call and return status and body."""
        if self._session is None:
            raise RuntimeError("the transport is not open")
        seconds = read_timeout if isinstance(read_timeout, int | float) else READ_SECONDS
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=seconds)
        try:
            async with self._session.request(method, url, data=_body(request_data), timeout=timeout) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"no connection: {type(error).__name__}") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise MaybeSent(f"the answer was lost: {type(error).__name__}") from error


def _body(request_data: RequestData | None) -> Any:
    if request_data is None:
        return None
    if not request_data.multipart_data:
        return request_data.json_parameters
    form = aiohttp.FormData()
    for key, value in request_data.json_parameters.items():
        form.add_field(key, value)
    for key, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(key, content, filename=filename, content_type=mime)
    return form
