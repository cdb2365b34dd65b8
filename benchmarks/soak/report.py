"""What the time under fire came to, and whether that is what was promised."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from benchmarks.soak.crowd import Doubles, Mentor, Staff, doubles
from benchmarks.soak.faults import Struck
from benchmarks.soak.fleet import Replica
from benchmarks.soak.wires import Balancer
from emulator import Emulator

TOLD: Final = re.compile(r"[A-Z][a-z]+qv\d")
SHOWN: Final = 8


@dataclass(slots=True)
class Outcome:
    """Counts, and what is wrong with them."""

    mentors: int
    seconds: float
    updates: int = 0
    sent: int = 0
    not_through: list[Mentor] = field(default_factory=list)
    updates_left: int = 0
    struck: list[Struck] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)
    answers_found: list[dict[str, Any]] = field(default_factory=list)
    alerts_found: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)

    def count_update(self) -> None:
        """Note that Telegram has one more update to deliver."""
        self.updates += 1

    def judge(
        self,
        telegram: Emulator,
        mentors: Sequence[Mentor],
        staff: Sequence[Staff],
        replicas: Sequence[Replica],
        balancer: Balancer,
    ) -> None:
        """Compare what people did with what is stored, and what they saw with what they may see."""
        self._work(telegram, mentors, replicas, balancer)
        self._answers(mentors)
        self._alerts(mentors, staff)
        self._doubled(telegram, doubles(telegram, mentors, staff))
        self._sound(telegram, replicas)

    def _work(
        self, telegram: Emulator, mentors: Sequence[Mentor], replicas: Sequence[Replica], balancer: Balancer
    ) -> None:
        statistics = telegram.limits.statistics
        self.rows += [
            ("mentors, replicas", f"{self.mentors:,}, {len(replicas)}"),
            ("faults survived", f"{sum(one.recovered_in is not None for one in self.struck)} of {len(self.struck)}"),
            ("updates that Telegram delivered", f"{self.updates:,}"),
            ("… and still has at the end", f"{self.updates_left}"),
            ("check-ins answered to the end", f"{sum(mentor.finished for mentor in mentors):,}"),
            ("taps repeated because nothing had happened", f"{sum(mentor.tapped_again for mentor in mentors):,}"),
            ("new messages that Telegram took", f"{statistics.sent:,}"),
            ("… at most in one second", f"{statistics.busiest_second}"),
            (
                "… refused with 429 by the flood limits; of these by the limit of a chat",
                f"{statistics.refused:,}; {statistics.refused_by_chat:,}",
            ),
            ("starts of replicas; ends by themselves", _starts(replicas)),
            ("seconds with one replica; with none", f"{balancer.alone_seconds:.0f}; {balancer.nobody_seconds:.0f}"),
        ]
        if self.updates_left:
            self.wrong.append(f"{self.updates_left} updates were not taken")
        self.wrong += [f"a mentor could not finish: {mentor.stands}" for mentor in self.not_through[:SHOWN]]
        if any(self.exit_codes):
            self.wrong.append(f"the replicas stopped with {self.exit_codes}")
        self.wrong += [f"not well again: {one.kind}" for one in self.struck if one.recovered_in is None]

    def _answers(self, mentors: Sequence[Mentor]) -> None:
        stored: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for row in self.answers_found:
            stored[row["mentor"], UUID(str(row["checkin_id"])).hex, row["item"]].append(row["value"])
        wanted = {(m.phone.name, *key): value for m in mentors for key, value in m.answers.items()}
        gone = {(m.phone.name, *key) for m in mentors for key in m.answers if m.reached_nobody(key)} - stored.keys()
        lost = [key for key, value in wanted.items() if stored.get(key) != [value] and key not in gone]
        made_up = [key for key in stored if key not in wanted]
        self.rows += [
            ("answers expected", f"{len(wanted):,}"),
            (
                "taps that Telegram dropped, as no replica took them for 150 s; answers of which it dropped every tap",
                f"{sum(m.expired.total() for m in mentors):,}; {len(gone):,}",
            ),
            ("answers found, once and as tapped", f"{len(wanted) - len(lost) - len(gone):,}"),
        ]
        self.wrong += [f"lost or wrong: {key[2]} is {stored.get(key)}, not {wanted[key]}" for key in lost[:SHOWN]]
        self.wrong += [f"an answer that nobody gave: {key[2]}" for key in made_up[:SHOWN]]

    def _alerts(self, mentors: Sequence[Mentor], staff: Sequence[Staff]) -> None:
        wanted = Counter(
            (m.phone.name, level) for m in mentors for key, level in m.calls.items() if not m.reached_nobody(key)
        )
        found = Counter((row["mentor"], row["level"]) for row in self.alerts_found)
        # A second call while the first alert is open raises that one again, or to a higher level.
        heard = {name for name, _ in wanted if any(key[0] == name for key in found)}
        calling = {name for name, _ in wanted}
        seen = {alert for person in staff for alert in person.acknowledged}
        taken = [row for row in self.alerts_found if row["acknowledged_at"]]
        self.rows += [
            ("calls for help", f"{sum(wanted.values()):,} of {len(calling):,} mentors"),
            ("alerts expected (mentors who called), found", f"{len(calling):,}, {len(heard):,}"),
            ("alerts opened, acknowledged", f"{len(self.alerts_found):,}, {len(taken):,}"),
        ]
        self.wrong += [f"a call for help that opened no alert ({len(calling - heard)})"] * bool(calling - heard)
        if stray := {name for name, _ in found} - calling:
            self.wrong.append(f"{len(stray)} alerts about mentors who did not call")
        never = [row for row in self.alerts_found if UUID(str(row["id"])).hex not in seen]
        self.wrong += [f"an alert that reached nobody: {row['level']}, {row['state']}" for row in never[:SHOWN]]
        idle = [row for row in self.alerts_found if not row["acknowledged_at"]]
        self.wrong += [f"an alert that is not acknowledged: {row['level']}" for row in idle[:SHOWN]]

    def _doubled(self, telegram: Emulator, twice: Doubles) -> None:
        cut = sum(call.outcome == "cut after" for call in telegram.journal)
        self.rows += [
            ("calls that Telegram took without an answer (newest 50,000)", f"{cut:,}"),
            ("questions asked twice", f"{twice.prompts}"),
            ("alerts twice without saying so", f"{twice.alerts_unmarked}"),
            ('alerts twice, marked "this may reach you twice"', f"{twice.alerts_marked}"),
            ("other replies that came twice", f"{sum(twice.other.values())}"),
        ]
        if twice.prompts:
            self.wrong.append(f"{twice.prompts} questions came twice")
        if twice.alerts_unmarked:
            self.wrong.append(f"{twice.alerts_unmarked} alerts came twice without saying so")

    def _sound(self, telegram: Emulator, replicas: Sequence[Replica]) -> None:
        self.wrong += [f"not of the Bot API: {violation}" for violation in telegram.violations[:SHOWN]]
        for replica in replicas:
            text = replica.log.read_text(encoding="utf-8", errors="replace")
            if TOLD.search(text):
                self.wrong.append(f"the log of {replica.name} names somebody")
            for action in ("update_buried", "update_unreadable", "render_failed", "settle_refused", "tick_failed"):
                times = text.count(f'"{action}"')
                if times:
                    self.rows.append((f"log of {replica.name}: {action}", str(times)))
                    if action != "tick_failed":
                        self.wrong.append(f"{replica.name}: {times} × {action}")


def _starts(replicas: Sequence[Replica]) -> str:
    return f"{sum(r.starts for r in replicas)}; {sum(r.ended_by_itself for r in replicas)}"


def report(outcome: Outcome) -> str:
    """Return what came of it, in Markdown."""
    kinds: dict[str, list[Struck]] = defaultdict(list)
    for one in outcome.struck:
        kinds[one.kind].append(one)
    rows = [
        f"| {kind} | {len(those)} | {sum(s.lasted for s in those) / len(those):.0f} s | {_slowest(those)} |"
        for kind, those in sorted(kinds.items())
    ]
    table = "\n".join(f"| {what} | {value} |" for what, value in outcome.rows)
    wrong = "\n".join(f"- {one}" for one in outcome.wrong) or "- nothing"
    return (
        "| fault | times | mean length | slowest recovery |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\n| | |\n|---|---|\n{table}\n\nWrong:\n\n{wrong}\n"
    )


def _slowest(those: Sequence[Struck]) -> str:
    if any(one.recovered_in is None for one in those):
        return "never"
    return f"{max(one.recovered_in or 0.0 for one in those):.1f} s"
