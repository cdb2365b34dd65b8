"""The service: everything that runs, started in order and stopped in order."""

import asyncio
import contextlib
import gc
import signal
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError

from app import web
from app.clock import SharedClock
from app.errors import CommandFailed, SettingsInvalid
from app.heartbeat import ping, watch
from app.reach import Reach
from app.readiness import Readiness
from app.settings import Settings, secret_keys
from app.wiring import make_deps, utc_now
from bot.application import build, handle, publish_commands, wire
from bot.buttons import Signer
from bot.dispatch import Dispatcher
from bot.intake import ALLOWED_UPDATES, LongPoll
from bot.sender import Sender
from bot.webhook import webhook_route
from core.messages import Outgoing, Priority
from flows import delivery, health, roster, scheduling, upkeep
from flows.gauging import Gauging
from scheduler.ticker import Ticker
from storage import updates
from storage.database import DATABASE_AWAY, SCHEMA_MISSING
from storage.vault import Vault

log = structlog.get_logger(__name__)

STOP_WITHIN_SECONDS: Final = 15.0
LONGEST_PAUSE_SECONDS: Final = 30.0
LOOK_EVERY_SECONDS: Final = 10.0


class Service:
    """One process of Keepwell."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] | None = None,
        machine_clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Put the parts together; nothing is started yet.

        `clock` is gone by where it is given. Without it replicas go by their database's clock, and SQLite by the
        machine's.
        """
        if settings.telegram_token is None:
            raise SettingsInvalid("KEEPWELL_TELEGRAM_TOKEN is not set; `keepwell demo` runs without one")
        vault = Vault(secret_keys(settings))
        self.settings = settings
        self._shared = None if clock is not None or settings.is_sqlite else SharedClock(machine_clock)
        clock = clock or self._shared or machine_clock
        self.deps = make_deps(settings, vault, clock=clock, wake=self._wake, hand_over=self._hand_over)
        self._application = build(settings.telegram_token, settings.telegram_api_url)
        self._signer = Signer(vault.keys_for("buttons"))
        wire(self._application, self.deps, self._signer)
        self._sender = Sender(self.deps, self._application.bot, self._signer)
        self._dispatcher = Dispatcher(
            self._handle,
            self._bury,
            delivery.is_away,
        )
        base_url = f"{settings.telegram_api_url}/bot{settings.telegram_token}"
        self._poll = LongPoll(base_url, self._dispatcher, clock)
        polls = self._poll if settings.webhook_url is None else None
        self._reach = Reach(self._webhook_info, polls, clock)
        self._stop = asyncio.Event()
        self._hears = False  # handlers cannot be called before the application is there
        self._ticker = Ticker(self.deps)
        self._readiness = Readiness(self.deps.db, lambda: self._ticker.last_tick)
        # The same on every replica, and after every restart.
        derived = [key.hex() for key in vault.keys_for("webhook")]
        self._webhook_secrets = [settings.webhook_secret] if settings.webhook_secret else derived

    def _wake(self, priority: Priority) -> None:
        self._sender.wake(priority)

    def _hand_over(self, messages: Sequence[Outgoing]) -> None:
        self._sender.hand_over(messages)

    async def _handle(self, update: dict[str, Any]) -> None:
        began, meter = time.monotonic(), self.deps.meter
        try:
            await handle(self._application, update)
        except Exception:
            meter.tally("keepwell_updates_total", "failed")
            raise
        meter.tally("keepwell_updates_total", "handled")
        meter.observe("keepwell_update_seconds", time.monotonic() - began)

    async def _bury(self, update_id: int, update: dict[str, Any], error: str) -> None:
        self.deps.meter.tally("keepwell_updates_total", "buried")
        async with self.deps.db.transaction() as session:
            await updates.bury(session, update_id, update, error, self.deps.clock())

    def stop(self) -> None:
        """Ask the service to stop; `run` returns when it has."""
        self._stop.set()

    async def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Run until stopped. `ready` is called when people can be heard."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        server = web.make_server(web.make_app(self.problems, self._routes()))
        listening = web.bind(*self.settings.host_and_port)
        tasks = [asyncio.create_task(server.serve(sockets=[listening]), name="web")]
        beside = [asyncio.create_task(watch(self._alarms, self.settings.ping_url), name="watchdog")]
        if self._shared is not None:
            beside.append(asyncio.create_task(self._shared.keeps(self.deps.db.now), name="clock"))
        try:
            await self._prepare()
            if await self._connect():
                # Whatever is here now stays until the end. To look through all of it for garbage takes long, and no tap
                # is answered meanwhile.
                gc.freeze()
                self._ticker.start()
                tasks.append(asyncio.create_task(self._sender.run(), name="sender"))
                if self.settings.webhook_url is None:
                    tasks.append(asyncio.create_task(self._poll.run(), name="poll"))
                tasks.append(asyncio.create_task(self._look(), name="reach"))
                self._readiness.started = True
                log.info("ready", action="ready", instance=self.deps.instance)
                ready()
                await self._wait(tasks)
        finally:
            for task in beside:
                task.cancel()
            await self._shut_down(server, tasks)

    async def _look(self) -> None:
        """Look whether Telegram takes the token, until stopped; raise when it has refused it for too long."""
        while not self._stop.is_set():
            await self._reach.look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._stop.wait()

    def _routes(self) -> list[Any]:
        routes = [
            web.state_route("/readyz", lambda: self._readiness.lacks(self._reach.refused)),
            web.metrics_route(self.deps.meter, Gauging(self.deps).look),
        ]
        if self.settings.webhook_url is not None:
            path = urlsplit(self.settings.webhook_url).path or "/"
            routes.append(webhook_route(path, self._webhook_secrets, self._dispatcher, lambda: self._hears))
        return routes

    async def _prepare(self) -> None:
        """Take up what an earlier process left, and plan anew when the program has changed."""
        if self._shared is not None:
            await self._shared.sets(self.deps.db.now)
        now = self.deps.clock()
        await upkeep.sign_of_life(self.deps, now=now)
        recovered = await delivery.recover(self.deps, alone=self.settings.is_sqlite)
        planned = await scheduling.plan_if_changed(self.deps)
        await upkeep.forget_updates(self.deps, now=now)
        log.info("prepared", action="prepared", recovered=recovered, planned=planned)

    async def _connect(self) -> bool:
        """Reach Telegram; keep trying while it cannot be reached. False when told to stop meanwhile."""
        pause = 1.0
        while not self._stop.is_set():
            try:
                await self._application.initialize()
                self._hears = True
                bot = self._application.bot
                await roster.remember_bot(self.deps, bot.username)
                if self.settings.webhook_url is None:
                    await self._remove_webhook()
                else:
                    await self._set_webhook()
            except InvalidToken as error:
                raise CommandFailed(
                    "Telegram refuses the token; check KEEPWELL_TELEGRAM_TOKEN (@BotFather shows it) and"
                    " KEEPWELL_TELEGRAM_API_URL"
                ) from error
            except TelegramError as error:
                log.warning("Telegram cannot be reached", action="telegram_away", error=type(error).__name__)
                await asyncio.wait({asyncio.create_task(self._stop.wait())}, timeout=pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            self._publishing = asyncio.create_task(self._publish())
            return True
        return False

    async def _publish(self) -> None:
        try:
            await publish_commands(self._application.bot, self.deps.program.languages)
        except TelegramError as error:
            log.warning("menu not published", action="menu_failed", error=type(error).__name__)

    async def _remove_webhook(self) -> None:
        try:
            await self._application.bot.delete_webhook()
        except InvalidToken:
            # A server of another make may not know the method, and answers as to a bad token.
            await self._application.bot.get_me()
            log.warning("no webhook could be removed", action="webhook_not_removed")

    async def _webhook_info(self) -> WebhookInfo:
        bot = self._application.bot
        try:
            return await bot.get_webhook_info()
        except InvalidToken:
            await bot.get_me()  # is it the token, or only the method?
            return WebhookInfo(url="", has_custom_certificate=False, pending_update_count=0)

    async def _set_webhook(self) -> None:
        await self._application.bot.set_webhook(
            self.settings.webhook_url or "",
            secret_token=self._webhook_secrets[0],
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=40,
        )

    async def _wait(self, tasks: list[asyncio.Task[None]]) -> None:
        stopping = asyncio.create_task(self._stop.wait())
        done, _ = await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for task in done - {stopping}:
            if error := task.exception():
                # Half a service is worse than none: the process ends, and whoever watches it starts it again.
                log.critical(
                    "a part has stopped", action="part_stopped", part=task.get_name(), error=type(error).__name__
                )
                await ping(self.settings.ping_url, [f"a part has stopped: {task.get_name()}"])
                raise error

    async def _shut_down(self, server: web.QuietServer, tasks: list[asyncio.Task[None]]) -> None:
        log.info("stopping", action="stopping")
        self._readiness.stopping = True
        self._poll.stop()
        await self._ticker.stop()
        self._sender.stop()
        server.should_exit = True
        _, late = await asyncio.wait(tasks, timeout=STOP_WITHIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(*DATABASE_AWAY, *SCHEMA_MISSING):
            await upkeep.sign_off(self.deps)
        await self._application.shutdown()
        await self._application.bot.shutdown()  # what was opened before Telegram refused or could not be reached
        await self.deps.db.close()
        log.info("stopped", action="stopped")

    async def problems(self) -> list[str]:
        """Return what is wrong, for /healthz."""
        if not await self.deps.db.answers():
            return ["the database does not answer"]
        found = list((await health.check(self.deps)).problems)
        return [*found, *self._reach.problems()]

    async def _alarms(self) -> list[str]:
        """Return what the operator must hear: what is wrong, and alerts that nobody takes while all is well."""
        found = await self.problems()
        return [*found, *await health.unanswered(self.deps)] if await self.deps.db.answers() else found
