"""The program in force: what is asked, when, what counts, who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from core.fatigue import Fatigue
from core.levels import Level
from core.parameters import ScoringParameters
from core.people import Role
from core.policy import Policy, Step
from core.questionnaire import Localized, Questionnaire, Urgency
from core.rota import Entry
from core.timetable import QuietHours
from program.calendar import Calendar
from program.days_off import DaysOffSource
from program.scale_keys import Scale


@dataclass(frozen=True, slots=True)
class Notes:
    """Whether mentors may write notes, and how long a note with a risk waits for its one tap."""

    enabled: bool
    confirm_within: timedelta


@dataclass(frozen=True, slots=True)
class Visits:
    """The home-visit timer: whether mentors may set one, how it asks, and at which level it calls people."""

    enabled: bool
    repeat_every: timedelta
    repeats: int  # after the first time
    level: Level  # urgent or crisis


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind of data is kept."""

    answers: timedelta
    scores: timedelta
    notes: timedelta
    backups: timedelta
    left: timedelta  # of a mentor who left: until then coming back is possible


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """Help in one country (ISO 3166 code): numbers as dialed, and the sentence that a mentor reads."""

    country: str
    number: str
    emergency_number: str
    text: Localized


@dataclass(frozen=True, slots=True)
class BoundaryKind:
    """A kind of boundary challenge that a mentor can name."""

    id: str
    label: Localized
    urgency: Urgency
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class Program:
    """A validated program. `version` is a short hash of its content: equal programs, equal versions."""

    version: str
    name: str
    languages: tuple[str, ...]  # the first is used until a person chooses
    default_timezone: str
    country: str
    invites_valid_for: timedelta
    consent_version: int  # raised when what mentors agree to changes: everybody is asked again
    later_after: timedelta
    pulse_times: tuple[time, ...]
    quiet_hours: QuietHours
    notes: Notes
    visits: Visits
    retention: Retention
    resources: Localized  # private help, shown with a nudge
    crisis_lines: Mapping[str, CrisisLine]  # by country
    boundary_kinds: Mapping[str, BoundaryKind]  # by id, those that are not offered included
    all_checkins: tuple[Questionnaire, ...]
    enabled: frozenset[str]  # ids of the check-ins that are sent
    policies: Mapping[Level, Policy]  # concern, urgent and crisis
    fatigue: Fatigue  # what spares the people who are told
    contentless: bool  # an alert says neither who nor why before it is opened
    scoring: ScoringParameters
    scales: Mapping[str, Scale]  # keys of published scales, without wording
    rota: tuple[Entry, ...] = ()
    evening: time = time(18, 30)
    one_message: bool = False
    own_days: tuple[int, int] = (1, 7)
    days_off: tuple[DaysOffSource, ...] = ()
    calendars: tuple[Calendar, ...] = field(default=(), compare=False)  # of whoever is on call
    # What is allowed but hardly meant, one line each; not part of the content.
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def checkins(self) -> tuple[Questionnaire, ...]:
        """The check-ins that are sent."""
        return tuple(checkin for checkin in self.all_checkins if checkin.id in self.enabled)

    @property
    def emergency_number(self) -> str:
        """The emergency number of the program's country."""
        return self.crisis_lines[self.country].emergency_number

    def checkin(self, checkin_id: str) -> Questionnaire:
        """Return the check-in of that id that is sent; KeyError if there is none."""
        for checkin in self.checkins:
            if checkin.id == checkin_id:
                return checkin
        raise KeyError(checkin_id)

    def find(self, checkin_id: str) -> Questionnaire | None:
        """Return the check-in of that id that is sent, or None."""
        return next((checkin for checkin in self.checkins if checkin.id == checkin_id), None)

    @property
    def has_rota(self) -> bool:
        """Whether it says who is on call, in itself or in a calendar."""
        return bool(self.rota or self.calendars)

    @property
    def calls_the_rota(self) -> bool:
        """Whether any policy has a step for whoever is on call."""
        return any(Step.ONCALL in policy.steps for policy in self.policies.values())

    @property
    def calls_groups(self) -> bool:
        """Whether any policy has a step for a linked group."""
        return any(Step.GROUP in policy.steps for policy in self.policies.values())

    def asks(self, role: Role) -> bool:
        """Say whether anybody of a role is asked anything: mentors are, and supervisors where a check-in says so."""
        return role is Role.MENTOR or any(role.value in checkin.roles for checkin in self.checkins)

    def policy(self, level: Level) -> Policy:
        """Return the policy of a level that is told to somebody; KeyError for steady and watch."""
        return self.policies[level]

    def crisis_line(self, country: str | None = None) -> CrisisLine:
        """Return the help of that country, or else of the program's own."""
        return self.crisis_lines.get(country or self.country, self.crisis_lines[self.country])
