"""Where the secret keys are kept, and putting a new one in front."""

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Final

from app.errors import CommandFailed, SettingsInvalid
from app.settings import PREFIX, Settings, key_file

NAME: Final = f"{PREFIX}SECRET_KEY"
LINE: Final = re.compile(rf"^(\s*(?:export\s+)?{NAME}\s*=\s*)(['\"]?)([^'\"\n]*)(['\"]?)\s*$", re.MULTILINE)


def put_in_front(settings: Settings, key: str) -> Path:
    """Put a new key in front of the others, where they are kept, and return that file.

    Raise CommandFailed when they stand in the environment: only whoever sets that can change it.
    """
    file = key_file(settings)
    if file is not None:
        _replace(file, f"{key},{file.read_text().strip()}\n")
        return file
    env = Path(".env")
    text = env.read_text("utf-8") if env.is_file() else ""
    found = LINE.search(text)
    if os.environ.get(NAME) or found is None:
        raise CommandFailed(f"{NAME} comes from the environment: put the new key in front of it there, with a comma")
    before, quote, old, _ = found.groups()
    _replace(env, f"{text[: found.start()]}{before}{quote}{key},{old.strip()}{quote}{text[found.end() :]}")
    return env


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_urlsafe(32)


def _replace(path: Path, text: str) -> None:
    """Replace a file as a whole, readable for its owner alone: a key that is half written locks everybody out."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(PermissionError):
            os.chown(draft, path.stat().st_uid, path.stat().st_gid)
        draft.replace(path)
    except OSError as error:
        raise SettingsInvalid(f"{path} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
