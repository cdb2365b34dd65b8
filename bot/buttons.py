"""What a button carries: version, action, row id, argument and a short signature; at most 64 bytes."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

VERSION: Final = "1"
MAX_BYTES: Final = 64
NOBODY: Final = ""

T = TypeVar("T")


class ButtonRefused(Exception):
    """A button that we did not make, or not in this form."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button says. It is a wish: who may do it is checked on the server."""

    action: str
    row: UUID | None
    argument: str

    def reads(self, read: Callable[[str], T], text: str | None = None) -> T:
        """Return what `read` makes of the argument, or of a part of it.

        Raise ButtonRefused when it raises ValueError: a button of an older version may carry what this one cannot read.
        """
        try:
            return read(self.argument if text is None else text)
        except ValueError:
            raise ButtonRefused("the argument does not fit") from None


class Signer:
    """Signs buttons with the newest key and accepts those of older ones."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the keys, the newest first."""
        self._keys = tuple(keys)

    def seal(self, action: str, row: UUID | str | None = None, argument: str = "") -> str:
        """Return the payload of a button. Raise ValueError when it does not fit."""
        id_ = UUID(row) if isinstance(row, str) else row
        packed = base64.urlsafe_b64encode(id_.bytes).decode().rstrip("=") if id_ else NOBODY
        body = f"{VERSION}:{action}:{packed}:{argument}"
        payload = f"{body}:{self._mac(self._keys[0], body)}"
        if len(payload.encode()) > MAX_BYTES:
            raise ValueError(f"a button of action {action!r} does not fit into {MAX_BYTES} bytes")
        return payload

    def open(self, payload: str) -> Press:
        """Return what a payload says, or raise ButtonRefused."""
        body, _, mac = payload.rpartition(":")
        if not any(hmac.compare_digest(self._mac(key, body).encode(), mac.encode()) for key in self._keys):
            raise ButtonRefused("the signature does not fit")
        version, action, packed, argument = (*body.split(":", 3), "", "", "")[:4]
        if version != VERSION:
            raise ButtonRefused("the button is of another version")
        try:
            row = UUID(bytes=base64.urlsafe_b64decode(packed + "==")) if packed else None
        except ValueError:
            raise ButtonRefused("the row does not fit") from None
        return Press(action, row, argument)

    @staticmethod
    def _mac(key: bytes, body: str) -> str:
        return base64.urlsafe_b64encode(hmac.new(key, body.encode(), hashlib.sha256).digest()[:6]).decode()
