"""Reasons in plain words: the same sentence for the mentor and for the supervisor."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bot.texts import Texts
from core.visibility import ANSWER_FACTS, FIGURES, MORE_PEOPLE


def sentences(texts: Texts, codes: Sequence[str], facts: Mapping[str, Any], *, private: bool = False) -> list[str]:
    """Return one sentence for each rule code, in that order. A weaker rule says nothing beside a stronger one.

    Numbers that a mentor gave stand only in what is `private`, for the mentor alone, unless the mentor chose to show
    them. All else reads the same for everybody.
    """
    hidden = {weak for weak, stronger in WEAKER.items() if not set(stronger).isdisjoint(codes)}
    figures = private or facts.get(FIGURES)
    own = facts if figures else {name: value for name, value in facts.items() if name not in ANSWER_FACTS}
    more = bool(facts.get(MORE_PEOPLE)) or facts.get("people", 0) > facts.get("people_before", math.inf)
    found = [_sentence(texts, code, {**own, MORE_PEOPLE: more}) for code in codes if code not in hidden]
    return list(dict.fromkeys(sentence for sentence in found if sentence))


# A reason that adds nothing beside any of these: saying both would be saying it twice.
WEAKER: Mapping[str, tuple[str, ...]] = {
    "weekly_rise": ("weekly_rise_long",),
    "load": ("load_high", "load_very_high"),
    "load_high": ("load_very_high",),
    "weekly_high": ("weekly_very_high",),
    "high_and_rising": ("strain_high", "weekly_very_high", "load_very_high", "hours_long"),
    "boundary_unsure": ("boundary_same_day", "boundary_immediate"),
    "boundary_open": ("boundary_same_day", "boundary_immediate"),
}


def _sentence(texts: Texts, code: str, facts: Mapping[str, Any]) -> str:
    say = texts.say
    match code:
        case "not_safe":
            return say("Answered “I’m not safe”.")
        case "talk":
            return say("Pressed “I need a person now”.")
        case "risk_note":
            return say("Wrote a note that may speak of danger.")
        case "note_not_read":
            return say("Wrote a note in a language that Keepwell cannot read.")
        case "asks_now":
            return say("Wants to talk about a boundary now.")
        case "asks_today":
            return say("Asked for somebody to reach out today.")
        case "asks_this_week":
            return say("Asked for somebody to reach out this week.")
        case "boundary_immediate":
            return say("Named a boundary problem that cannot wait.")
        case "boundary_same_day":
            return say("Named a boundary problem to talk about today.")
        case "boundary_open":
            return say("A boundary problem is still open.")
        case "visit_overdue":
            return _visit_sentence(texts, facts)
        case "visit_answered":
            return say("Has answered since. Please make sure all is well.")
        case "boundary_unsure":
            return say("Not sure about a boundary.")
        case _:
            return _score_sentence(texts, code, facts)


def _score_sentence(texts: Texts, code: str, facts: Mapping[str, Any]) -> str:
    say = texts.say
    match code:
        case "change" | "change_strong":
            if "above" in facts and "latest" in facts:
                above, latest = round(facts["above"]), round(facts["latest"])
                if above > 1:
                    return say(
                        "{above} of the last {latest} check-ins were heavier than usual.", above=above, latest=latest
                    )
            return say("Check-ins have been heavier than usual lately.")
        case "high_and_rising":
            return say("The latest check-ins were heavy as well.")
        case "strain_high":
            times = round(facts.get("strain_high_times", 3))
            return say("The last {times} check-ins were all very heavy.", times=times)
        case "weekly_rise" | "weekly_rise_long":
            times = round(facts.get("weekly_rise_times", 2))
            return say("{times} weekly check-ins in a row were above the usual.", times=times)
        case "weekly_high":
            times = round(facts.get("weekly_high_times", 2))
            return say("{times} weekly check-ins in a row were heavy.", times=times)
        case "weekly_very_high":
            return say("The weekly check-in was very heavy.")
        case "load" | "load_high" | "load_very_high":
            return _load_sentence(texts, facts)
        case "hours_long":
            times = round(facts.get("hours_long_times", 2))
            return say("Very long hours, {times} weekly check-ins in a row.", times=times)
        case _:
            return ""


def _visit_sentence(texts: Texts, facts: Mapping[str, Any]) -> str:
    if not facts.get("back_at"):  # erased meanwhile
        return texts.say("Did not come back from a home visit in time.")
    at = texts.clock(str(facts["back_at"]))
    return texts.say("Was to be back from a home visit at {time}, and did not answer then.", time=at)


def _load_sentence(texts: Texts, facts: Mapping[str, Any]) -> str:
    if not facts[MORE_PEOPLE]:
        return texts.say("The workload is high.")
    if "people" not in facts:
        return texts.say("The workload is high, with more people than the week before.")
    return texts.say(
        "The workload is high; people supported went from {before} to {now}.",
        before=f"{facts['people_before']:g}",
        now=f"{facts['people']:g}",
    )
