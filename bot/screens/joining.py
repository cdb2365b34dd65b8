"""Joining: consent in three short screens, language, time zone, time of the pulse; refusals."""

from dataclasses import replace
from hashlib import sha256
from typing import Final

from bot.screens import own_pulse
from bot.screens.screen import Button, Rows, Screen, View, chosen, city, lines, renders
from bot.texts import Texts
from core.consent import CONSENT_PAGES, Agreement, in_force
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
    title, body = _page(view, page, str(view.params["name"]))
    head = view.say("<b>{page} of {pages} · {title}</b>", page=page, pages=CONSENT_PAGES, title=title)
    again = ""
    if view.params.get("again") and page == 1:
        again = view.say("This has changed since you said yes, so I ask again. Until then I ask nothing else.")
    return Screen(lines(head, again, body), _consent_rows(view, page))


def agreement(view: View) -> Agreement:
    """Return what "I agree" on this screen means: the version, the language, and a digest of the three pages."""
    pages = "\n".join("\n".join(_page(view, page, "")) for page in range(1, CONSENT_PAGES + 1))
    wording = sha256(pages.encode()).hexdigest()[:10]
    version = view.program.consent_version
    agreed = in_force(view.texts.language, version, of_supervisor=bool(view.params.get("of_supervisor")))
    return replace(agreed, wording=agreed.wording + wording)


def _page(view: View, page: int, name: str) -> tuple[str, str]:
    """Return title and text of a page."""
    if view.params.get("of_supervisor"):
        return own_pulse.consent_page(view, page, name)
    match page:
        case 1:
            return view.say("What I ask"), lines(
                view.say("Hi {name}. I am Keepwell. I check in with peer mentors.", name=name),
                view.say(
                    "A few times a week I ask how the work sits with you. Most times it is five taps, half a minute. "
                    "You may skip a question, take a break, or leave. Saying no costs you nothing."
                ),
                view.say("This is not a test. It is never used for pay or discipline."),
            )
        case 2:
            return view.say("Who sees what"), lines(
                view.say(
                    "Your team does not see your answers. When the load gets heavy, or you ask for a person, I tell "
                    "your supervisor. They read that you may welcome a talk, and why. You read the same words. If "
                    "nobody takes it, I ask others on your team, then the lead."
                ),
                view.say(
                    "They also see when you are away, and what you mark for a talk. You can hide more, or show more."
                ),
                view.say(
                    "You may write notes too. A program, not a person, checks them for danger. If a note sounds like "
                    "it, I ask what you meant. If you do not answer, I call your team."
                )
                if view.program.notes.enabled
                else "",
                view.say("Please never write a client’s name here. Telegram is not a private line."),
            )
        case _:
            return view.say("If it gets too much"), lines(
                view.say(
                    "Nobody reads this live. It is not an emergency service. If you say you are not safe, I show you "
                    "a crisis line at once. I also write to your supervisor, then to others, until a person answers. "
                    "That is always passed on, whatever you hide."
                ),
                view.say("The button “I need a person now” works at any time, even if you say no."),
                view.say("Is that all right with you?"),
            )


def _consent_rows(view: View, page: int) -> Rows:
    back = (view.button(view.say("← Back"), "consent", argument=str(page - 1)),) if page > 1 else ()
    if page < CONSENT_PAGES:
        forward: Rows = ((view.button(view.say("Next"), "consent", argument=str(page + 1)),),)
    else:
        forward = (
            (view.button(view.say("I agree"), "agree", argument=str(agreement(view))),),
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
            view.say("That is fine. I will not ask you anything."),
            view.say("Your alerts and your team go on as before.") if view.params.get("of_supervisor") else "",
            view.say("If you change your mind, send /start. The button “I need a person now” still works."),
        ),
        ((view.button(view.say("Read it again"), "consent", argument="1"),), (view.talk(),)),
    )


@renders(Kind.ASK_LANGUAGE)
def ask_language(view: View) -> Screen:
    """Choose a language by tap."""
    head = view.say("Saved.") if view.params.get("saved") else ""
    rows = tuple(
        (view.button(chosen(LANGUAGE_NAMES.get(code, code), code == view.texts.language), "lang", argument=f"{code}."),)
        for code in view.program.languages
    )
    return Screen(lines(head, view.say("Which language shall I use?")), rows)


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
    if joining:
        rows.append((view.talk(),))
    return Screen(lines(thanks, view.say("What time is it where you are?")), tuple(rows))


def _short(zone: str) -> str:
    # The longest names do not fit into a button; the prefix is put back when it is pressed.
    return zone.replace("America/Argentina/", "AA/")


def _zone_label(view: View, zone: str) -> str:
    clock = Texts(view.texts.language, zone).clock(view.now)
    return f"{clock} · {city(zone)}"


@renders(Kind.ASK_TIME)
def ask_time(view: View) -> Screen:
    """Choose when the pulse comes."""
    suffix = "~j" if view.params.get("joining") else "~"
    current = view.params.get("at")
    buttons = [
        view.button(chosen(view.texts.hour(choice), choice == current), "time", argument=f"{choice}{suffix}")
        for choice in view.params["choices"]
    ]
    # The program's own time first: whoever just taps on gets what is usual.
    buttons.sort(key=lambda button: not button.label.startswith("✓"))
    rows = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    question = view.say(
        "When shall I ask? I come on {days}.", days=view.texts.days([int(day) for day in view.params.get("days", [])])
    )
    return Screen(question, (*rows, (view.talk(),)))


@renders(Kind.READY)
def ready(view: View) -> Screen:
    """Say that all is set up, and what comes next."""
    staff = view.params.get("role", "mentor") != "mentor"
    first = ""
    if view.params.get("next_at"):
        first = view.say("Your first check-in: {when}.", when=view.texts.when(view.params["next_at"]))
    return Screen(
        lines(
            view.say("You are all set, {name}.", name=view.params["name"]),
            first,
            view.say(
                "/checkin – a check-in now\n/away – a break from questions\n/settings – change things\n"
                "/help – all the rest"
            ),
        ),
        (
            (view.button(view.say("Try one now"), "now", argument="pulse"),),
            *(() if staff else ((view.button(view.say("What others see of me"), "vis"),),)),
            (view.talk(),),
        ),
    )


@renders(Kind.STAFF_WELCOME)
def staff_welcome(view: View) -> Screen:
    """Tell a supervisor or a lead what to expect."""
    what = (
        view.say("I write to you when nobody before you has taken an alert.")
        if view.params["role"] == "lead"
        else view.say("I write to you when a mentor may welcome a talk, and say why in plain words.")
    )
    return Screen(
        lines(
            view.say("Welcome, {name}. You are connected.", name=view.params["name"]),
            what,
            view.say(
                "Acknowledge an alert to take it. Resolve it when you have talked. If nobody takes it, I ask the next "
                "person. Send /away when you cannot be reached."
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
        case "invite_wait":
            text = view.say(
                "Too many links did not work. Please wait an hour, then open your link again. If you "
                "are in danger, call your local emergency number now."
            )
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
            text = (
                view.say("Check-ins go to mentors who agreed to take part. Send /start to begin.")
                if view.params.get("role") == "mentor"
                else view.say("Check-ins are for mentors. Send /help to see what works for you.")
            )
        case "not_yours":
            text = view.say("This button is not for you, so nothing was changed.")
        case "staff_only":
            text = view.say("This is for supervisors. Send /help to see what works for you.")
        case "text_only":
            text = view.say("I can only read text. Nothing was kept.")
        case "command_unknown":
            text = view.say("I do not know this command. Send /help to see what works.")
        case _:
            text = view.say("This button is too old for me. Send /help to see what works.")
    known = view.outgoing.person_id is not None
    rows: tuple[tuple[Button, ...], ...] = ((view.talk(),),) if known and view.params["reason"] != "not_yours" else ()
    return Screen(text, rows)
