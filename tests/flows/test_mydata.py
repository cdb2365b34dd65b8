"""/mydata and "who looked": all of one's own, the names of staff, and nothing of other mentors."""

import json
from typing import Any

from core.messages import Kind
from flows import exporting, mydata, noting, overview, responding, roster, team
from tests.flows.world import ANN, BEN, CAL, DANA, ROSA, SAM, World

WORDS = "a long week with little sleep"


async def lived(world: World) -> None:
    """Sam answers, writes, calls, is called back, and is looked at."""
    await world.asks_for_a_checkin(SAM)
    await world.answers(SAM, "1", "3", "3", "0", "this_week")
    await noting.take_text(world.deps, world.message(SAM), WORDS)
    alert = await world.calls(SAM)
    await world.acknowledges(ANN, alert)
    await team.show_team(world.deps, world.message(ANN))
    await world.deliver()


async def kept(world: World, name: str = SAM) -> dict[str, Any]:
    """/mydata, and the data of the files."""
    await mydata.send(world.deps, world.message(name))
    await world.deliver()
    html, json_ = world.on(name, Kind.MY_DATA_FILE)[-2:]
    assert (html.params["format"], json_.params["format"]) == ("html", "json")
    assert html.params["kept"] == json_.params["kept"]
    found: dict[str, Any] = json_.params["kept"]
    return found


async def looks(world: World, name: str = SAM, page: int = 0) -> dict[str, Any]:
    """ "Who looked", and what arrived."""
    await mydata.show_looks(world.deps, world.press(name), page)
    await world.deliver()
    return world.on(name, Kind.LOOKED)[-1].params


async def test_everything_that_is_kept_is_handed_over(world: World) -> None:
    await lived(world)
    found = await kept(world)
    assert found["profile"]["name"] == SAM
    assert found["profile"]["telegram_id"] == world.chats[SAM]
    assert found["profile"]["supervisor"] == ANN
    assert found["profile"]["consented_at"]
    (checkin,) = found["checkins"]
    assert {answer["item"]: answer["value"] for answer in checkin["answers"]}["reach_out"] == "this_week"
    assert checkin["assessment"]["reasons"] == ["asks_this_week"]
    assert checkin["assessment"]["detail"]["strain"] > 0
    assert [note["text"] for note in found["notes"]] == [WORDS]
    asked, called = found["alerts"]
    assert (asked["level"], called["level"], called["acknowledged_by"]) == ("concern", "crisis", ANN)
    assert [one["who"] for one in called["told"]] == [ANN]
    assert all(one["sent_at"] for one in called["told"])
    assert {"consented", "note_taken", "alert_acknowledged", "team_seen"} <= {line["action"] for line in found["audit"]}
    assert json.loads(json.dumps(found)) == found


async def test_staff_are_named_and_other_mentors_never(world: World) -> None:
    await lived(world)
    await world.asks_for_a_checkin(ROSA)
    await world.answers(ROSA, "1", "3", "3", "0", "today")
    text = json.dumps(await kept(world))
    assert ANN in text
    rosa = await world.person(ROSA)
    assert not any(part in text for part in (ROSA, "Rosa", rosa.id.hex, str(rosa.id), str(world.chats[ROSA])))


async def test_asking_for_the_data_leaves_a_line(world: World) -> None:
    await kept(world)
    (line,) = await world.audit("mydata_sent")
    assert line.subject_id == (await world.person(SAM)).id
    assert line.actor == line.subject_id.hex


async def test_somebody_who_left_still_gets_their_data(world: World) -> None:
    await world.change(SAM, left_at=world.clock.now)
    assert (await kept(world))["profile"]["left_at"] == world.clock.now.isoformat()


async def test_a_supervisor_gets_their_own_data_without_their_mentors(world: World) -> None:
    await lived(world)
    text = json.dumps(await kept(world, ANN))
    assert ANN in text
    assert SAM not in text


async def test_a_stranger_gets_nothing(world: World) -> None:
    await mydata.send(world.deps, world.message("nobody"))
    await mydata.show_looks(world.deps, world.press("nobody"), 0)
    await world.deliver()
    assert {one.kind for one in world.on("a stranger")} == {Kind.REFUSAL}


async def test_who_looked_shows_every_way_to_look_the_newest_first(world: World) -> None:
    alert = await world.calls(SAM)
    for minutes, look in enumerate((overview.open_alerts, team.show_team)):
        world.clock.forward(minutes=minutes + 1)
        await look(world.deps, world.message(ANN))
    world.clock.forward(minutes=1)
    async for _ in exporting.rows(world.deps, "answers"):
        pass
    world.clock.forward(minutes=1)
    await roster.everybody(world.deps)
    await responding.acknowledge(world.deps, world.press(ANN), alert.id)
    found = await looks(world)
    assert [(one["by"], one["action"]) for one in found["looks"]] == [
        (ANN, "alert"),
        ("operator", "roster"),
        ("operator", "exported_answers"),
        (ANN, "team"),
        (ANN, "alert"),
        (ANN, "alert"),
    ]
    assert [one["at"] for one in found["looks"]] == sorted((one["at"] for one in found["looks"]), reverse=True)


async def test_looking_at_one_mentor_shows_on_nobody_elses_list(world: World) -> None:
    world.clock.forward(minutes=1)
    await team.show_team(world.deps, world.message(ANN))
    assert (await looks(world, ROSA))["looks"] == []
    await team.show_team(world.deps, world.message(CAL))
    assert [one["by"] for one in (await looks(world, ROSA))["looks"]] == [CAL]
    assert [one["by"] for one in (await looks(world, SAM))["looks"]] == [ANN]


async def test_ones_own_looks_are_not_listed(world: World) -> None:
    await kept(world)
    await looks(world)
    assert (await looks(world))["looks"] == []


async def test_the_list_has_pages_and_a_page_too_far_is_the_last(world: World) -> None:
    for reader in (ANN, BEN, ANN, BEN, ANN, BEN, ANN, BEN):
        world.clock.forward(minutes=1)
        await team.show_team(world.deps, world.message(reader))
    first, second, beyond = [await looks(world, page=page) for page in (0, 1, 99)]
    assert (len(first["looks"]), len(second["looks"]), first["last"]) == (6, 2, 1)
    assert beyond["looks"] == second["looks"]
    assert {one["at"] for one in first["looks"]}.isdisjoint({one["at"] for one in second["looks"]})


async def test_somebody_who_is_no_longer_staff_is_not_named(world: World) -> None:
    await team.show_team(world.deps, world.message(ANN))
    await world.change(ANN, role="mentor")
    assert [one["by"] for one in (await looks(world))["looks"]] == [None]
    assert ANN not in json.dumps(await kept(world))


async def test_a_lead_who_looked_at_a_team_is_listed(world: World) -> None:
    row = (await world.person(SAM)).team_id
    await team.show_page(world.deps, world.press(DANA), row, 0)
    assert [one["by"] for one in (await looks(world))["looks"]] == [DANA]
