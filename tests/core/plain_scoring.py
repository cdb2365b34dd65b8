"""The scoring a second time, told as the specification tells it: slow, with whole lists, and sharing no code.

It reads a mentor's check-ins as dictionaries (`kind`, `at`, and the answers) and returns a dictionary a row.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import fmean, stdev

SAME_DAY = {
    *("money", "valuable_gift", "dual_relationship", "transport_unapproved", "after_hours_many", "pressure"),
    *("confidentiality_slip", "own_recovery", "harassment"),
}
IMMEDIATE = {
    *("sexual_contact", "threat", "suspected_abuse", "imminent_harm", "overdose", "confidentiality_breach"),
    "unsafe_on_duty",
}
LEVEL_OF = {
    "change": 1, "weekly_rise": 1, "load": 1, "boundary_unsure": 1,
    "change_strong": 2, "weekly_rise_long": 2, "weekly_high": 2, "load_high": 2, "boundary_open": 2,
    "asks_this_week": 2,
    "high_and_rising": 3, "strain_high": 3, "weekly_very_high": 3, "load_very_high": 3, "hours_long": 3,
    "boundary_same_day": 3, "asks_today": 3,
    "not_safe": 4, "boundary_immediate": 4, "asks_now": 4, "risk_note": 4, "talk": 4,
}  # fmt: skip
EVERY_TIME = {
    code for code in LEVEL_OF if code.startswith(("asks_", "boundary_")) or code in ("not_safe", "talk", "risk_note")
}


def clip(x, low, high):
    return low if x < low else high if x > high else x


def r9(x):
    return round(x, 9)


def mean_of(answers, names, backwards, needed):
    values = [4 - answers[n] if n in backwards else answers[n] for n in names if n in answers]
    return 25 * fmean(values) if len(values) >= needed else None


def strain_of(a):
    return mean_of(a, ["fuel", "spill", "stories", "switch_off"], ["fuel", "switch_off"], 3)


def weekly_of(a):
    names = ["reserve", "autopilot", "came_back", "role_pull", "backup", "steady_habits"]
    return mean_of(a, names, ["backup", "steady_habits"], 5)


def load_of(a, cap=12, contract=20):
    def c(x):
        return clip(x, 0, 1)

    parts = []
    if "people" in a:
        parts.append(0.25 * c((a["people"] / cap - 0.6) / 0.6))
    if "hours" in a:
        parts.append(0.20 * c((a["hours"] / contract - 0.9) / 0.4))
    for name, weight, full in [
        ("off_hours", 0.20, 6),
        ("no_break", 0.10, 4),
        ("crises", 0.15, 3),
        ("notes_waiting", 0.10, 6),
    ]:
        if name in a:
            parts.append(weight * c(a[name] / full))
    return 100 * sum(parts) if parts else None


def score(checkins, cap=12, contract=20):
    checkins = sorted(checkins, key=lambda c: (c["at"], c["kind"] == "weekly"))
    rows = []
    pulses = []  # (at, S) of scored pulses
    weeklies = []  # (at, W, z or None) of scored weeklies
    m = v = m_w = None
    t, z, limit = 0, 0.0, None
    alert = opened = None
    below = 0
    r = None
    for i, c in enumerate(checkins):
        at: datetime = c["at"]
        row = dict.fromkeys(["strain", "weekly", "load", "z", "limit"])
        if c["kind"] == "pulse":
            s = row["strain"] = strain_of(c)
            if s is not None:
                pulses.append((at, s))
                r = s if r is None else 0.3 * s + 0.7 * r
                if len(pulses) == 9:
                    nine = [x for _, x in pulses]
                    m = (sum(nine) + 2 * 36) / 11
                    v = (8 * stdev(nine) ** 2 + 8 * 13**2) / 16
                elif len(pulses) > 9:
                    sigma = max(sqrt(v), 8)
                    u = clip((s - m) / sigma, -3, 3)
                    t += 1
                    z = max(0.2 * u + 0.8 * z, -1)
                    limit = 2.7 * sqrt(0.2 / 1.8 * (1 - 0.8 ** (2 * t)))
                    row["z"], row["limit"] = z, limit
                    below = below + 1 if r9(z) < r9(limit / 2) else 0
                    if r9(z) > r9(limit):
                        if alert is None:
                            alert, opened = "change", at
                        joined = any(
                            wz is not None and r9(wz) >= 1.5 and at - w_at <= timedelta(hours=216)
                            for w_at, _, wz in weeklies
                        )
                        if r9(z) > r9(1.2 * limit) or joined:
                            alert = "change_strong"
                    if alert and below >= 3:
                        alert, z = None, 0.0
                    elif alert and at - opened >= timedelta(days=42):
                        alert, z = None, 0.0
                        m = (m + r) / 2
                    if not alert:
                        sigma = max(sqrt(v), 8)
                        d = clip(s - m, -3 * sigma, 3 * sigma)
                        m, v = m + 0.02 * d, v + 0.02 * (d * d - v)
        else:
            w = row["weekly"] = weekly_of(c)
            row["load"] = load_of(c, cap, contract)
            if w is not None:
                wz = None
                if len(weeklies) >= 3:
                    wz = (w - m_w) / 11
                    if (
                        r9(wz) >= 1.5
                        and limit is not None
                        and r9(z) > r9(limit)
                        and at - pulses[-1][0] <= timedelta(hours=216)
                    ):
                        alert = "change_strong"
                    if not alert:
                        m_w += 0.08 * (w - m_w)
                weeklies.append((at, w, wz))
                c = {**c, "wz": wz}
                if len(weeklies) == 3:
                    m_w = (sum(x for _, x, _ in weeklies) + 36) / 4
        row["c"] = {**c, **row}
        recent = r if pulses and at - pulses[-1][0] <= timedelta(days=14) else None
        rows.append(row)
        row["codes"] = codes_of(rows, i, alert, recent)
        row["level"] = max([LEVEL_OF[x] for x in row["codes"]], default=0)
        row["scores"] = max([LEVEL_OF[x] for x in row["codes"] if x not in EVERY_TIME], default=0)
        seen = [x["scores"] for x in rows[:-1] if x["c"]["at"] >= at - timedelta(days=42)]
        raised = [LEVEL_OF[x] for x in row["codes"] if x in EVERY_TIME]
        if row["scores"] > max(seen, default=0):
            raised.append(row["scores"])
        row["alert"] = max(raised, default=0)
    return rows


def in_a_row(rows, times, test):
    """Whether the latest `times` answered check-ins of the last one's kind pass, each within 21 days."""
    kind = rows[-1]["c"]["kind"]
    mine = [row["c"] for row in rows if row["c"]["kind"] == kind][-times:]
    close = all(b["at"] - a["at"] <= timedelta(days=21) for a, b in pairwise(mine))
    return len(mine) == times and close and all(test(c) for c in mine)


def at_least(name, limit):
    return lambda c: c.get(name) is not None and r9(c[name]) >= limit


def codes_of(rows, i, alert, recent):
    c = rows[-1]["c"]
    held = set()
    if alert:
        held.add(alert)
    if c["kind"] == "pulse":
        if in_a_row(rows, 3, at_least("strain", 75)):
            held.add("strain_high")
        asks = {"this_week": "asks_this_week", "today": "asks_today", "not_safe": "not_safe"}
        if c.get("reach_out") in asks:
            held.add(asks[c["reach_out"]])
    else:
        if in_a_row(rows, 2, at_least("wz", 2)):
            held.add("weekly_rise")
        if in_a_row(rows, 3, at_least("wz", 2)):
            held.add("weekly_rise_long")
        if in_a_row(rows, 2, at_least("weekly", 60)):
            held.add("weekly_high")
        if at_least("weekly", 75)(c):
            held.add("weekly_very_high")
        if at_least("load", 40)(c):
            held.add("load")
        if at_least("load", 60)(c) or in_a_row(rows, 2, at_least("load", 50)):
            held.add("load_high")
        if at_least("load", 70)(c):
            held.add("load_very_high")
        if in_a_row(rows, 2, at_least("hours", 55)):
            held.add("hours_long")
        if c.get("boundary") in ("unsure", "open"):
            held.add("boundary_" + c["boundary"])
        kinds = c.get("boundary_kind", "").split()
        if any(k in IMMEDIATE for k in kinds):
            held.add("boundary_immediate")
        elif any(k in SAME_DAY for k in kinds):
            held.add("boundary_same_day")
        if c.get("boundary_when") == "today":
            held.add("asks_today")
        if c.get("boundary_when") == "now":
            held.add("asks_now")
    rising = held & {"change_strong", "weekly_rise_long", "weekly_high", "load_high"}
    if rising and recent is not None and r9(recent) >= 65:
        held.add("high_and_rising")
    return [code for code in LEVEL_OF if code in held]
