"""Structured logs: event names and ids, never what anybody wrote."""

import logging
import sys

import structlog


def set_up_logs(level: str) -> None:
    """Log one JSON object a line to standard error; readable lines when that is a terminal."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,  # a plain traceback: no values of variables
    ]
    human = sys.stderr.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=renderer))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # These name addresses with the token in them, or log every tick.
    for noisy in ("telegram", "httpx", "aiohttp", "asyncio", "uvicorn", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It warns each second while a tick has much to do; how late ticks are is a metric.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # It quotes answers that it cannot read: half an answer of Telegram's may hold a name or what somebody wrote.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
