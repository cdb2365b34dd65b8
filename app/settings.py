"""Settings come from the environment, or from `.env` in the working directory. See `.env.example`."""

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsInvalid
from storage.database import database_url

PREFIX: Final = "KEEPWELL_"
TELEGRAM: Final = "https://api.telegram.org"
TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")
# Another Bot API server may have tokens of another form; this much fits into an address.
ANY_TOKEN: Final = re.compile(r"[A-Za-z0-9_:.~-]+")
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")


class Settings(BaseSettings):
    """All settings. An empty value is as good as none."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore")

    telegram_api_url: str = TELEGRAM  # before the token, whose form hangs on it
    telegram_token: str | None = None
    database_url: str = "sqlite:///./keepwell.db"
    program: Path | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
    listen: str = "127.0.0.1:8080"
    secret_key: str | None = None
    log_level: str = "INFO"
    ping_url: str | None = None

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: str | None, info: ValidationInfo) -> str | None:
        usual = info.data.get("telegram_api_url", TELEGRAM) == TELEGRAM
        if value is not None and not (TOKEN if usual else ANY_TOKEN).fullmatch(value):
            raise ValueError("it looks like 123456:ABC… ; copy the whole token that @BotFather gave you")
        return value

    @field_validator("telegram_api_url", "webhook_url", "ping_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"https?://[^/\s]+", value):
            raise ValueError("it starts with https:// (or http:// on this machine)")
        return value.rstrip("/") if value else value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: str | None) -> str | None:
        if value is not None and not SECRET.fullmatch(value):
            raise ValueError("it has 1 to 256 letters, digits, - and _")
        return value

    @field_validator("listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 <= int(port) <= 65_535:
            raise ValueError("it is HOST:PORT, such as 127.0.0.1:8080")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in LEVELS:
            raise ValueError(f"it is one of {', '.join(LEVELS)}")
        return value.upper()

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            database_url(value)
        except Exception:
            raise ValueError("it is sqlite:///file.db or postgresql://user:password@host/name") from None
        return value

    @property
    def is_sqlite(self) -> bool:
        """Say whether the embedded database is used."""
        return database_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def host_and_port(self) -> tuple[str, int]:
        """Where we listen."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


def load_settings(**overrides: Any) -> Settings:
    """Return the settings, or raise SettingsInvalid with one line per fault."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = PREFIX + str(fault["loc"][0] if fault["loc"] else "").upper()
            lines.append(f"{name}: {fault['msg'].removeprefix('Value error, ')}")
        raise SettingsInvalid("\n".join(lines)) from None


def secret_keys(settings: Settings) -> list[str]:
    """Return the secret keys, the newest first. On SQLite one is made on the first run and kept beside the database.

    Raise SettingsInvalid when another database has none: a key made up on one replica would lock out the others.
    """
    if settings.secret_key:
        return _keys_of(settings.secret_key, f"{PREFIX}SECRET_KEY")
    if not settings.is_sqlite:
        raise SettingsInvalid(
            f"{PREFIX}SECRET_KEY is required with PostgreSQL; make one with:"
            ' python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    path = key_file(settings)
    return [secrets.token_urlsafe(32)] if path is None else _keys_of(_kept_keys(path), str(path))


def key_file(settings: Settings) -> Path | None:
    """Return the file beside the database that keeps the keys; None when the settings have them."""
    database = database_url(settings.database_url).database
    if settings.secret_key or not settings.is_sqlite or not database or database == ":memory:":
        return None
    return Path(database).with_suffix(".key")


def _keys_of(text: str, place: str) -> list[str]:
    keys = [key.strip() for key in text.split(",") if key.strip()]
    if short := [key for key in keys if len(key) < 16]:
        raise SettingsInvalid(f"{place}: {len(short)} of the keys has fewer than 16 characters")
    return keys


def _kept_keys(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    key = path.read_text().strip()
    if not key:
        raise SettingsInvalid(f"{path} is empty; put the key back, or remove it together with the database")
    return key


def _make_key(path: Path) -> None:
    """Make the key under another name first: of two processes that start together one wins, and none reads half."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
