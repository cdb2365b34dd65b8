"""What a mentor reads when it is too much: the lines first, then the truth about who has been reached."""

from bot.screens.screen import Screen, View, lines, renders
from core.messages import Kind
from program.model import CrisisLine


def country_of(zone: str, fallback: str) -> str:
    """Return the country whose crisis line fits a time zone, as far as a zone tells; else the program's own."""
    if zone in COUNTRIES:
        return COUNTRIES[zone]
    return "AU" if zone.startswith("Australia/") else fallback


# Zones of countries other than the program's usual one that have a line of their own.
COUNTRIES = {
    "America/Halifax": "CA",
    "America/Toronto": "CA",
    "America/Vancouver": "CA",
    "America/Winnipeg": "CA",
    "America/Edmonton": "CA",
    "America/Mexico_City": "MX",
    "America/Tijuana": "MX",
    "America/Monterrey": "MX",
    "Europe/London": "GB",
    "Europe/Dublin": "IE",
    "Europe/Madrid": "ES",
}


def line_of(view: View) -> CrisisLine:
    """Return the help of the reader's country."""
    return view.program.crisis_line(country_of(view.outgoing.timezone, view.program.country))


def lines_for(view: View) -> str:
    """Return the crisis line of the reader's country, in words."""
    return view.pick(line_of(view).text)


@renders(Kind.CRISIS)
def crisis(view: View) -> Screen:
    """The lines at once, and who is being called."""
    told = [str(name) for name in view.params.get("told", [])]
    leads = view.params.get("only_leads")
    if view.params.get("lines_only") and leads:
        status = view.say("If you want a person, press the button. I tell the leads, and nobody else.")
    elif view.params.get("lines_only"):
        status = view.say("If you want a person from your team, press the button.") if view.outgoing.person_id else ""
    elif view.params.get("nobody_here"):
        status = view.say("I have no team to call for you here. Please use the number above.")
    elif told:
        names = view.texts.list(told)
        status = view.say("I am calling {names} now, by message. I will tell you when somebody answers.", names=names)
    elif leads:
        status = view.say("I could not reach a lead yet. I keep trying. Please use the number above now.")
    else:
        status = view.say("I could not reach anybody on your team yet. I keep trying. Please use the number above now.")
    rows = () if view.params.get("nobody_here") else ((view.talk(),),)
    return Screen(lines(view.say("<b>You do not have to be alone with this.</b>"), lines_for(view), status), rows)


@renders(Kind.MENTOR_STATUS)
def status(view: View) -> Screen:
    """Who took it, or truthfully that nobody has yet."""
    talk = ((view.talk(),),)
    match view.params["status"]:
        case "taken":
            at = view.texts.clock(view.params["at"])
            text = view.say("{by} has seen it ({at}) and will reach out to you.", by=view.params["by"], at=at)
            return Screen(text, talk)
        case "taken_later":
            text = view.say("{by} has seen it and will come back to it.", by=view.params["by"])
            return Screen(text, ((view.talk(),),))
        case "handed_over":
            return Screen(view.say("I am asking {by} now.", by=view.params["by"]), talk)
        case "written":
            return Screen(
                view.say("{by} wrote a few words on what was done. You can read them: /mydata", by=view.params["by"]),
                talk,
            )
        case "passed_on":
            return Screen(view.say("{by} cannot take this. I am asking the next person.", by=view.params["by"]), talk)
        case "resolved":
            text = view.say(
                "{by} marked this as done. If you still need somebody, press the button.", by=view.params["by"]
            )
            return Screen(text, talk)
        case "next_asked":
            told = [str(name) for name in view.params.get("told", [])]
            if view.params.get("level") != "crisis":
                names = view.texts.list(told)
                return Screen(
                    view.say("I have no word yet that you two talked. I am asking {names}.", names=names), talk
                )
            text = view.say(
                "I have no word yet that somebody is with you. I am calling {names} now.", names=view.texts.list(told)
            )
            return Screen(lines(text, lines_for(view)), talk)
        case _:
            told = [str(name) for name in view.params.get("told", [])]
            text = (
                view.say("The truth: no lead has this in hand yet.")
                if view.params.get("only_leads")
                else view.say("The truth: nobody on your team has this in hand yet.")
            )
            if told:
                text += " " + view.say("I have now told {names}.", names=view.texts.list(told))
            text += " " + view.say("I keep trying.")
            if view.params.get("level") == "crisis":
                return Screen(lines(text, view.say("Please do not wait for us:"), lines_for(view)), talk)
            return Screen(text, talk)


@renders(Kind.FOLLOW_UP)
def follow_up(view: View) -> Screen:
    """Ask whether it helped; every answer is a good one."""
    row = str(view.params["alert"])
    if view.params.get("ask"):
        rows = (
            (view.button(view.say("Yes, it helped"), "hlp", row, "yes"),),
            (view.button(view.say("No, not yet"), "hlp", row, "no"),),
            (view.button(view.say("Leave it"), "hlp", row, "left"),),
        )
        question = view.say("{by} told me that it is taken care of. Did it help?", by=view.params.get("by") or "–")
        hint = view.say("If I hear nothing, somebody will look in once more.")
        return Screen(lines(question, hint), (*rows, (view.talk(),)))
    match view.params.get("said"):
        case "yes":
            text = view.say("Good to hear. Thank you.")
        case "no":
            told = [str(name) for name in view.params.get("told", [])]
            text = view.say("Thank you for saying so. I am asking again.")
            if told:
                text = view.say("Thank you for saying so. I am asking {names} again.", names=view.texts.list(told))
        case _:
            text = view.say("All right. I leave it there.")
    return Screen(text, ((view.talk(),),))
