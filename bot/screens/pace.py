"""When a mentor is asked: own weekdays, a time for each, the end of a shift; and days away."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from bot.screens.screen import Button, Rows, Screen, View, chosen, lines, renders
from core.messages import Kind


def _by_two(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


@renders(Kind.ASK_DAYS)
def days(view: View) -> Screen:
    """The weekdays, each to be tapped on or off; below, the time of each."""
    own = {int(day): str(at) for day, at in view.params["days"].items()}
    least, most = int(view.params["least"]), int(view.params["most"])
    saved = view.say("Saved.") if view.params.get("saved") else ""
    if view.params.get("bound"):
        saved = view.say("Your program wants {least} to {most} days, so nothing was changed.", least=least, most=most)
    switches = [view.button(chosen(view.texts.days([day]), day in own), "dyt", argument=str(day)) for day in range(7)]
    times = [
        view.button(f"🕒 {view.texts.days([day])} {view.texts.hour(at)}", "dya", argument=str(day))
        for day, at in own.items()
    ]
    text = lines(
        saved,
        view.say("<b>On which days shall I ask?</b> Tap a day to add it or take it away."),
        view.say(
            "🕒 sets its time: the end of your shift, for example. Done sooner? Send /shift, and I ask right then."
        ),
    )
    done = (view.button(view.say("Done"), "set"),)
    return Screen(text, (*_by_two(switches), *_by_two(times), done, (view.talk(),)))


@renders(Kind.ASK_DAY_TIME)
def day_time(view: View) -> Screen:
    """The time of one weekday."""
    day, now = int(view.params["day"]), str(view.params["at"])
    buttons = [
        view.button(chosen(view.texts.hour(at), at == now), "dyv", argument=f"{day}={at}")
        for at in view.params["choices"]
    ]
    question = view.say("When on {day}?", day=view.texts.days([day]))
    back = (view.button(view.say("← Back"), "dys"),)
    return Screen(question, (*_by_two(buttons), back, (view.talk(),)))


@renders(Kind.AWAY_DAYS)
def away_days(view: View) -> Screen:
    """First and last day away, by tap."""
    first, page = view.params["first"], int(view.params["page"])
    mentor = view.params.get("role") == "mentor"
    buttons = [
        view.button(
            _day(view, day),
            "awd" if first is None else "awg",
            argument=f"0={day}" if first is None else f"{first}={day}",
        )
        for day in view.params["days"]
    ]
    ways = []
    suffix = f"={first}" if first else ""
    if page > 0:
        ways.append(view.button(view.say("← Earlier"), "awd", argument=f"{page - 1}{suffix}"))
    if page < int(view.params["last"]):
        ways.append(view.button(view.say("Later →"), "awd", argument=f"{page + 1}{suffix}"))
    question = (
        view.say("Which is your first day away?")
        if first is None
        else view.say("Away from {day}. Which is the last day?", day=view.texts.day(_noon(view, first)))
    )
    return Screen(question, (*_by_two(buttons), tuple(ways), *(((view.talk(),),) if mentor else ())))


def _noon(view: View, day: str) -> datetime:
    """Return an instant of a local day, far from its ends."""
    return datetime.combine(date.fromisoformat(day), time(12), ZoneInfo(view.outgoing.timezone)).astimezone(UTC)


def _day(view: View, day: str) -> str:
    return str(format_skeleton("MMMEd", date.fromisoformat(day), locale=view.texts.language))


@renders(Kind.SHIFT)
def shift(view: View) -> Screen:
    """The shift is over, and today has no check-in to come."""
    what = (
        view.say("You have had today’s check-in.")
        if view.params["asked"]
        else view.say("Today is none of your check-in days.")
    )
    text = lines(
        view.say("Good that your shift is over. {what}", what=what), view.say("Would you like one all the same?")
    )
    return Screen(text, ((view.button(view.say("A check-in now"), "now"),), (view.talk(),)))
