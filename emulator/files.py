"""The files that were sent, either way."""

import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from pathlib import PurePath

from emulator.errors import bad_request

PHOTO_LIMIT = 10 * 1024 * 1024
DOCUMENT_LIMIT = 50 * 1024 * 1024  # to a phone
DOWNLOAD_LIMIT = 20 * 1024 * 1024  # from a phone, through getFile


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as Telegram keeps it; `width` and `height` are 0 for what is not a picture."""

    file_id: str
    unique_id: str
    path: str  # for getFile
    name: str
    mime: str
    content: bytes
    width: int = 0
    height: int = 0


class FileStore:
    """Files by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add_photo(self, content: bytes) -> StoredFile:
        """Keep a picture, or raise Refused as Telegram does for what is none."""
        size = picture_size(content)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if len(content) > PHOTO_LIMIT:
            raise bad_request("file is too big")
        if sum(size) > 10_000 or max(size) > 20 * min(size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        # Telegram keeps every photo as JPEG; the bytes are left as they came.
        return self._add("photos", "photo.jpg", "image/jpeg", content, size)

    def add_document(self, name: str, content: bytes) -> StoredFile:
        """Keep a document under the last part of its name, or raise Refused."""
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > DOCUMENT_LIMIT:
            raise bad_request("file is too big")
        name = PurePath(name.replace("\\", "/")).name or "file"
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._add("documents", name, mime, content, (0, 0))

    def _add(self, folder: str, name: str, mime: str, content: bytes, size: tuple[int, int]) -> StoredFile:
        number = len(self._by_id) + 1
        digest = hashlib.sha256(content).hexdigest()
        file = StoredFile(
            file_id=f"{'AgAC' if folder == 'photos' else 'BQAC'}{number:06}{digest[:40]}",
            unique_id=f"AQAD{digest[:12]}",
            path=f"{folder}/file_{number}{PurePath(name).suffix}",
            name=name,
            mime=mime,
            content=content,
            width=size[0],
            height=size[1],
        )
        self._by_id[file.file_id] = self._by_path[file.path] = file
        return file

    def by_id(self, file_id: str) -> StoredFile | None:
        """Return the file of that id, or None."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """Return the file that `getFile` named so, or None."""
        return self._by_path.get(path)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, JPEG or GIF, or None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk the segments to the frame header (SOF0 … SOF15, without the tables between)."""
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker, length = content[position + 1], struct.unpack(">H", content[position + 2 : position + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return None
