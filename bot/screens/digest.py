"""The weekly digest: what is due, how it went, and what went well. Read before the week's first coffee is gone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Any, Final

from babel.dates import format_timedelta

from bot.screens.screen import MAX_CHARACTERS, Screen, View, lines, renders
from bot.screens.team import SIGNS
from core.messages import Kind
from core.priorities import Need

MOST_NAMES: Final = 3


@renders(Kind.DIGEST)
def digest(view: View) -> Screen:
    """A week in one message, as long as it arrives in one go."""
    write = _lead if view.params.get("lead") else _supervisor
    return Screen(_fitting(view, write), silent=True)


def _fitting(view: View, write: Callable[[View, int], str]) -> str:
    """Return the digest with as many names, or teams, as there is room for."""
    most = max(MOST_NAMES, len(view.params.get("teams", [])))
    for count in range(most, 0, -1):
        text = write(view, count)
        if len(text) <= MAX_CHARACTERS:
            return text
    return write(view, 0)


def _supervisor(view: View, names: int) -> str:
    due = [*_alerts(view, names), *_people(view, names)]
    head = view.say("<b>Your week</b>")
    asked = "\n".join([view.say("What is due:"), *(f"• {line}" for line in due)]) if due else ""
    return lines(head, asked, "\n".join(_went(view)), view.say("All of it: /team"))


def _alerts(view: View, names: int) -> list[str]:
    alerts: Sequence[Mapping[str, Any]] = view.params["alerts"]
    if not alerts:
        return []
    if names == 0:
        return [view.texts.count("{n} open alert", "{n} open alerts", len(alerts))]
    shown = []
    for alert in alerts[:names]:
        what = {
            Need.CRISIS.value: view.say("a person now"),
            Need.URGENT.value: view.say("a talk today"),
        }.get(str(alert["need"]), view.say("a talk soon"))
        taken = "" if alert["taken"] else ", " + view.say("nobody has it yet")
        shown.append(f"{SIGNS[str(alert['need'])]} {escape(str(alert['name']), quote=False)}: {what}{taken}")
    if len(alerts) > names:
        shown.append(view.say("(and {n} more)", n=len(alerts) - names))
    return shown


def _people(view: View, names: int) -> list[str]:
    weeks = int(view.params["weeks"])
    said = {
        "promised": view.say("You agreed to check in this week:"),
        "unreachable": view.say("Not to be reached here:"),
        "silent": view.say("Quiet for some weeks, a hello may be welcome:"),
        "unsupervised": view.texts.count("No session logged for {n} week:", "No session logged for {n} weeks:", weeks),
    }
    return [f"{text} {_names(view, view.params[key], names)}" for key, text in said.items() if view.params[key]]


def _names(view: View, people: Sequence[str], most: int) -> str:
    if most == 0:
        return str(len(people))
    shown = view.texts.list([escape(name, quote=False) for name in people[:most]])
    return shown if len(people) <= most else f"{shown} " + view.say("(and {n} more)", n=len(people) - most)


def _went(view: View) -> list[str]:
    """How the week went, and praise; never whose it is."""
    said = []
    if (share := view.params.get("share")) is not None:
        said.append(view.say("Check-ins answered last week: {share}%.", share=round(100 * share)))
    always, asked = int(view.params.get("all_answered", 0)), int(view.params.get("asked", 0))
    if always and 2 * always >= asked:
        said.append(view.say("🌱 {n} of {of} answered every one.", n=always, of=asked))
    return [*said, *_praise(view)]


def _praise(view: View) -> list[str]:
    if in_time := int(view.params.get("in_time", 0)):
        return [
            view.texts.count(
                "🌱 Last week’s alert was taken in time. Thank you.",
                "🌱 All {n} alerts of last week were taken in time. Thank you.",
                in_time,
            )
        ]
    return []


def _lead(view: View, teams: int) -> str:
    shown = [_team(view, one) for one in view.params["teams"][:teams]]
    more = len(view.params["teams"]) - len(shown) + int(view.params.get("more_teams", 0))
    rest = view.texts.count("And {n} more team.", "And {n} more teams.", more) if more else ""
    head = view.say("<b>Your teams’ week</b>")
    return lines(head, *shown, rest, "\n".join(_praise(view)), view.say("All of it: /team"))


def _team(view: View, one: Mapping[str, Any]) -> str:
    name = escape(str(one["name"]), quote=False) or view.say("Without a team")
    facts = [view.texts.count("{n} open alert", "{n} open alerts", int(one["open"]))]
    if one["share"] is not None:
        facts.append(view.say("{share}% answered", share=round(100 * one["share"])))
    if one["unsupervised"]:
        count, weeks = int(one["unsupervised"]), int(view.params["weeks"])
        facts.append(view.say("no session logged for {weeks} weeks: {n}", weeks=weeks, n=count))
    said = [f"<b>{name}</b>: {', '.join(facts)}"]
    spans = {
        "taken": view.say("taken after {time}", time=_span(view, one["taken"])),
        "talked": view.say("talked after {time}", time=_span(view, one["talked"])),
        "resolved": view.say("resolved after {time}", time=_span(view, one["resolved"])),
    }
    if told := [text for key, text in spans.items() if one[key] is not None]:
        said.append(view.say("In 4 weeks, typically: {spans}", spans=view.plain(", ".join(told))))
    return "\n".join(said)


def _span(view: View, seconds: float | None) -> str:
    if seconds is None:
        return ""
    # The unit changes at two of the next one: 90 minutes stay minutes, 36 hours stay hours.
    span = timedelta(seconds=max(60, round(seconds)))
    return str(format_timedelta(span, granularity="minute", threshold=2, locale=view.texts.language))
