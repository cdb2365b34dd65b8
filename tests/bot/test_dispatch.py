"""Updates are handled in order per person, concurrently across people, and never dropped."""

import asyncio
from typing import Any

import pytest

from bot.dispatch import ATTEMPTS, DatabaseAway, Dispatcher, person_of
from bot.reading import Unreadable


class Away(Exception):
    """The database does not answer."""


def update(number: int, person: int | None = 1, kind: str = "message") -> dict[str, Any]:
    sender = {"from": {"id": person}} if person is not None else {}
    return {"update_id": number, kind: sender}


class Desk:
    """Handles updates as told, and notes what happened."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.attempts: list[int] = []
        self.buried: list[tuple[int, str]] = []
        self.faults: dict[int, list[Exception]] = {}
        self.at_once = 0
        self.most_at_once = 0
        self.bury_faults: list[Exception] = []

    async def handle(self, update: dict[str, Any]) -> None:
        id_ = update["update_id"]
        self.attempts.append(id_)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.001)
        self.at_once -= 1
        if faults := self.faults.get(id_):
            raise faults.pop(0)
        self.handled.append(id_)

    async def bury(self, id_: int, update: dict[str, Any], error: str) -> None:
        if self.bury_faults:
            raise self.bury_faults.pop(0)
        assert update["update_id"] == id_
        self.buried.append((id_, error))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def dispatcher(desk: Desk) -> Dispatcher:
    return Dispatcher(desk.handle, desk.bury, lambda error: isinstance(error, Away), first_wait=0.001)


@pytest.mark.parametrize(
    ("raw", "person"),
    [
        (update(1, 5), 5),
        (update(1, 6, "callback_query"), 6),
        (update(1, 7, "my_chat_member"), 7),
        (update(1, None), None),
        ({"update_id": 1}, None),
        ({"update_id": 1, "poll": {"from": "nobody"}, "message": {"from": {"id": 9}}}, 9),
        ({"update_id": 1, "message": {"from": {}}}, None),
        ({"update_id": 1, "message": "words"}, None),
        ({"update_id": 1, "message": {"from": {"id": [5]}}}, None),
    ],
)
def test_the_person_of_an_update_is_who_sent_it(raw: dict[str, Any], person: int | None) -> None:
    assert person_of(raw) == person


async def test_the_updates_of_one_person_stay_in_order(desk: Desk, dispatcher: Dispatcher) -> None:
    await dispatcher.take_all([update(number) for number in range(30)])
    assert desk.handled == list(range(30))
    assert desk.most_at_once == 1


async def test_people_do_not_wait_for_each_other(desk: Desk, dispatcher: Dispatcher) -> None:
    await dispatcher.take_all([update(number, number) for number in range(30)])
    assert sorted(desk.handled) == list(range(30))
    assert desk.most_at_once > 10


async def test_order_per_person_holds_while_others_are_handled_at_the_same_time(
    desk: Desk, dispatcher: Dispatcher
) -> None:
    await dispatcher.take_all([update(number, number % 7) for number in range(140)])
    for person in range(7):
        mine = [number for number in desk.handled if number % 7 == person]
        assert mine == sorted(mine)
    assert len(desk.handled) == 140


async def test_a_failed_update_is_tried_again_before_the_next_one_of_that_person(
    desk: Desk, dispatcher: Dispatcher
) -> None:
    desk.faults[1] = [ValueError(), Away()]
    await dispatcher.take_all([update(1), update(2)])
    assert desk.attempts == [1, 1, 1, 2]
    assert desk.handled == [1, 2]
    assert desk.buried == []


async def test_an_update_that_cannot_be_handled_is_kept_and_the_batch_goes_on(
    desk: Desk, dispatcher: Dispatcher
) -> None:
    desk.faults[1] = [ValueError("what Sam wrote")] * ATTEMPTS
    await dispatcher.take_all([update(1), update(2), update(3, 5)])
    assert sorted(desk.handled) == [2, 3]
    assert desk.buried == [(1, "ValueError")]  # never the words of the error: they may be somebody's


async def test_while_the_database_is_away_nothing_may_be_confirmed(desk: Desk, dispatcher: Dispatcher) -> None:
    desk.faults[1] = [Away()] * ATTEMPTS
    with pytest.raises(DatabaseAway):
        await dispatcher.take_all([update(1), update(2, 2)])
    assert desk.handled == [2]
    assert desk.buried == []
    await dispatcher.take(update(1))  # it comes again
    assert desk.handled == [2, 1]


async def test_what_comes_after_an_update_that_must_come_again_comes_again_too(
    desk: Desk, dispatcher: Dispatcher
) -> None:
    """The database is back in the middle of the batch: the second answer must not be taken before the first."""
    desk.faults[1] = [Away()] * ATTEMPTS
    with pytest.raises(DatabaseAway):
        await dispatcher.take_all([update(1), update(2), update(3, 5)])
    assert desk.handled == [3]
    await dispatcher.take_all([update(1), update(2)])
    assert desk.handled == [3, 1, 2]


async def test_an_update_that_cannot_even_be_kept_because_the_database_is_away_comes_again(
    desk: Desk, dispatcher: Dispatcher
) -> None:
    desk.faults[1] = [ValueError()] * ATTEMPTS
    desk.bury_faults = [Away()]
    with pytest.raises(DatabaseAway):
        await dispatcher.take(update(1))


async def test_a_fault_in_keeping_is_not_taken_for_a_database_that_is_away(desk: Desk, dispatcher: Dispatcher) -> None:
    desk.faults[1] = [ValueError()] * ATTEMPTS
    desk.bury_faults = [RuntimeError("a fault of ours")] * 2
    with pytest.raises(RuntimeError):
        await dispatcher.take(update(1))


async def test_nothing_is_remembered_of_people_whose_updates_are_done(desk: Desk, dispatcher: Dispatcher) -> None:
    desk.faults[3] = [Away()] * ATTEMPTS
    with pytest.raises(DatabaseAway):
        await dispatcher.take_all([update(number, number) for number in range(10)])
    assert vars(dispatcher)["_queues"] == vars(dispatcher)["_waiting"] == {}


async def test_a_stop_in_the_middle_confirms_nothing(desk: Desk, dispatcher: Dispatcher) -> None:
    taking = asyncio.create_task(dispatcher.take_all([update(1), update(2)]))
    await asyncio.sleep(0)
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert 2 not in desk.handled


async def test_what_cannot_be_read_is_buried_at_once_and_not_tried_again(desk: Desk, dispatcher: Dispatcher) -> None:
    desk.faults[1] = [Unreadable("text")]
    await dispatcher.take_all([update(1), update(2)])
    assert (desk.attempts, desk.buried, desk.handled) == ([1, 2], [(1, "Unreadable")], [2])


async def test_of_what_cannot_be_buried_whole_it_is_kept_that_it_was_there(desk: Desk, dispatcher: Dispatcher) -> None:
    desk.faults[1] = [Unreadable("text")]
    desk.bury_faults = [RecursionError()]
    await dispatcher.take(update(1))
    assert desk.buried == [(1, "Unreadable")]
