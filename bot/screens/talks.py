"""Times for a talk: what a supervisor proposes, and what a mentor makes of it. Leaving it is as good an answer."""

from datetime import datetime
from typing import Final

from bot.screens.screen import Button, Rows, Screen, View, chosen, lines, renders
from core.messages import Kind

SLOTS_IN_A_ROW: Final = 2


def slot_label(view: View, at: str) -> str:
    """Return a time as a button shows it: "Thu, Mar 5, 2:00 PM"."""
    return f"{view.texts.date(at)}, {view.texts.clock(at)}"


def _unix(at: str) -> str:
    return f"{datetime.fromisoformat(at).timestamp():.0f}"


@renders(Kind.TALK_PLAN)
def plan(view: View) -> Screen:
    """The supervisor's side: picking times, and what came of it."""
    row, name = str(view.params["alert"]), str(view.params["name"])
    again = view.button(view.say("Propose other times…"), "ptm", row)
    back = view.button(view.say("← Back to the alert"), "keep", row)
    times = [slot_label(view, str(at)) for at in view.params.get("options", [])]
    match view.params["view"]:
        case "draft":
            return _draft(view, row, name, back)
        case "sent":
            text = view.texts.say(
                "I asked {name}: {times}.", name=view.say("{name}", name=name), times="; ".join(times)
            )
            return Screen(lines(text, view.say("I tell you what suits.")), ((back,),))
        case "agreed":
            text = view.say("📅 {name} can talk: {time}.", name=name, time=view.plain(times[0] if times else ""))
            return Screen(lines(text, view.say("The alert waits until two hours after that.")), ((back,),))
        case "other":
            return Screen(view.say("None of these times suits {name}.", name=name), ((again,), (back,)))
        case _:
            text = view.say("{name} would rather leave it for now. I ask no more about it.", name=name)
            return Screen(lines(text, view.say("The alert stays with you until you resolve it.")), ((back,),))


def _draft(view: View, row: str, name: str, back: Button) -> Screen:
    slots = view.params["slots"]
    if not slots:
        return Screen(view.say("There is no time left to propose. Please call {name}.", name=name), ((back,),))
    buttons = [
        view.button(chosen(view.texts.weekday(str(one["at"])), bool(one["chosen"])), "ptk", row, _unix(str(one["at"])))
        for one in slots
    ]
    rows: Rows = tuple(tuple(buttons[at : at + SLOTS_IN_A_ROW]) for at in range(0, len(buttons), SLOTS_IN_A_ROW))
    text = view.say("When can you talk with {name}? Pick up to three.", name=name)
    hint = ""
    if view.params.get("zone") != view.outgoing.timezone:
        hint = view.say("These are your times. {name} reads them in their own.", name=name)
    if picked := sum(bool(one["chosen"]) for one in slots):
        ask = view.texts.count("Send this time", "Send all {n}", picked)
        return Screen(lines(text, hint), (*rows, (view.button(ask, "pts", row),), (back,)))
    return Screen(lines(text, hint), (*rows, (back,)))


@renders(Kind.TALK_TIMES)
def times(view: View) -> Screen:
    """The mentor's side: a choice of times, or none of it."""
    row, by = str(view.params["alert"]), str(view.params["by"])
    talk = (view.talk(),)
    if view.params["view"] == "ask":
        rows = [(view.button(slot_label(view, str(at)), "tta", row, _unix(str(at))),) for at in view.params["options"]]
        text = view.say("{by} would like to talk with you. When does it suit you?", by=by)
        hint = view.say("“Leave it” is fine too. Then I ask no more about this.")
        other = view.button(view.say("Another time"), "tta", row, "other")
        leave = view.button(view.say("Leave it"), "tta", row, "left")
        return Screen(lines(text, hint), (*rows, (other, leave), talk))
    match view.params["view"]:
        case "agreed":
            text = view.say("📅 {time}, with {by}. {by} knows.", time=slot_label(view, str(view.params["at"])), by=by)
        case "other":
            text = view.say("All right. {by} will propose another time.", by=by)
        case "left":
            text = view.say("All right. I leave it there, and {by} knows.", by=by)
        case _:
            text = view.say("These times have passed, or it is settled already. {by} can propose others.", by=by)
    return Screen(text, (talk,))
