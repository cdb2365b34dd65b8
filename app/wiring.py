"""Settings become working parts."""

import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from app.settings import Settings, secret_keys
from core.messages import Outgoing, Priority
from flows.deps import Deps
from program.load import load_program
from storage.database import Database
from storage.vault import Vault


def utc_now() -> datetime:
    """Return the instant now, aware and in UTC."""
    return datetime.now(UTC)


def nobody_waits(_priority: Priority) -> None:
    """Wake nobody: another process has the sender."""


def instance_name() -> str:
    """Return a name for this process that no other has."""
    return f"{socket.gethostname()[:16]}-{os.getpid()}-{uuid4().hex[:6]}"


def make_deps(
    settings: Settings,
    vault: Vault,
    *,
    clock: Callable[[], datetime] = utc_now,
    wake: Callable[[Priority], None] = nobody_waits,
    hand_over: Callable[[Sequence[Outgoing]], None] | None = None,
) -> Deps:
    """Return what the flows work with."""
    return Deps(
        db=Database(settings.database_url, vault),
        program=load_program(settings.program),
        clock=clock,
        wake=wake,
        instance=instance_name(),
        hand_over=hand_over,
    )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Deps]:
    """Open what a command needs, and close it."""
    deps = make_deps(settings, Vault(secret_keys(settings)))
    try:
        yield deps
    finally:
        await deps.db.close()
