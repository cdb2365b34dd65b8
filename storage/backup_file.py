"""The file of a backup: a database, packed and encrypted, that says what it holds and cannot be changed unnoticed.

    magic · length of the header · header (JSON) · chunks · SHA-256 of all before

A chunk is its length and its AES-256-GCM text. The key belongs to this one file (secret key and salt). Each chunk is
bound to its number, to the header and to whether it is the last, so that none can be changed, moved or left out.
"""

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.vault import derive, fingerprint

MAGIC: Final = b"KEEPWELL BACKUP\n"
FORMAT: Final = 1
CHUNK: Final = 1 << 20
LONGEST_HEADER: Final = 1 << 20
CHECKSUM: Final = hashlib.sha256().digest_size


class BackupUnreadable(Exception):
    """The file is no backup, is damaged, or was made with another key: one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a backup says of itself. It is readable without the key, and names nobody."""

    version: str  # of the program
    revision: str  # of the tables
    made_at: str  # ISO 8601
    rows: Mapping[str, int]  # by table
    key: str  # fingerprint of the secret key
    salt: str
    format: int = FORMAT


def write(file: IO[bytes], header: Header, secret: str, content: Iterable[bytes]) -> None:
    """Write a backup of that content."""
    digest = hashlib.sha256()

    def put(part: bytes) -> None:
        digest.update(part)
        file.write(part)

    said = json.dumps(asdict(header), sort_keys=True).encode()
    put(MAGIC + struct.pack(">I", len(said)) + said)
    cipher = _cipher(secret, header)
    ahead = b""
    number = 0
    for part in _packed(content):
        if ahead:
            put(_seal(cipher, said, number, ahead, last=False))
            number += 1
        ahead = part
    put(_seal(cipher, said, number, ahead, last=True))
    file.write(digest.digest())


def read_header(path: Path) -> Header:
    """Return what a file says of itself, after its checksum was compared. Raise BackupUnreadable."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BackupUnreadable(f"{path}: this is no backup of Keepwell's")
        _compare_checksum(path)
        return _header(_said(file, path), path)


def read(path: Path, secrets: Sequence[str]) -> Iterator[bytes]:
    """Yield the content of a backup. Raise BackupUnreadable."""
    header = read_header(path)
    secret = next((secret for secret in secrets if fingerprint(secret) == header.key), None)
    if secret is None:
        raise BackupUnreadable(
            f"{path}: made with another secret key ({header.key}); put that key back into KEEPWELL_SECRET_KEY, behind"
            " the present one and a comma"
        )
    cipher = _cipher(secret, header)
    with path.open("rb") as file:
        file.seek(len(MAGIC))
        said = _said(file, path)
        unpack = zlib.decompressobj()
        try:
            for part in _opened(file, cipher, said, path.stat().st_size - CHECKSUM):
                yield unpack.decompress(part)
            yield unpack.flush()
        except (InvalidTag, zlib.error, struct.error):
            raise BackupUnreadable(f"{path}: damaged, or changed by somebody") from None
    if not unpack.eof:
        raise BackupUnreadable(f"{path}: damaged, or changed by somebody")


def new_salt() -> str:
    """Return what makes the key of one file its own."""
    return os.urandom(16).hex()


def _cipher(secret: str, header: Header) -> AESGCM:
    return AESGCM(derive(secret, f"backup {header.salt}"))


def _packed(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content, compressed, in chunks."""
    pack = zlib.compressobj(6)
    waiting = bytearray()
    for part in content:
        waiting += pack.compress(part)
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    yield bytes(waiting + pack.flush())


def _bound_to(said: bytes, *, last: bool) -> bytes:
    return hashlib.sha256(said).digest() + (b"\x01" if last else b"\x00")


def _seal(cipher: AESGCM, said: bytes, number: int, part: bytes, *, last: bool) -> bytes:
    sealed = cipher.encrypt(number.to_bytes(12, "big"), part, _bound_to(said, last=last))
    return struct.pack(">I", len(sealed)) + sealed


def _opened(file: IO[bytes], cipher: AESGCM, said: bytes, end: int) -> Iterator[bytes]:
    number = 0
    while file.tell() < end:
        (length,) = struct.unpack(">I", file.read(4))
        if length > CHUNK * 2:
            raise InvalidTag
        sealed = file.read(length)
        yield cipher.decrypt(number.to_bytes(12, "big"), sealed, _bound_to(said, last=file.tell() >= end))
        number += 1


def _said(file: IO[bytes], path: Path) -> bytes:
    (length,) = struct.unpack(">I", file.read(4))
    if length > LONGEST_HEADER:
        raise BackupUnreadable(f"{path}: damaged, or changed by somebody")
    return file.read(length)


def _header(said: bytes, path: Path) -> Header:
    try:
        values: dict[str, Any] = json.loads(said)
        if int(values["format"]) > FORMAT:
            raise BackupUnreadable(f"{path}: written by a newer Keepwell ({values['version']}); use that version")
        return Header(**values)
    except (ValueError, KeyError, TypeError):
        raise BackupUnreadable(f"{path}: damaged, or changed by somebody") from None


def _compare_checksum(path: Path) -> None:
    digest, left = hashlib.sha256(), path.stat().st_size - CHECKSUM
    with path.open("rb") as file:
        while left > 0 and (part := file.read(min(CHUNK, left))):
            digest.update(part)
            left -= len(part)
        if left or file.read() != digest.digest():
            raise BackupUnreadable(f"{path}: damaged or cut short: its checksum does not fit; take another backup")
