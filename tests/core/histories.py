"""Random histories of mentors: calm, strained, changing, gappy, half answered, with all kinds of requests."""

from datetime import UTC, datetime, timedelta
from random import Random

PULSE = ("fuel", "spill", "stories", "switch_off")
WEEKLY = ("reserve", "autopilot", "came_back", "role_pull", "backup", "steady_habits")
REVERSED = {"fuel", "switch_off", "backup", "steady_habits"}
COUNTS = {"people": 20, "hours": 70, "off_hours": 9, "no_break": 7, "crises": 4, "notes_waiting": 10}
KINDS = ("after_hours", "small_gift", "money", "harassment", "threat", "overdose")
GAPS = (12, 24, 48, 48, 48, 72, 168, 216, 336, 504, 505, 1008)  # hours; the limits of the rules among them
START = datetime(2025, 1, 6, 9, tzinfo=UTC)


def random_history(seed, length=120):
    """Return check-ins as dictionaries, in order. The same seed gives the same history."""
    random = Random(seed)
    usual, swing = random.uniform(0.2, 3.2), random.choice([0.2, 0.6, 1.2])
    at, drift, checkins = START, 0.0, []
    for _ in range(length):
        if random.random() < 0.05:
            drift = random.choice([0.0, 0.0, 1.0, 2.0, -1.0])
        at += timedelta(hours=random.choice(GAPS) / random.choice([1, 1, 2]))
        worse = usual + drift + random.gauss(0, swing)
        kinds = random.choice([["pulse"], ["pulse"], ["pulse"], ["weekly"], ["weekly"], ["pulse", "weekly"]])
        checkins.extend(_checkin(random, kind, at, worse) for kind in kinds)
    return [checkin for checkin in checkins if len(checkin) > 2]


def _checkin(random, kind, at, worse):
    answers = {"kind": kind, "at": at}
    skip = random.choice([0, 0, 0, 0, 0.1, 0.4])
    for item in PULSE if kind == "pulse" else WEEKLY:
        if random.random() >= skip:
            value = min(max(round(worse + random.gauss(0, 0.5)), 0), 4)
            answers[item] = 4 - value if item in REVERSED else value
    if kind == "pulse":
        if random.random() < 0.3:
            answers["reach_out"] = random.choice(["no"] * 9 + ["this_week", "today", "not_safe"])
        return answers
    heavy = random.choice([0.3, 0.5, 0.7, 1.0])
    for item, most in COUNTS.items():
        if random.random() >= skip:
            answers[item] = min(round(2 * random.uniform(0, most) * heavy) / 2, most)
    for item, values in {
        "supervision": ["none", "group", "one_to_one"],
        "boundary": ["no"] * 6 + ["handled", "unsure", "open"],
        "boundary_when": ["next_supervision"] * 6 + ["today", "now"],
    }.items():
        if random.random() < 0.3:
            answers[item] = random.choice(values)
    if random.random() < 0.06:
        answers["boundary_kind"] = " ".join(random.sample(KINDS, random.randint(1, 3)))
    return answers
