"""Names, notes and Telegram ids are stored encrypted. Equality look-ups go through keyed digests."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class WrongKey(Exception):
    """A stored value was written with a secret key that is not among those in KEEPWELL_SECRET_KEY."""

    def __init__(self) -> None:
        super().__init__(
            "the database was written with another secret key; put that key back into KEEPWELL_SECRET_KEY"
            " (several keys are separated by commas, the newest first)"
        )


def derive(secret: str, purpose: str) -> bytes:
    """Return 32 bytes that belong to one purpose (HKDF-SHA256, RFC 5869): one leaked use does not open another."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"keepwell {purpose}".encode()).derive(secret.encode())


def fingerprint(secret: str) -> str:
    """Return a name for a secret key that may be shown: nobody can find the key, or anything sealed, by it."""
    return derive(secret, "fingerprint")[:5].hex()


class Vault:
    """Encrypts with the first secret, reads with any of them, so that keys can rotate."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Take the secrets, the newest first. Raise ValueError when there is none."""
        if not secrets or not all(secrets):
            raise ValueError("at least one secret key is needed")
        self._secrets = tuple(secrets)
        self._each = [Fernet(base64.urlsafe_b64encode(derive(s, "columns"))) for s in secrets]
        self._fernet = MultiFernet(self._each)
        self._index_keys = [derive(s, "index") for s in secrets]

    def seal(self, text: str) -> str:
        """Return the text encrypted."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text that was sealed, or raise WrongKey."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise WrongKey from None

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """The names of the keys, the newest first."""
        return tuple(fingerprint(secret) for secret in self._secrets)

    def sealed_by(self, sealed: str) -> str | None:
        """Return the fingerprint of the key that a text was sealed with; None when it is not among the keys."""
        for key, name in zip(self._each, self.fingerprints, strict=True):
            try:
                key.decrypt(sealed.encode())
            except InvalidToken:
                continue
            return name
        return None

    def seal_json(self, value: Any) -> str:
        """Return a JSON value encrypted."""
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def open_json(self, sealed: str) -> Any:
        """Return the JSON value that was sealed."""
        return json.loads(self.open(sealed))

    def index(self, value: str | int) -> str:
        """Return the digest under which a value is stored: the same value gives the same digest."""
        return self._digest(self._index_keys[0], value)

    def indexes(self, value: str | int) -> list[str]:
        """Return the digests under which a value may be found, the newest key first."""
        return [self._digest(key, value) for key in self._index_keys]

    def keys_for(self, purpose: str) -> tuple[bytes, ...]:
        """Return keys for another purpose (signing buttons), the newest first."""
        return tuple(derive(secret, purpose) for secret in self._secrets)

    @staticmethod
    def _digest(key: bytes, value: str | int) -> str:
        return hmac.new(key, str(value).encode(), hashlib.sha256).hexdigest()[:40]
