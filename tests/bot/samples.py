"""Messages of every kind with values as the flows store them, in the shapes that change what is read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any, Final
from uuid import UUID

from bot import sender as _registers_every_screen  # noqa: F401
from bot.buttons import Signer
from bot.screens.screen import RENDERERS, Screen, View
from bot.texts import Texts
from core.alerts import Outcome
from core.messages import RULES, Kind, Outgoing
from core.notes import NoteState
from core.questionnaire import Item, Questionnaire
from flows.belonging import AWAY_CHOICES
from flows.copies import HAPPENED
from program.load import load_program
from program.model import Program
from tests.bot.samples_mine import mine as samples_mine
from tests.bot.samples_pace import pace as samples_pace
from tests.bot.samples_team import team_samples
from tests.bot.samples_visibility import visibility_samples

NOW: Final = datetime(2026, 3, 2, 21, 5, tzinfo=UTC)  # a Monday, 15:05 in Chicago
LATER: Final = (NOW + timedelta(hours=1)).isoformat()
NEXT_DAY: Final = (NOW + timedelta(days=1)).isoformat()
ROW: Final = UUID("12345678-1234-5678-1234-567812345678").hex
LANGUAGES: Final = ("en", "es")

Params = Mapping[str, Any]

# What a weekly check-in can come to at worst, by level; more than these do not hold together.
_CONCERN: Final = ("change_strong", "weekly_rise_long", "weekly_high", "load_high", "boundary_open")
_URGENT: Final = (*_CONCERN[:4], "high_and_rising", "weekly_very_high", "load_very_high", "hours_long")
# Everything that a mentor can keep private at once.
_HIDDEN: Final = [*_URGENT, "strain_high", "boundary_open"]
MANY_REASONS: Final = {
    "concern": _CONCERN,
    "urgent": (*_URGENT, "boundary_same_day", "asks_today"),
    "crisis": (*_URGENT, "boundary_immediate", "asks_now"),
}
FACTS: Final = {
    "above": 4,
    "latest": 5,
    "people": 14,
    "people_before": 9,
    "strain_high_times": 3,
    "weekly_rise_times": 3,
    "weekly_high_times": 2,
    "hours_long_times": 2,
}
SETTINGS: Final = {
    "zone": "America/Argentina/Buenos_Aires",
    "at": "09:00",
    "days": [0, 2, 4],
    "next_at": LATER,
    "quiet_from": "21:00",
    "quiet_until": "08:00",
    "takes_part": True,
    "role": "mentor",
}
STAFF_SETTINGS: Final = SETTINGS | {"at": None, "days": [], "next_at": None, "takes_part": False, "role": "supervisor"}


@cache
def everything_on() -> Program:
    """The shipped program with every check-in switched on."""
    program = load_program(None)
    everybody = [
        replace(checkin, roles=("mentor", "supervisor")) if checkin.id == "pulse" else checkin
        for checkin in program.all_checkins
    ]
    enabled = frozenset(checkin.id for checkin in everybody)
    return replace(program, all_checkins=tuple(everybody), enabled=enabled)


def samples(
    name: str = "Sam Rivera", helper: str = "Ann Lee", program: Program | None = None
) -> dict[str, list[Params]]:
    """Return messages of every kind, by the kind's value. The names are of a mentor and of who helps."""
    return {
        **_joining(name),
        **_general(helper),
        **_checkins(helper, program or everything_on()),
        **_crises(helper),
        **_alerts(name, helper),
        **_notes(name, helper),
        **samples_mine(name, helper),
        **samples_pace(name, helper, NOW, ROW),
        **team_samples(name, NOW, FACTS, MANY_REASONS),
        **visibility_samples(
            name,
            helper,
            program or everything_on(),
            team_samples(name, NOW, FACTS, MANY_REASONS),
            _alerts(name, helper)["alert"][0],
        ),
    }


def _joining(name: str) -> dict[str, list[Params]]:
    reasons = ("stranger", "not_yours", "staff_only", "text_only")
    links = ("invite_unknown", "invite_wait", "invite_used", "invite_expired")
    return {
        "consent": [
            {"page": page, "name": name, "again": again, "of_supervisor": of_supervisor}
            for page, again, of_supervisor in product((1, 2, 3), (True, False), (True, False))
        ],
        "declined": [{}, {"of_supervisor": True}],
        "ask_language": [{}, {"saved": True}],
        "ask_zone": [
            {"current": "America/Argentina/Buenos_Aires", "joining": joining, "more": more}
            for joining, more in product((True, False), repeat=2)
        ],
        "ask_time": [SETTINGS | {"choices": ["08:00", "09:00", "15:30"], "joining": yes} for yes in (True, False)],
        "ready": [
            SETTINGS | {"name": name},
            SETTINGS | {"name": name, "next_at": None},
            SETTINGS | {"name": name, "role": "supervisor"},
        ],
        "staff_welcome": [{"role": role, "name": name} for role in ("supervisor", "lead")],
        "refusal": [
            *({"reason": reason} for reason in (*reasons, *links, "command_unknown", "button_unknown")),
            {"reason": "already_joined", "name": name},
            *({"reason": "not_taking_part", "role": role} for role in ("mentor", "lead")),
        ],
    }


def _general(helper: str) -> dict[str, list[Params]]:
    roles = ("mentor", "supervisor", "lead")
    away = {"away": True, "until": LATER, "choices": list(AWAY_CHOICES)}
    return {
        "help": [
            *({"role": role, "returned": returned} for role, returned in product(roles, (True, False))),
            {"role": "supervisor", "nothing_open": True},
            {"role": "mentor", "agreed": True},
        ],
        "privacy": [
            *({"role": role} for role in roles),
            {
                "role": "mentor",
                "looks": [{"at": LATER, "by": helper, "action": seen} for seen in ("supervision", "agenda")],
            },
        ],
        "settings": [
            SETTINGS,
            SETTINGS | {"times": {"0": "17:00", "2": "09:00", "4": "22:00"}},
            SETTINGS | {"saved": True},
            SETTINGS | {"choose_quiet": True},
            STAFF_SETTINGS,
            SETTINGS | {"role": "supervisor"},
            *(STAFF_SETTINGS | {"contentless": True, "contentless_for_all": all_} for all_ in (True, False)),
        ],
        "away": [
            {"role": role, **state}
            for role, state in product(
                roles,
                (
                    away,
                    away | {"until": None},
                    away | {"away": False},
                    away | {"away": False, "saved": True},
                    away | {"away": False, "starts": NOW.isoformat()},
                ),
            )
        ],
        "leave": [
            *({"role": role, "days": days} for role, days in product(roles, (0, 1, 30))),
            {"role": "supervisor", "days": 30, "own_pulse": True},
        ],
        "avoid": [
            {"name": who, "avoids": avoids, "saved": saved}
            for who, avoids, saved in product((helper, None), (True, False), (True, False))
        ],
        "left": [
            {"just_now": now, "open_alerts": some, "until": until}
            for now, some, until in product((True, False), (0, 2), (LATER, None))
        ],
    }


def _checkins(helper: str, program: Program) -> dict[str, list[Params]]:
    result: dict[str, Any] = {"checkin": ROW, "questionnaire": "pulse", "level": "steady", "reasons": [], "told": []}
    told = result | {"facts": FACTS, "told": [helper, "Ben Ortiz"]}
    private = result | {"facts": FACTS, "reasons": ["change", "weekly_rise", "load", "boundary_unsure"]}
    nobody: dict[str, Any] = {"told": []}
    taken: dict[str, Any] = {"by": helper, "at": LATER, "so_far": True}
    raised = [
        told | {"alert": level, "level": level, "reasons": list(reasons)} | extra
        for level in MANY_REASONS
        for reasons, extra in product((["asks_today"], MANY_REASONS[level]), ({}, nobody, taken))
    ]
    raised += [one | {"saved": True, "corrected": how} for one in raised[::3] for how in ("changed", "call_stays")]
    raised += [told | {"alert": "concern", "level": "concern", "saved": True, "corrected": "nothing_left"}]
    return {
        "checkin": [params for questionnaire in program.checkins for params in _questions(questionnaire)],
        "checkin_done": [
            *(result | {"strain": strain} for strain in (None, 10, 40, 90)),
            *raised,
            result | {"strain": 90, "only_leads": True},
            {**raised[0], "told": [], "only_leads": True},
            private | {"level": "watch", "alert": "watch"},
            private | {"level": "concern"},
            *(
                private | {"alert": "watch", "level": "urgent", "reasons": _HIDDEN, "kept": _HIDDEN[:n]}
                for n in (1, len(_HIDDEN))
            ),
            *(
                told | {"alert": "urgent", "level": "urgent", "reasons": [*_URGENT], "kept": kept, "own_facts": FACTS}
                for kept in (["load"], ["load", "change"])
            ),
            result | {"questionnaire": "weekly", "debrief": True},
            private
            | {"questionnaire": "weekly", "level": "watch", "alert": "watch", "debrief": True, "leads": [helper]},
            private | {"level": "watch", "alert": "watch", "leads": [helper]},
            *(
                result | {"questionnaire": "practice", "before": before}
                for before in _reasons_given(program.find("practice"))
            ),
        ],
        "checkin_closed": [
            {"why": why, "questionnaire": "pulse", "answered": answered, "again_at": LATER}
            for why, answered in product(
                ("moved", "later", "expired", "replaced", "complete", "cancelled", "changed", "settled"), (0, 3)
            )
        ],
        "nudge": [private | {"level": "watch"}, private | {"level": "urgent", "reasons": _HIDDEN, "kept": _HIDDEN}],
        "number_help": [{"from": "0", "to": "200"}],
    }


def _questions(questionnaire: Questionnaire) -> Iterator[Params]:
    reasons = [None, *_reasons_given(questionnaire)]
    for place, item in enumerate(questionnaire.items):
        first = item.options[0].value if item.options else None
        before = reasons if item.always else [None]
        for chosen, said in product((None, first), before):
            yield {
                "checkin": ROW,
                "questionnaire": questionnaire.id,
                "item": item.id,
                "place": place,
                "number": place + 1,
                "of": len(questionnaire.items),
                "chosen": chosen,
                "reminder": chosen is None,
                "before": said,
            }
        if questionnaire.draw is None and place in (0, 6):
            left = [one.id for one in questionnaire.items[place:]]
            start = {"checkin": ROW, "questionnaire": questionnaire.id, "item": item.id, "place": place, "lines": left}
            yield start | {"number": place + 1, "of": len(left), "chosen": None, "reminder": place == 0, "before": None}


def _reasons_given(questionnaire: Questionnaire | None) -> list[list[str]]:
    items: tuple[Item, ...] = questionnaire.items if questionnaire else ()
    return [[item.id, option.value] for item in items for option in item.options if option.reason]


def _crises(helper: str) -> dict[str, list[Params]]:
    told = [helper, "Ben Ortiz"]
    levels = ("concern", "urgent", "crisis")
    statuses = ("taken", "taken_later", "handed_over", "passed_on", "written", "resolved", "next_asked", "nobody_yet")
    return {
        "crisis": [
            *({"told": names, "only_leads": leads} for names, leads in product((told, []), (False, True))),
            {"told": [], "nobody_here": True},
            *({"told": [], "lines_only": True, "only_leads": leads} for leads in (False, True)),
        ],
        "mentor_status": [
            {"status": status, "level": level, "by": helper, "at": LATER, "told": names}
            for status, level, names in product(statuses, levels, (told, []))
        ]
        + [{"status": "nobody_yet", "level": "crisis", "told": [], "only_leads": True}],
    }


def _alerts(name: str, helper: str) -> dict[str, list[Params]]:
    alerts: list[dict[str, Any]] = []
    changes: tuple[Params, ...] = (
        {"more_at": LATER},
        {"contentless": True},
        {"contentless": True, "in_group": True},
        {"since": [{"at": LATER, "by": helper, "what": what} for what in HAPPENED[:4]]},
        {"since": [{"at": LATER, "by": helper, "what": what} for what in HAPPENED[4:]]},
        {"asking_outcome": True},
        {"asking_snooze": True},
        {"asking_hand_over": True, "hand_over_to": [[ROW, helper], [ROW[::-1], "Ben Ortiz"]]},
        {"declined": True},
        {"given_to": helper},
        {"reached": True},
    )
    for level, state, mine, many in product(
        MANY_REASONS, ("open", "acknowledged", "resolved"), (True, False), (True, False)
    ):
        alerts += [
            {
                "alert": ROW,
                "mentor": name,
                "team": "North" if mine else None,
                "level": level,
                "reasons": list(MANY_REASONS[level]) if many else ["talk"],
                "facts": FACTS,
                "state": state,
                "opened_at": NOW.isoformat(),
                "by": helper,
                "by_me": mine,
                "at": LATER,
                "outcome": outcome.value,
                "until": until,
                "step": "again" if mine else "handed_over" if state == "open" else "supervisor",
                "giver": helper if state == "open" and not mine else None,
            }
            for outcome, until in zip(Outcome, (None, LATER, LATER, NEXT_DAY, NEXT_DAY), strict=True)
        ]
    return {
        "alert": alerts,
        "alert_update": [
            *_corrected(alerts),
            *alerts,
            *(alert | change for alert, change in product(alerts[::40], changes)),
        ],
        "follow_up": [
            {"alert": ROW, "ask": True, "by": helper},
            {"alert": ROW, "ask": True, "by": None},
            *({"alert": ROW, "said": said, "told": told} for said in ("yes", "no", "left") for told in ([helper], [])),
        ],
        "more_alerts": [{}],
        "group": [
            *({key: True} for key in ("refused", "unused", "unlinked")),
            {"unlinked": False},
            {"unknown": "Nrth"},
            {"linked": True, "team": "North"},
            {"linked": True, "team": None},
        ],
        "outcome_words": [
            {"left": True},
            *({"mentor": name} | one for one in ({"ask": True}, {"saved": True}, {"too_long": True, "most": 500})),
        ],
        "chain_ended": [
            {"alert": ROW, "mentor": name, "level": "crisis", "cycle": 1, "contentless": closed}
            for closed in (False, True)
        ],
        "lead_note": [
            {"conditions": True, "team": "North"},
            *({"mentor": name, "weeks": weeks, "logged": logged} for weeks in (1, 3) for logged in (True, False)),
        ],
        "staff_hello": [{"mentor": name}],
    }


def _corrected(alerts: list[dict[str, Any]]) -> list[Params]:
    """Alerts whose answers the mentor has changed since."""
    changed = {"facts": FACTS | {"corrected_at": LATER}}
    stays = {"facts": FACTS | {"corrected_at": LATER, "call_stays": True}}
    return [one | change for one in alerts[::20] for change in (changed, stays, changed | {"reasons": []})]


def _notes(name: str, helper: str) -> dict[str, list[Params]]:
    answers = ("confirm", "help", "unread", "relapse", "boundary", "carry", "time_passed", "thanks")
    common = {"note": ROW, "minutes": 10, "unanswered": "crisis", "whole": False}
    settled = common | {"answer": "settled", "told": [helper]}
    return {
        "note": [
            *(
                common | {"answer": answer, "names": names, "told": told}
                for answer, names, told in product(answers, (True, False), ([helper], []))
            ),
            *(common | {"answer": "confirm", "unanswered": level} for level in ("urgent", None)),
            common | {"answer": "confirm", "minutes": 1},
            *(
                settled | {"state": state.value, "alert": alert, "names": True}
                for state, alert in product(NoteState, (None, "open", "resolved"))
            ),
            settled | {"state": "withdrawn", "stays": True, "alert": "open"},
        ],
        "silence": [{"stage": stage, "told": helper} for stage in ("nudge", "pause", "supervisor")],
    }


def view_of(
    kind: Kind,
    params: Params,
    language: str,
    *,
    program: Program | None = None,
    known: bool = True,
    repeated: bool = False,
) -> View:
    """Return what the renderer of a message is handed."""
    outgoing = Outgoing(
        id=1,
        kind=kind,
        chat_id=1,
        person_id=UUID(ROW) if known else None,
        language=language,
        timezone="America/Chicago",
        params=params,
        edit=None,
        priority=RULES[kind].priority,
        attempts=1,
        repeated=repeated,
        receipt=None,
        send_at=NOW,
    )
    return View(
        outgoing=outgoing,
        texts=Texts(language, outgoing.timezone),
        program=program or everything_on(),
        signer=Signer([b"a key of tests"]),
        now=NOW,
    )


def rendered(
    kind: Kind, language: str, *, name: str = "Sam Rivera", helper: str = "Ann Lee", program: Program | None = None
) -> list[tuple[Params, Screen]]:
    """Return every sample of a kind with its screen."""
    found = samples(name, helper, program)[kind.value]
    screens = []
    for params in found:
        for repeated in (False, True) if kind is Kind.ALERT else (False,):
            view = view_of(kind, params, language, program=program, repeated=repeated)
            screens.append((params, RENDERERS[kind](view)))
    return screens
