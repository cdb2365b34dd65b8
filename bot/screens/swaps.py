"""Shifts that change hands, and days on which somebody cannot be called."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.screens.screen import Button, Screen, View, chosen, lines, renders
from core.messages import Kind

DAYS_IN_A_ROW: Final = 3
SAME_WEEK: Final = timedelta(days=6)  # a weekday names one day


def shift_label(view: View, shift: Mapping[str, Any]) -> str:
    """Return a shift as a button shows it: "Mar 3: Tue 6:00 PM – Wed 8:00 AM", "Mar 3 – Mar 10, 8:00 AM"."""
    start, end = str(shift["from"]), str(shift["until"])
    if datetime.fromisoformat(end) - datetime.fromisoformat(start) < SAME_WEEK:
        return f"{view.texts.date(start, weekday=False)}: {view.texts.span(start, end)}"
    return f"{view.texts.date(start, weekday=False)} – {view.texts.date(end, weekday=False)}, {view.texts.clock(end)}"


def back(view: View) -> Button:
    """Return the button to the page of who is on call."""
    return view.button(view.say("← On call"), "onc")


@renders(Kind.SWAP)
def swap(view: View) -> Screen:
    """A shift that is offered, taken or kept; each step says whose it is now."""
    if view.params["view"] == "choose":
        return _choose(view)
    if view.params["view"] == "gone":
        return Screen(view.say("That shift is not yours any more. /oncall shows how it stands."), ((back(view),),))
    team = str(view.params.get("team") or "")
    when = f"<b>{escape(shift_label(view, view.params), quote=False)}</b>" + (
        f" ({escape(team, quote=False)})" if team else ""
    )
    by = str(view.params.get("by") or "")
    match view.params["view"]:
        case "asked":
            take = view.button(view.say("I take it"), "swt", str(view.params["offer"]))
            ask = view.say("{by} cannot be on call then. Can you? If not, do nothing.", by=by)
            return Screen(lines(when, ask), ((take,),))
        case "offered":
            asked = [escape(str(name), quote=False) for name in view.params["asked"]]
            text = view.say("There is nobody I could ask. Please talk to your lead.")
            if asked:
                text = view.texts.say("I am asking {names}.", names=view.texts.list(asked))
            stays = view.say("Until somebody takes it, it stays yours.")
            undo = view.button(view.say("Keep it after all"), "sww", str(view.params["offer"]))
            return Screen(lines(when, f"{text} {stays}"), ((undo,), (back(view),)))
        case "taken":
            return Screen(lines(when, view.say("✅ It is yours now. {by} knows.", by=by)), ((back(view),),))
        case "given":
            return Screen(lines(when, view.say("✅ {by} takes it. You are free then.", by=by)), ((back(view),),))
        case "kept":
            return Screen(lines(when, view.say("It stays yours. Nobody can take it any more.")), ((back(view),),))
        case _:
            taker = view.params.get("taker")
            text = view.say("{taker} was quicker and has it.", taker=taker) if taker else view.say("It is settled.")
            return Screen(lines(when, view.say("Thank you."), text), ((back(view),),))


def _choose(view: View) -> Screen:
    shifts = view.params["shifts"]
    if not shifts:
        return Screen(view.say("You have no shift in the next four weeks that you could give away."), ((back(view),),))
    rows = [(view.button(shift_label(view, one), "swo", argument=str(_unix(str(one["until"])))),) for one in shifts]
    text = view.say("Which shift can you not take? I ask the others. It stays yours until somebody takes it.")
    return Screen(text, (*rows, (back(view),)))


def _unix(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())


@renders(Kind.DAYS_OFF)
def days_off(view: View) -> Screen:
    """Days to tap; a mark stands on those on which nobody calls the reader."""
    days = view.params["days"]
    zone = ZoneInfo(view.outgoing.timezone)
    buttons, edges = [], []
    for one in days:
        noon = datetime.combine(date.fromisoformat(str(one["day"])), time(12), zone)
        label = chosen(view.texts.date_of_month(noon), bool(one["off"]))
        edges.append(view.texts.date(noon, weekday=False))
        buttons.append(view.button(label, "dof", argument=str(one["day"])))
    rows = [tuple(buttons[at : at + DAYS_IN_A_ROW]) for at in range(0, len(buttons), DAYS_IN_A_ROW)]
    page = int(view.params["page"])
    turn = []
    if page > 0:
        turn.append(view.button(view.say("← Earlier"), "dop", argument=str(page - 1)))
    if page < int(view.params["last"]):
        turn.append(view.button(view.say("Later →"), "dop", argument=str(page + 1)))
    text = view.say("Tap the days on which you cannot be called. A second tap takes it back.")
    more = view.say("No alert goes to you on a day with ✓. Whoever stands in is asked; leads see what is left open.")
    span = f"<b>{escape(edges[0], quote=False)} – {escape(edges[-1], quote=False)}</b>"
    return Screen(lines(span, text, more), (*rows, tuple(turn), (back(view),)))
