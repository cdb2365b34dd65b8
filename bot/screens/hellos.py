"""Words about silence, and about conditions: no alert, no reproach."""

from html import escape

from bot.screens.screen import Screen, View, lines, renders
from core.messages import Kind


@renders(Kind.SILENCE)
def silence(view: View) -> Screen:
    """A word to somebody who has not answered for a while: no reproach in it."""
    away = view.button(view.say("Take a break"), "aways")
    now = view.button(view.say("A check-in now"), "now", argument="pulse")
    match view.params["stage"]:
        case "nudge":
            text = view.say("It has been quiet for a bit. That is fine. I am here when you want to check in.")
        case "pause":
            text = view.say("It has been quiet for a while. Shall I pause the questions? You can come back any time.")
        case _:
            told = str(view.params.get("told", ""))
            text = view.say(
                "It has been quiet for some weeks, so {name} may say hello. Nothing more is behind it.", name=told
            )
    return Screen(text, ((now,), (away,), (view.talk(),)))


@renders(Kind.STAFF_HELLO)
def staff_hello(view: View) -> Screen:
    """Suggest a friendly hello, and nothing else."""
    text = view.say(
        "It has been quiet from {mentor} for some weeks. That can mean anything. A friendly hello may be welcome.",
        mentor=view.params["mentor"],
    )
    return Screen(text)


@renders(Kind.LEAD_NOTE)
def lead_note(view: View) -> Screen:
    """Tell a lead about conditions."""
    if view.params.get("conditions"):
        return Screen(
            lines(
                view.say("<b>{team}: a word about conditions.</b>", team=view.params["team"]),
                view.say(
                    "Several mentors there have come under more strain within two weeks. When that happens to several "
                    "at once, it often comes from the work: caseloads, hours, cover, or a loss that touched all."
                ),
                view.say("Supervisors look after each of them. You may look at what they share. This names nobody."),
            )
        )
    weeks = int(view.params.get("weeks", 3))
    if view.params.get("logged"):
        return Screen(
            view.texts.count(
                "No session with {mentor} has been logged for {n} week.",
                "No session with {mentor} has been logged for {n} weeks.",
                weeks,
                mentor=escape(str(view.params["mentor"]), quote=False),
            )
        )
    return Screen(
        view.texts.count(
            "{mentor} says there was no supervision for {n} week in a row.",
            "{mentor} says there was no supervision for {n} weeks in a row.",
            weeks,
            mentor=escape(str(view.params["mentor"]), quote=False),
        )
    )
