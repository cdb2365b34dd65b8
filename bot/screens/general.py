"""Help, privacy, settings, being away, leaving."""

from collections.abc import Mapping
from typing import Final

from bot.screens import own_pulse
from bot.screens.mine import look_line
from bot.screens.screen import Button, Rows, Screen, View, chosen, city, lines, renders
from bot.texts import Texts
from core.messages import Kind

QUIET_CHOICES: Final = (("21:00", "08:00"), ("20:00", "09:00"), ("22:00", "07:00"), ("23:00", "06:00"))


@renders(Kind.HELP)
def help_(view: View) -> Screen:
    """What works here."""
    hello = view.say("Good to have you back.") if view.params.get("returned") else ""
    if view.params.get("agreed"):
        hello = view.say("Thank you. All goes on as before.")
    if view.params.get("nothing_open"):
        return Screen(view.say("Nothing is open. Thank you for looking."))
    if view.params.get("role") != "mentor":
        text = view.say(
            "<b>What works here</b>\n/team – who may need you\n/alerts – what is open\n"
            "/oncall – who is on call\n/away – when you cannot be reached\n"
            "/settings – time zone\n/language – language\n/privacy – who sees what"
        )
        own, rows = own_pulse.help_rows(view)
        return Screen(lines(hello, text, own), rows)
    text = view.say(
        "<b>What works here</b>\n/checkin – a check-in now\n/talk – I need a person now\n"
        "/me – my last weeks\n/visit – a timer for a home visit\n/away – a break from questions\n"
        "/settings – time, zone, quiet hours\n/language – language\n/privacy – who sees what\n"
        "/mydata – my data, or erase it\n/leave – stop everything"
    )
    return Screen(
        lines(
            hello,
            text,
            view.say("You can also answer a pulse in one line, like this: 3 2 4 1 n"),
            view.say("Nobody reads this live. If you need a person, press the button."),
        ),
        ((view.talk(),),),
    )


@renders(Kind.PRIVACY)
def privacy(view: View) -> Screen:
    """What is kept, who sees it, and for how long."""
    keep = view.program.retention
    mentor = view.params.get("role") == "mentor"
    if mentor:
        return _own_privacy(view)
    own, rows = own_pulse.privacy(view)
    return Screen(
        lines(
            view.say("<b>Who sees what</b>") + "\n" + _staff_privacy(view),
            own,
            view.say(
                "I keep answers for {answers} days, scores for {scores} and notes for {notes}. Names and notes are "
                "locked with a key. The people who run this service hold it.",
                answers=keep.answers.days,
                scores=keep.scores.days,
                notes=keep.notes.days,
            ),
            view.say("Telegram is not a private line. Please, no client names."),
        ),
        rows,
    )


def _own_privacy(view: View) -> Screen:
    """For a mentor: who sees what in short, who looked last, and what is kept."""
    keep = view.program.retention
    looks = [f"• {look_line(view, look)}" for look in view.params.get("looks") or []]
    newest = "\n".join([view.say("<b>Who looked last</b>"), *(looks or [view.say("Nobody has looked at your data.")])])
    text = lines(
        view.say("<b>Who sees what</b>")
        + "\n"
        + view.say(
            "Your team sees how soon to reach out, and why, in the words that you read too. You choose how much. A "
            "call for help is always passed on."
        ),
        newest,
        view.say(
            "I keep answers {answers} days, scores {scores}, notes {notes}. Those who run this service hold the key. "
            "Telegram is not a private line. Please, no client names.",
            answers=keep.answers.days,
            scores=keep.scores.days,
            notes=keep.notes.days,
        ),
    )
    looked = (view.button(view.say("Who looked"), "looks", argument="0"),)
    return Screen(text, (looked, (view.button(view.say("What others see of me"), "vis"),), (view.talk(),)))


def _staff_privacy(view: View) -> str:
    return view.say(
        "You get a mentor’s name, how soon to reach out, and why. You do not get the answers. The mentor reads the "
        "same words. Never use this for pay or discipline."
    )


@renders(Kind.SETTINGS)
def settings(view: View) -> Screen:
    """The settings, each with a way to change it."""
    if view.params.get("choose_quiet"):
        return _choose_quiet(view)
    saved = view.say("Saved.") if view.params.get("saved") else ""
    facts = []
    rows: list[tuple[Button, ...]] = []
    if view.params.get("takes_part") and view.params.get("at"):
        days = view.texts.days([int(day) for day in view.params.get("days", [])])
        at = view.texts.hour(str(view.params["at"]))
        if len(set(view.params.get("times", {}).values())) > 1:
            facts.append(view.say("Check-ins:") + _day_times(view, view.params["times"]))
        else:
            facts.append(view.say("Check-in: {days} at {at}", days=days, at=at))
        if view.params.get("next_at"):
            facts.append(view.say("Next one: {when}", when=view.texts.when(view.params["next_at"])))
        rows.append(
            (view.button(view.say("Change the time"), "times"), view.button(view.say("Change the days"), "dys"))
        )
    zone = str(view.params["zone"])
    here = Texts(view.texts.language, zone).clock(view.now)
    facts.append(view.say("Time zone: {place}, now {time}", place=city(zone), time=here))
    rows.append((view.button(view.say("Change the time zone"), "zones", argument="first"),))
    # Quiet hours hold back check-ins. An alert reaches supervisors and leads at any hour.
    if view.params.get("role", "mentor") == "mentor":
        start, end = str(view.params["quiet_from"]), str(view.params["quiet_until"])
        facts.append(view.say("Quiet hours: {span}", span=_span(view, start, end)))
        rows.append((view.button(view.say("Change the quiet hours"), "quiets"),))
        rows.append((view.button(view.say("What others see of me"), "vis"),))
    elif view.params.get("takes_part"):
        span = _span(view, str(view.params["quiet_from"]), str(view.params["quiet_until"]))
        facts.append(view.say("No pulse from {span}. Alerts come at any hour.", span=span))
        rows.append((view.button(view.say("Change the quiet hours"), "quiets"),))
    if view.params.get("role", "mentor") != "mentor":
        fact, row = _contentless(view)
        facts.append(fact)
        rows += row
    if view.params.get("takes_part"):
        one = bool(view.params.get("one_message"))
        facts.append(
            view.say("Questions: all in one message, for weak signal")
            if one
            else view.say("Questions: one by one, with buttons")
        )
        label = view.say("One by one, with buttons") if one else view.say("All in one message (weak signal)")
        rows.append((view.button(label, "one"),))
    rows.append((view.button(view.say("Language"), "langs"),))
    mentor = view.params.get("role", "mentor") == "mentor"
    if mentor and view.params.get("takes_part") and view.program.visits.enabled:
        rows.append((view.button(view.say("Home-visit timer"), "vhm"),))
    if mentor or view.params.get("takes_part"):
        rows.append((view.talk(),))
    return Screen(lines(saved, view.say("<b>Settings</b>"), "\n".join(facts)), tuple(rows))


def _day_times(view: View, times: Mapping[str, str]) -> str:
    """Return a line for each day: "• Monday: 5:00 PM"."""
    return "".join(f"\n• {view.texts.days([int(day)])}: {view.texts.hour(at)}" for day, at in times.items())


def _contentless(view: View) -> tuple[str, list[tuple[Button, ...]]]:
    """Return what alerts say before they are opened, and a way to change it where the program leaves it open."""
    if view.params.get("contentless_for_all"):
        return view.say("Alerts: no names before you open them, for everybody in this program"), []
    if view.params.get("contentless"):
        button = view.button(view.say("Show names in alerts at once"), "cls", argument="no")
        return view.say("Alerts: no names before you open them"), [(button,)]
    button = view.button(view.say("No names in alerts before I open them"), "cls", argument="yes")
    return view.say("Alerts: with the name and the reason at once"), [(button,)]


def _choose_quiet(view: View) -> Screen:
    current = f"{view.params['quiet_from']}-{view.params['quiet_until']}"
    rows = tuple(
        (view.button(chosen(_span(view, start, end), f"{start}-{end}" == current), "quiet", argument=f"{start}-{end}"),)
        for start, end in QUIET_CHOICES
    )
    question = view.say("When shall I stay quiet? I still answer you, and calls for help still go out.")
    return Screen(question, (*rows, (view.button(view.say("← Back"), "set"),), (view.talk(),)))


def _span(view: View, start: str, end: str) -> str:
    return view.say("{start} to {end}", start=view.texts.hour(start), end=view.texts.hour(end))


@renders(Kind.AVOID)
def avoid(view: View) -> Screen:
    """Somebody else than my supervisor: what it means, and how to take it back."""
    avoids = bool(view.params.get("avoids"))
    undo = (view.button(view.say("Ask my supervisor again"), "avy", argument="no"),)
    if view.params.get("saved"):
        if avoids:
            text = view.say(
                "Saved. From now on I ask others. Your supervisor is not told, and does not see your alerts."
            )
            return Screen(text, (undo, (view.talk(),)))
        return Screen(view.say("Saved. I ask your supervisor first again."), ((view.talk(),),))
    if avoids:
        return Screen(
            view.say("I ask others, not {name}.", name=view.params.get("name") or "–"), (undo, (view.talk(),))
        )
    if not view.params.get("name"):
        return Screen(view.say("You have no supervisor of your own, so I ask whoever is there."), ((view.talk(),),))
    text = lines(
        view.say("Sometimes it is hard to talk to {name}. That is all right.", name=view.params["name"]),
        view.say("I can ask others on your team instead. I do not tell {name}.", name=view.params["name"]),
    )
    yes = (view.button(view.say("Yes, ask others"), "avy", argument="yes"),)
    return Screen(text, (yes, (view.talk(),)))


@renders(Kind.AWAY)
def away(view: View) -> Screen:
    """Ask for how long, or say until when."""
    mentor = view.params.get("role") == "mentor"
    talk: Rows = ((view.talk(),),) if mentor else ()
    if view.params.get("away"):
        what = view.say("I ask nothing until then.") if mentor else view.say("Alerts go to the next person meanwhile.")
        return Screen(lines(_until(view), what), ((view.button(view.say("I’m back"), "back"),), *talk))
    if view.params.get("saved"):
        what = view.say("What you missed is not asked again.") if mentor else view.say("Alerts reach you again.")
        return Screen(lines(view.say("Welcome back."), what), talk)
    if starts := view.params.get("starts"):
        first, until = view.texts.day(str(starts)), _until(view)
        ahead = view.say("From {day} on you are away.", day=first)
        return Screen(lines(ahead, until), ((view.button(view.say("Cancel these days"), "back"),), *talk))
    what = (
        view.say("I ask nothing meanwhile. You need not say why.")
        if mentor
        else view.say("Alerts go to the next person meanwhile.")
    )
    return Screen(lines(view.say("How long will you be away?"), what), (*_lengths(view), *talk))


def _until(view: View) -> str:
    if until := view.params.get("until"):
        return view.say("You are away until {day}.", day=view.texts.day(str(until)))
    return view.say("You are away until you say so.")


def _lengths(view: View) -> Rows:
    labels = {
        "today": view.say("Just today"),
        "3d": view.say("3 days"),
        "7d": view.say("A week"),
        "14d": view.say("Two weeks"),
        "open": view.say("Until I say so"),
    }
    lengths = [(view.button(labels[choice], "away", argument=choice),) for choice in view.params["choices"]]
    return (*lengths, (view.button(view.say("From one day to another…"), "awd", argument="0"),))
