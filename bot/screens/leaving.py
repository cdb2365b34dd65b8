"""Leaving: what it means, and the way back."""

from bot.screens.screen import Button, Screen, View, lines, renders
from core.messages import Kind


@renders(Kind.LEAVE)
def leave(view: View) -> Screen:
    """Say what leaving means, and ask."""
    own = bool(view.params.get("own_pulse"))
    return Screen(
        lines(
            view.say("If you leave, everything stops at once. No questions, no reminders."),
            _leaving(view),
            view.say("An alert that is open now stays with the people who were told."),
            view.say("You can also stop your own pulse alone, and stay a supervisor.") if own else "",
        ),
        (
            *(((view.button(view.say("Stop my pulse alone"), "decline"),),) if own else ()),
            (view.button(view.say("Yes, leave"), "leave"),),
            (view.button(view.say("No, stay"), "stay"),),
            *(((view.talk(),),) if own or view.params.get("role") == "mentor" else ()),
        ),
    )


def _leaving(view: View) -> str:
    if view.params.get("role") != "mentor":
        return view.say("You can come back at any time.")
    days = int(view.params["days"])
    if days < 1:
        return view.say("You can come back for a short while. After that I erase all I keep about you.")
    return view.texts.count(
        "For {n} day you can come back, and all is as it was. After that I erase all I keep about you.",
        "For {n} days you can come back, and all is as it was. After that I erase all I keep about you.",
        days,
    )


@renders(Kind.LEFT)
def left(view: View) -> Screen:
    """Say that everything has stopped, and how to come back."""
    text = (
        view.say("You have left. I will not ask you anything.")
        if view.params.get("just_now")
        else view.say("You left earlier, so I do not ask you anything.")
    )
    still = (
        view.say("An alert about you is still open. The people who were told may still reach out.")
        if view.params.get("open_alerts")
        else ""
    )
    rows: list[tuple[Button, ...]] = [(view.button(view.say("Come back"), "return"),)]
    if until := view.params.get("until"):
        rows.append((view.button(view.say("Erase everything"), "era"),))
        until = view.say(
            "You can come back until {day}, and all is as it was. After that I erase all I keep about you.",
            day=view.texts.day(str(until)),
        )
    return Screen(lines(text, until or "", still, view.say("Take good care of yourself.")), (*rows, (view.talk(),)))
