"""The people of a simulated year, put into a real database and set going."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, Final
from uuid import UUID

from benchmarks.year import people
from benchmarks.year.clockwork import START, Clock, Clockwork
from benchmarks.year.people import Mind
from core.alerts import AlertState, Outcome
from core.assessment import PULSE
from core.levels import Level
from core.messages import Kind, Outgoing
from core.people import Role
from flows import asking, belonging, following, handling, joining, noting, responding, roster, talking
from flows.asking import Tap
from flows.deps import Deps
from flows.turn import Incoming
from storage import alerts

TO_STAFF: Final = (Kind.ALERT, Kind.CHAIN_ENDED, Kind.STAFF_HELLO, Kind.DIGEST, Kind.LEAD_NOTE)
SHORT: Final[Mapping[str, str]] = {"no": "n", "this_week": "w", "today": "t", "not_safe": "x"}
LEVELS: Final[Mapping[str, Level]] = {level.code: level for level in Level}
ANSWERED_WITHIN: Final = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person on the roster, and their chat."""

    name: str
    role: Role
    zone: str
    chat: int


@dataclass(slots=True)
class Year:
    """A program while it is lived through."""

    deps: Deps
    clock: Clock
    random: Random
    weeks: int
    people: dict[int, Somebody] = field(default_factory=dict)
    minds: dict[int, Mind] = field(default_factory=dict)
    told: Counter[tuple[Role, Kind]] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    work: Clockwork = field(init=False)
    _updates: int = 0

    def __post_init__(self) -> None:
        """Make the clockwork."""
        self.work = Clockwork(self.deps, self.clock, self.arrived)

    async def begin(self, mentors: int) -> None:
        """Let everybody join, and plan what people do by themselves."""
        lines = list(people.program_people(mentors))
        report = await roster.import_roster(self.deps, lines, "roster.csv", links=True, dry_run=False)
        tokens = {link.name: link.token for link in report.links}
        for number, line in enumerate(lines):
            one = Somebody(line.name, line.role, line.timezone, 7_200_000_000 + number)
            self.people[one.chat] = one
            await joining.start(self.deps, self._message(one), tokens[one.name])
            if one.role is Role.MENTOR:
                self.minds[one.chat] = people.mind(self.weeks, Random(f"{self.random.random()}:{one.name}"))
                await joining.agree(self.deps, self._press(one))
                if self.random.random() < people.CALLS * self.weeks / 52:
                    self.work.at(START + self.random.random() * timedelta(weeks=self.weeks), partial(self.call, one))
            if one.role is Role.SUPERVISOR:
                for week in people.weeks_away(self.weeks, self.random):
                    self.work.at(START + timedelta(weeks=week), partial(self._go_away, one))

    def arrived(self, outgoing: Outgoing, message_id: int) -> None:
        """Somebody's phone shows a message."""
        one = self.people[outgoing.chat_id]
        if outgoing.edit is None:
            self.told[one.role, outgoing.kind] += 1
        params = outgoing.params
        if one.role is Role.MENTOR and outgoing.edit is None:
            if outgoing.kind is Kind.CHECKIN and not params["reminder"]:
                self._is_asked(one, params)
            elif outgoing.kind is Kind.FOLLOW_UP and params.get("ask"):
                self._is_followed_up(one, params)
        elif outgoing.kind is Kind.ALERT:
            self._is_told(one, params, message_id)

    # Mentors.

    def _is_asked(self, one: Somebody, params: Mapping[str, Any]) -> None:
        kind, day = params["questionnaire"], (self.clock.now - START).days
        self.done[f"asked {kind}"] += 1
        answers = self.minds[one.chat].answers(kind, day)
        if answers is not None:
            self.done[f"answered {kind}"] += 1
            act = partial(self._answer, one, kind, UUID(params["checkin"]), answers)
            self.work.at(self.clock.now + self.random.random() * ANSWERED_WITHIN, act)

    async def _answer(self, one: Somebody, kind: str, checkin: UUID, answers: Mapping[str, str]) -> None:
        if kind == PULSE:
            *numbers, word = answers.values()
            await noting.take_text(self.deps, self._message(one), f"{' '.join(numbers)} {SHORT[word]}")
            return
        for place, value in enumerate(answers.values()):
            await asking.tap(self.deps, self._press(one), Tap(checkin_id=checkin, place=place, value=value), "answer")

    async def call(self, one: Somebody) -> None:
        """Let a mentor ask for a person."""
        self.done["called"] += 1
        await talking.talk(self.deps, self._message(one))

    def _is_followed_up(self, one: Somebody, params: Mapping[str, Any]) -> None:
        said = self.minds[one.chat].chosen(people.FOLLOW_UPS)
        self.done[f"helped: {said}"] += 1
        if said is not None:
            later = self.clock.now + timedelta(hours=people.median(3, self.random))
            self.work.at(later, partial(self._follow_up, one, UUID(params["alert"]), said))

    async def _follow_up(self, one: Somebody, alert: UUID, said: str) -> None:
        await following.answer(self.deps, self._press(one), alert, said)

    # Supervisors and leads.

    def _is_told(self, one: Somebody, params: Mapping[str, Any], message: int) -> None:
        when = people.looks_at(LEVELS[params["level"]], self.clock.now, one.zone, self.random)
        if when is None:
            self.done["not looked at"] += 1
        else:
            self.work.at(when, partial(self._look, one, UUID(params["alert"]), message))

    async def _look(self, one: Somebody, alert_id: UUID, message: int) -> None:
        async with self.deps.db.reading() as session:
            alert = await alerts.get(session, alert_id)
        if alert is None or alert.state is not AlertState.OPEN:
            return
        if self.random.random() < people.DECLINES:
            self.done["not mine"] += 1
            await handling.decline(self.deps, self._press(one, message), alert_id)
            return
        self.done["acknowledged"] += 1
        await responding.acknowledge(self.deps, self._press(one, message), alert_id)
        if self.random.random() < people.FORGETS:
            self.done["acknowledged and forgotten"] += 1
            return
        talk = self.clock.now + timedelta(hours=people.median(people.REACHES[alert.level], self.random))
        self.work.at(talk, partial(self._reach, one, alert_id, message))

    async def _reach(self, one: Somebody, alert_id: UUID, message: int) -> None:
        await handling.reached(self.deps, self._press(one, message), alert_id)
        self.done["reached"] += 1
        closed = self.clock.now + timedelta(hours=people.median(people.RESOLVES, self.random))
        self.work.at(closed, partial(self._resolve, one, alert_id, message))

    async def _resolve(self, one: Somebody, alert_id: UUID, message: int) -> None:
        self.done["resolved"] += 1
        await responding.resolve(self.deps, self._press(one, message), alert_id, Outcome.TALKED)

    async def _go_away(self, one: Somebody) -> None:
        self.done["weeks away"] += 1
        await belonging.go_away(self.deps, self._press(one), "week")

    # Updates.

    def _message(self, one: Somebody) -> Incoming:
        self._updates += 1
        return Incoming(update_id=self._updates, telegram_id=one.chat, chat_id=one.chat, sent_at=self.clock.now)

    def _press(self, one: Somebody, message: int = 1) -> Incoming:
        self._updates += 1
        return Incoming(
            update_id=self._updates, telegram_id=one.chat, chat_id=one.chat, message_id=message, is_press=True
        )
