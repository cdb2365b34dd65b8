"""`keepwell send`: a check-in now, for those who take part."""

from typing import Any

import pytest

from core.consent import CONSENT_VERSION
from core.people import Role
from storage import people
from storage.database import Database
from storage.vault import Vault
from tests.app.conftest import Run
from tests.conftest import SECRET, START

JOINED = {"consented_at": START, "consent_version": CONSENT_VERSION}
MENTORS: dict[str, tuple[bool, dict[str, Any], str]] = {
    "Sam": (True, JOINED, ""),
    "Not Joined": (False, {}, "has not joined yet"),
    "No Consent": (True, {}, "has not agreed to take part"),
    "Gone": (True, JOINED | {"left_at": START}, "has left the program"),
    "Blocked": (True, JOINED | {"unreachable_since": START}, "has blocked the bot"),
    "Away": (True, JOINED | {"away_from": START}, "is away; use --even-if-away"),
}


@pytest.fixture
async def team(database: str) -> None:
    """One mentor for each reason not to send, and a supervisor."""
    db = Database(database, Vault([SECRET]))
    async with db.transaction() as session:
        north = await people.ensure_team(session, "North")
        await people.ensure_team(session, "Empty")
        values: dict[str, Any] = {"team_id": north, "language": "en", "timezone": "America/Chicago", "now": START}
        for number, (name, (joins, more, _)) in enumerate(MENTORS.items()):
            person = await people.add(session, name=name, role=Role.MENTOR, **values)
            if joins:
                await people.bind(session, person, 100 + number, START)
            if more:
                await people.change(session, person, **more)
        await people.add(session, name="Ann", role=Role.SUPERVISOR, **values)
    await db.close()


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("name", MENTORS)
def test_whoever_cannot_be_asked_is_named_with_the_reason(run: Run, name: str) -> None:
    reason = MENTORS[name][2]
    done = run("send", "pulse", "--to", name.upper())
    if reason:
        assert done.exit_code == 1
        assert f"{name}: not sent, {reason}" in done.output
    else:
        assert (done.exit_code, done.output) == (0, f"{name}: sent\n")


@pytest.mark.usefixtures("team")
def test_somebody_who_is_away_is_asked_only_when_that_is_said(run: Run) -> None:
    assert run("send", "pulse", "--to", "Away", "--even-if-away").output == "Away: sent\n"
    for name in ("No Consent", "Gone", "Blocked", "Not Joined"):
        assert run("send", "pulse", "--to", name, "--even-if-away").exit_code == 1


@pytest.mark.usefixtures("team")
def test_a_team_is_asked_as_far_as_its_mentors_take_part(run: Run) -> None:
    done = run("send", "pulse", "--team", "North")
    assert done.exit_code == 0
    assert len(done.output.splitlines()) == len(MENTORS)
    assert "Sam: sent" in done.output
    assert "Ann" not in done.output


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pulse", "--to", "Nobody"), "nobody of that name is on the roster"),
        (("pulse", "--to", "Ann"), "that person is a supervisor; check-ins go to mentors"),
        (("pulse", "--team", "Nowhere"), "there is no team 'Nowhere'"),
        (("pulse", "--team", "Empty"), "nothing was sent"),
        (("pulses", "--to", "Sam"), "there is no check-in 'pulses' in the program; it has pulse"),
    ],
)
def test_what_cannot_be_sent_is_one_line(run: Run, arguments: tuple[str, ...], says: str) -> None:
    done = run("send", *arguments)
    assert done.exit_code == 1
    assert says in done.output


@pytest.mark.parametrize("arguments", [("pulse",), ("pulse", "--to", "Sam", "--team", "North"), ()])
def test_either_a_mentor_or_a_team_is_named(run: Run, sqlite: str, arguments: tuple[str, ...]) -> None:
    assert run("send", *arguments).exit_code == 2
