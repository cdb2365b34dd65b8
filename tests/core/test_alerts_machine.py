"""Any order of ticks, presses, lapses and people coming and going: an alert is always on its way to somebody."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core import alerts as core
from core import handling
from core.alerts import Alert, AlertMoveRefused, AlertState, Outcome
from core.chain import advance, chain_for
from core.levels import Level
from core.people import Person, Role
from core.policy import Policy, Step
from tests.core.factories import NOW, a_person, a_policy, an_alert

seconds = st.integers(1, 400)


class AlertLife(RuleBasedStateMachine):
    """One mentor, three supervisors and a lead; time only moves forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        supervisors = [a_person(Role.SUPERVISOR, name=name) for name in ("Ann", "Ben", "Cal")]
        self.staff: dict[UUID, Person] = {p.id: p for p in (*supervisors, a_person(Role.LEAD, team_id=None))}
        self.mentor = a_person(supervisor_id=supervisors[0].id)
        self.policies = {level: self.policy(level, steps) for level, steps in ((Level.URGENT, 3), (Level.CRISIS, 2))}
        self.alert: Alert = an_alert(self.mentor, policy=self.policies[Level.URGENT])
        self.ended = 0
        self.owners: list[UUID] = []  # everybody who took it since it was last open

    @staticmethod
    def policy(level: Level, steps: int) -> Policy:
        minute = timedelta(minutes=1)
        return a_policy(
            level, steps=tuple(Step)[:steps], acknowledge_within=minute, acknowledgement_lapses_after=3 * minute
        )

    @rule(by=seconds)
    def time_passes_and_the_tick_comes(self, by: int) -> None:
        self.now += timedelta(seconds=by)
        chain = chain_for(self.alert, self.mentor, list(self.staff.values()), self.now)
        due = self.alert.next_step_at is not None and self.alert.next_step_at <= self.now
        taken = advance(self.alert, chain, self.now)
        assert (taken is not None) == due
        if taken is None:
            return
        assert taken.lapsed == (self.alert.state is AlertState.ACKNOWLEDGED)
        assert taken.alert.state is AlertState.OPEN
        nobody_at_all = not any(chain.by_step[step] for step in self.alert.policy.steps)
        # After the last round the chain begins again at once, unless there is nobody to begin with.
        at_once = taken.chain_ended and not nobody_at_all
        wait = timedelta(0) if at_once else self.alert.policy.acknowledge_within
        assert taken.alert.next_step_at == self.now + wait
        assert taken.chain_ended == (not taken.tell)
        for id_ in taken.tell:
            assert self.staff[id_].can_receive
            assert not self.staff[id_].is_away(self.now)
        self.ended += taken.chain_ended
        assert taken.alert.cycle == self.alert.cycle + taken.chain_ended
        self.alert, self.owners = taken.alert, []

    @rule(pick=st.integers(0, 3))
    def somebody_acknowledges(self, pick: int) -> None:
        who, before = list(self.staff)[pick], self.alert
        try:
            self.alert = core.acknowledge(self.alert, who, self.now)
        except AlertMoveRefused:
            assert before.state is not AlertState.OPEN
            assert self.alert is before
        else:
            self.owners.append(who)

    @rule(pick=st.integers(0, 3), outcome=st.sampled_from(Outcome))
    def somebody_resolves(self, pick: int, outcome: Outcome) -> None:
        who, before = list(self.staff)[pick], self.alert
        try:
            self.alert = core.resolve(self.alert, who, outcome, self.now)
        except AlertMoveRefused:
            assert before.state is AlertState.RESOLVED
            assert self.alert is before
        else:
            self.owners = self.owners or [who]

    @rule(pick=st.integers(0, 3))
    def somebody_reaches_the_mentor(self, pick: int) -> None:
        who, before = list(self.staff)[pick], self.alert
        try:
            self.alert = handling.reach(self.alert, who, self.now)
        except AlertMoveRefused:
            assert before.state is AlertState.RESOLVED
            assert self.alert is before
        else:
            self.owners = [who]

    @rule(pick=st.integers(0, 3), hours=st.integers(0, 30))
    def somebody_puts_it_off(self, pick: int, hours: int) -> None:
        who, before = list(self.staff)[pick], self.alert
        try:
            self.alert = handling.snooze(self.alert, who, self.now + timedelta(hours=hours), self.now)
        except handling.SnoozeRefused:
            assert before.level is Level.CRISIS or hours == 0 or hours > 24
            assert self.alert is before
        except AlertMoveRefused:
            assert before.state is AlertState.RESOLVED
            assert self.alert is before
        else:
            self.owners = [who]

    @rule()
    def somebody_hands_it_over(self) -> None:
        before = self.alert
        try:
            self.alert = handling.hand_over(self.alert, self.now)
        except AlertMoveRefused:
            assert before.state is AlertState.RESOLVED
        else:
            self.owners = []

    @rule(pick=st.integers(0, 3))
    def somebody_says_that_it_is_not_theirs(self, pick: int) -> None:
        who, before = list(self.staff)[pick], self.alert
        try:
            self.alert = handling.decline(self.alert, who, self.now)
        except AlertMoveRefused:
            assert before.state is AlertState.RESOLVED
            return
        if self.owners and self.owners != [who]:
            assert self.alert.acknowledged_by == before.acknowledged_by  # it is somebody else's
        else:
            self.owners = []
            assert self.alert.next_step_at == self.now or who in before.declined

    @rule(why=st.sampled_from(["no", "silent"]))
    def the_mentor_says_that_it_did_not_help(self, why: str) -> None:
        before = self.alert
        try:
            self.alert = handling.reopen(self.alert, self.now, why=why)
        except AlertMoveRefused:
            assert before.state is not AlertState.RESOLVED
        else:
            self.owners = []

    @rule()
    @precondition(lambda self: self.alert.state is AlertState.RESOLVED)
    def another_alert_is_opened(self) -> None:
        self.alert = an_alert(
            self.mentor, id=uuid4(), policy=self.policies[Level.URGENT], opened_at=self.now, next_step_at=self.now
        )
        self.owners = []

    @rule(level=st.sampled_from([Level.URGENT, Level.CRISIS]))
    @precondition(lambda self: self.alert.state is not AlertState.RESOLVED)
    def it_becomes_more_serious(self, level: Level) -> None:
        before = self.alert
        self.alert = core.raise_level(before, level, ("not_safe",), self.policies[level], self.now)
        assert self.alert.level >= before.level
        if self.alert.level > before.level:
            assert self.alert.next_step_at == self.now
            self.owners = []

    @rule()
    def the_mentor_asks_once_more(self) -> None:
        before = self.alert
        try:
            self.alert = core.start_anew(before, self.now)
        except AlertMoveRefused:
            assert before.state is AlertState.RESOLVED
        else:
            self.owners = []

    @rule(pick=st.integers(0, 3), reachable=st.booleans())
    def somebody_blocks_or_unblocks_the_bot(self, pick: int, reachable: bool) -> None:
        id_ = list(self.staff)[pick]
        self.staff[id_] = replace(self.staff[id_], unreachable_since=None if reachable else self.now)

    @rule(pick=st.integers(0, 3), by=seconds)
    def somebody_goes_away(self, pick: int, by: int) -> None:
        id_ = list(self.staff)[pick]
        until = self.now + timedelta(seconds=by)
        self.staff[id_] = replace(self.staff[id_], away_from=self.now, away_until=until)

    @rule(pick=st.integers(0, 3))
    def somebody_leaves(self, pick: int) -> None:
        id_ = list(self.staff)[pick]
        self.staff[id_] = replace(self.staff[id_], left_at=self.now)

    @invariant()
    def an_unresolved_alert_has_a_next_step_in_time(self) -> None:
        if self.alert.state is AlertState.RESOLVED:
            assert self.alert.next_step_at is None
            return
        policy = self.alert.policy
        # "I reached them" and "later" hold for a day at most.
        longest = max(policy.acknowledge_within, policy.acknowledgement_lapses_after, timedelta(hours=24))
        assert self.alert.next_step_at is not None
        assert self.alert.next_step_at <= self.now + longest

    @invariant()
    def at_most_one_person_owns_it(self) -> None:
        assert len(self.owners) <= 1
        owned = self.alert.acknowledged_by is not None
        assert owned == (self.alert.state is not AlertState.OPEN)
        assert owned == (self.alert.acknowledged_at is not None)
        assert not owned or self.alert.acknowledged_by == self.owners[0]

    @invariant()
    def its_place_in_the_chain_is_valid(self) -> None:
        assert 0 <= self.alert.step <= len(self.alert.policy.steps)
        assert 0 <= self.alert.round < self.alert.policy.repeat


TestAlertLife = AlertLife.TestCase
TestAlertLife.settings = settings(max_examples=120, stateful_step_count=40)
