"""Telegram in, Telegram out: what people read and tap."""

import os

# python-telegram-bot gives `retry_after` as a timedelta, without a warning, when this is set before its import.
os.environ.setdefault("PTB_TIMEDELTA", "true")
