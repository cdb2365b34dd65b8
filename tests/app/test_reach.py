"""What is known of Telegram: silence, a refused token, and updates that do not come through."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram.error import InvalidToken, NetworkError

from app.reach import GIVE_UP_AFTER, Reach, TokenRefused
from bot.intake import LongPoll
from tests.conftest import MovableClock

START = datetime(2026, 3, 2, 15, tzinfo=UTC)


class Telegram:
    """A Telegram that answers as it is told."""

    def __init__(self) -> None:
        self.says: Any = None

    async def get_webhook_info(self) -> Any:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


class Info:
    """What Telegram says of the webhook."""

    def __init__(self, failed: datetime | None = None, waiting: int = 0) -> None:
        self.last_error_date, self.pending_update_count = failed, waiting


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


async def test_a_refusal_that_lasts_ends_the_service_and_one_that_passes_does_not(clock: MovableClock) -> None:
    poll = LongPoll("http://127.0.0.1:9/bot1", None, clock)  # type: ignore[arg-type]
    reach = Reach(Telegram().get_webhook_info, poll, clock)
    poll.refused = True
    await reach.look()
    assert reach.problems() == ["Telegram refuses the token"]
    clock.now += GIVE_UP_AFTER - timedelta(seconds=1)
    poll.refused = False
    await reach.look()
    poll.refused = True
    await reach.look()
    clock.now += GIVE_UP_AFTER - timedelta(seconds=1)
    await reach.look()
    clock.now += timedelta(seconds=1)
    with pytest.raises(TokenRefused) as refused:
        await reach.look()
    assert refused.value.exit_code == 3


async def test_a_poll_that_hears_nothing_is_a_problem(clock: MovableClock) -> None:
    poll = LongPoll("http://127.0.0.1:9/bot1", None, clock)  # type: ignore[arg-type]
    reach = Reach(Telegram().get_webhook_info, poll, clock)
    poll.last_answer = START
    clock.now += timedelta(seconds=119)
    assert reach.problems() == []
    clock.now += timedelta(seconds=2)
    assert reach.problems() == ["Telegram has not answered for two minutes"]


async def test_with_a_webhook_telegram_is_asked_once_a_minute(clock: MovableClock) -> None:
    telegram = Telegram()
    reach = Reach(telegram.get_webhook_info, None, clock)
    telegram.says = Info()
    await reach.look()
    assert reach.problems() == []
    telegram.says = Info(failed=START, waiting=7)
    await reach.look()
    assert reach.problems() == []  # not asked again yet
    clock.now += timedelta(minutes=1)
    await reach.look()
    assert reach.problems() == ["Telegram cannot deliver to the webhook; 7 updates wait, a day at most"]
    telegram.says = NetworkError("away")
    clock.now += timedelta(minutes=1)
    await reach.look()
    assert reach.problems() == ["Telegram cannot be reached (NetworkError)"]
    telegram.says = InvalidToken("no")
    clock.now += timedelta(minutes=1)
    await reach.look()
    assert reach.problems() == ["Telegram refuses the token"]
