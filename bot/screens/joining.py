"""Joining: consent in three short screens, language, time zone, time of the pulse; refusals."""

from typing import Final

from bot.screens.screen import Button, Rows, Screen, View, lines, renders
from bot.texts import Texts
from core.consent import CONSENT_PAGES
from core.messages import Kind

# The zones that are offered first; `zone:more` shows the others.
ZONES: Final = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)
MORE_ZONES: Final = (
    "America/Puerto_Rico",
    "America/Halifax",
    "America/Mexico_City",
    "America/Bogota",
    "America/Lima",
    "America/Santiago",
    "America/Argentina/Buenos_Aires",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Madrid",
    "Pacific/Guam",
    "Australia/Sydney",
)
LANGUAGE_NAMES: Final = {"en": "English", "es": "Español"}


@renders(Kind.CONSENT)
def consent(view: View) -> Screen:
    """Say what is asked, who sees what, and what happens in a crisis; nothing is asked before "I agree"."""
    page = int(view.params["page"])
    head = view.say("<b>{page} of {pages}</b>", page=page, pages=CONSENT_PAGES)
    match page:
        case 1:
            body = lines(
                view.say("Hi {name}. I am Keepwell, a check-in for peer mentors.", name=view.params["name"]),
                view.say(
                    "A few times a week I ask how the work sits with you: five taps, half a minute. You may skip any "
                    "question, pause, or leave. Saying no costs you nothing."
                ),
                view.say("This is not a test of you, and never used for pay or discipline."),
            )
        case 2:
            body = lines(
                view.say("<b>Who sees what</b>"),
                view.say(
                    "Your answers stay with you. If they show that the load is getting heavy, your supervisor hears "
                    "that you may welcome a talk, and why. You see the same words."
                ),
                view.say("Please never write a client’s name here. Telegram is not a private line."),
            )
        case _:
            body = lines(
                view.say("<b>If it gets too much</b>"),
                view.say(
                    "Nobody reads along live, and this is not an emergency service. If you say you are not safe, I "
                    "show you crisis lines at once and call your supervisor, then others, until a person answers. "
                    "That is always passed on."
                ),
                view.say("Is that all right with you?"),
            )
    return Screen(f"{head}\n{body}", _consent_rows(view, page))


def _consent_rows(view: View, page: int) -> Rows:
    back = (view.button(view.say("← Back"), "consent", argument=str(page - 1)),) if page > 1 else ()
    if page < CONSENT_PAGES:
        forward: Rows = ((view.button(view.say("Next"), "consent", argument=str(page + 1)),),)
    else:
        forward = (
            (view.button(view.say("I agree"), "agree"),),
            (view.button(view.say("No, thank you"), "decline"),),
        )
    rows = [*forward, *([back] if back else [])]
    if page == 1:
        others = [code for code in view.program.languages if code != view.texts.language]
        rows += [(view.button(LANGUAGE_NAMES.get(code, code), "lang", argument=f"{code}.consent"),) for code in others]
    return (*rows, (view.talk(),))


@renders(Kind.DECLINED)
def declined(view: View) -> Screen:
    """Thank somebody who does not want to take part."""
    return Screen(
        lines(
            view.say("That is fine. You will not be asked anything."),
            view.say("If you change your mind, send /start. The button below works all the same."),
        ),
        ((view.button(view.say("Read it again"), "consent", argument="1"),), (view.talk(),)),
    )


@renders(Kind.ASK_LANGUAGE)
def ask_language(view: View) -> Screen:
    """Choose a language by tap."""
    head = view.say("Saved.") if view.params.get("saved") else ""
    rows = tuple(
        (
            view.button(
                _chosen(LANGUAGE_NAMES.get(code, code), code == view.texts.language), "lang", argument=f"{code}."
            ),
        )
        for code in view.program.languages
    )
    return Screen(lines(head, view.say("Which language shall I use?")), rows)


def _chosen(label: str, yes: bool) -> str:
    return f"✓ {label}" if yes else label


@renders(Kind.ASK_ZONE)
def ask_zone(view: View) -> Screen:
    """Choose a time zone by the time it is there now: people know their clock better than a zone's name."""
    current, joining = str(view.params["current"]), bool(view.params.get("joining"))
    offered = MORE_ZONES if view.params.get("more") else ZONES
    zones = [current, *(zone for zone in offered if zone != current)]
    suffix = "j" if joining else ""
    rows = [(view.button(_zone_label(view, zone), "zone", argument=f"{_short(zone)}~{suffix}"),) for zone in zones]
    if not view.params.get("more"):
        rows.append((view.button(view.say("Somewhere else"), "zones", argument=suffix),))
    thanks = view.say("Thank you.") if joining else ""
    return Screen(lines(thanks, view.say("What time is it where you are?")), tuple(rows))


def _short(zone: str) -> str:
    # The longest names do not fit into a button; the prefix is put back when it is pressed.
    return zone.replace("America/Argentina/", "AA/")


def _zone_label(view: View, zone: str) -> str:
    clock = Texts(view.texts.language, zone).clock(view.now)
    return f"{clock} · {zone.rpartition('/')[2].replace('_', ' ')}"


@renders(Kind.ASK_TIME)
def ask_time(view: View) -> Screen:
    """Choose when the pulse comes."""
    suffix = "~j" if view.params.get("joining") else "~"
    current = view.params.get("at")
    buttons = [
        view.button(_chosen(choice, choice == current), "time", argument=f"{choice}{suffix}")
        for choice in view.params["choices"]
    ]
    # The program's own time first: whoever just taps on gets what is usual.
    buttons.sort(key=lambda button: not button.label.startswith("✓"))
    rows = tuple(tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3))
    question = view.say(
        "When shall I ask? I come on {days}.", days=view.texts.days([int(day) for day in view.params.get("days", [])])
    )
    return Screen(question, rows)


@renders(Kind.READY)
def ready(view: View) -> Screen:
    """Say that all is set up, and what comes next."""
    first = ""
    if view.params.get("next_at"):
        first = view.say("Your first check-in comes on {when}.", when=view.texts.when(view.params["next_at"]))
    return Screen(
        lines(
            view.say("You are all set, {name}.", name=view.params["name"]),
            first,
            view.say("/checkin any time, /away for a break, /settings to change things, /help for the rest."),
        ),
        ((view.button(view.say("Try one now"), "now", argument="pulse"),), (view.talk(),)),
    )


@renders(Kind.STAFF_WELCOME)
def staff_welcome(view: View) -> Screen:
    """Tell a supervisor or a lead what to expect."""
    what = (
        view.say("You hear from me when an alert found nobody, and when your team’s mentors need you.")
        if view.params["role"] == "lead"
        else view.say("You hear from me when one of your mentors may welcome a talk, with the reasons in plain words.")
    )
    return Screen(
        lines(
            view.say("Welcome, {name}. You are connected.", name=view.params["name"]),
            what,
            view.say(
                "Each alert has two buttons: acknowledge it when you take it, resolve it when you have talked. If "
                "nobody takes it, it goes on to the next person. Tell me with /away when you cannot be reached."
            ),
        )
    )


@renders(Kind.REFUSAL)
def refusal(view: View) -> Screen:
    """Say no, kindly and clearly, and what to do."""
    match view.params["reason"]:
        case "stranger":
            text = view.say(
                "Hello. I only work with people who were invited. If you are a mentor here, ask your supervisor for "
                "your link. If you are in danger, call your local emergency number now."
            )
        case "invite_unknown":
            text = view.say("I do not know this link. Please ask your supervisor for a new one.")
        case "invite_used":
            text = view.say(
                "This link was used before. Each link works once. Please ask your supervisor for a new one."
            )
        case "invite_expired":
            text = view.say("This link is too old. Please ask your supervisor for a new one.")
        case "already_joined":
            text = view.say(
                "You are here already, as {name}. This link is for somebody else.", name=view.params["name"]
            )
        case "not_taking_part":
            text = view.say("Check-ins go to mentors who agreed to take part. Send /start to begin.")
        case "not_yours":
            text = view.say("This button is not for you, so nothing was changed.")
        case "staff_only":
            text = view.say("This is for supervisors. Send /help to see what works for you.")
        case "text_only":
            text = view.say("I can only read text. Nothing was kept.")
        case _:
            text = view.say("I do not understand this button any more. Send /help to see what works.")
    known = view.outgoing.person_id is not None
    rows: tuple[tuple[Button, ...], ...] = ((view.talk(),),) if known and view.params["reason"] != "not_yours" else ()
    return Screen(text, rows)
