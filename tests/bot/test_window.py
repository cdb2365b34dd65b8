import asyncio

import pytest

from bot.window import Window

SECONDS = 0.1


async def calls(window: Window, count: int, *, lasts: float = 0.0) -> list[tuple[float, float]]:
    """Make so many calls at once; return when each was counted at the earliest and at the latest, in order."""
    loop = asyncio.get_running_loop()
    found = []

    async def call() -> None:
        async with window.place(1):
            began = loop.time()
            await asyncio.sleep(lasts)
            found.append((began, loop.time()))

    await asyncio.gather(*(call() for _ in range(count)))
    return sorted(found)


def most_in_any(seconds: float, instants: list[float]) -> int:
    return max(sum(start <= other < start + seconds for other in instants) for start in instants)


async def test_no_stretch_of_time_holds_more_than_the_limit() -> None:
    made = await calls(Window(5, SECONDS, distance=0), 20)
    assert most_in_any(SECONDS - 1e-6, [began for began, _ in made]) == 5
    # A call is counted on its way: what the shortest of them took is not waited for.
    way = max(ended - began for began, ended in made)
    assert most_in_any(SECONDS - way, [ended for _, ended in made]) == 5


async def test_room_is_used_as_soon_as_there_is_some() -> None:
    made = await calls(Window(5, SECONDS, distance=0), 20)
    assert made[-1][0] - made[0][0] < 4 * SECONDS


async def test_a_call_with_a_late_answer_counts_from_its_answer_and_the_usual_way_does_not() -> None:
    window, loop = Window(2, SECONDS, distance=0), asyncio.get_running_loop()
    await calls(window, 2, lasts=0.01)
    [(_, late)] = await calls(window, 1, lasts=0.08)
    await calls(window, 1)
    [(began, _)] = await calls(window, 1)
    assert began >= late - 0.012 + SECONDS
    assert loop.time() < late + 2 * SECONDS


async def test_places_that_became_free_together_are_used_at_a_distance() -> None:
    before = asyncio.get_running_loop().time()
    made = await calls(Window(5, SECONDS, distance=0.01), 5)
    assert all(began >= before + 0.01 * place for place, (began, _) in enumerate(made))


async def test_a_crisis_needs_no_distance() -> None:
    window, loop = Window(5, SECONDS, distance=10), asyncio.get_running_loop()
    await calls(window, 1)
    waiting, began = asyncio.create_task(calls(window, 1)), loop.time()
    await asyncio.sleep(0)
    async with window.place(0):
        assert loop.time() - began < SECONDS
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_the_most_urgent_goes_first() -> None:
    window, order = Window(1, SECONDS, distance=0), list[int]()

    async def call(priority: int) -> None:
        async with window.place(priority):
            order.append(priority)

    await asyncio.gather(*(call(priority) for priority in (3, 2, 1, 0)))
    assert order == [3, 0, 1, 2]  # the first one found the room empty


async def test_who_is_cancelled_takes_no_place() -> None:
    window = Window(1, SECONDS, distance=0)
    await calls(window, 1)
    waiting = asyncio.create_task(calls(window, 1))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(SECONDS * 2):
        await calls(window, 1)


async def test_a_call_that_fails_counts() -> None:
    window, loop = Window(1, SECONDS, distance=0), asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(ConnectionError):
        async with window.place(1):
            raise ConnectionError
    await calls(window, 1)
    assert loop.time() - began >= SECONDS * 0.9


async def test_a_call_without_an_answer_does_not_hold_up_the_others_for_ever() -> None:
    window, loop = Window(1, SECONDS, distance=0, longest=SECONDS), asyncio.get_running_loop()
    hanging = asyncio.create_task(calls(window, 1, lasts=30))
    await asyncio.sleep(0)
    began = loop.time()
    await calls(window, 1)
    assert SECONDS * 1.9 <= loop.time() - began < SECONDS * 4
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
