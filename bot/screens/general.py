"""Help, privacy, settings, being away, leaving."""

from bot.screens.screen import Button, Rows, Screen, View, lines, renders
from core.messages import Kind


@renders(Kind.HELP)
def help_(view: View) -> Screen:
    """What works here."""
    hello = view.say("Good to have you back.") if view.params.get("returned") else ""
    if view.params.get("nothing_open"):
        return Screen(view.say("Nothing is open. Thank you for looking."))
    if view.params.get("role") != "mentor":
        text = view.say(
            "<b>Commands</b>\n/alerts – what is open\n/away – when you cannot be reached\n/language – language\n"
            "/settings – time zone and quiet hours\n/privacy – what I keep"
        )
        return Screen(lines(hello, text))
    text = view.say(
        "<b>What works here</b>\n/checkin – a check-in now\n/talk – I need a person now\n"
        "/away – a break from questions\n"
        "/settings – time, zone, quiet hours\n/language – language\n/privacy – who sees what\n/leave – stop everything"
    )
    return Screen(lines(hello, text, view.say("Nobody reads along live. In danger, use /talk.")), ((view.talk(),),))


@renders(Kind.PRIVACY)
def privacy(view: View) -> Screen:
    """What is kept, who sees it, and for how long."""
    keep = view.program.retention
    return Screen(
        lines(
            view.say("<b>Who sees what</b>"),
            view.say(
                "Your answers are not shown to your team. When they cross a limit, your supervisor sees your name, how "
                "soon to reach out, and the reasons, in the words that you see. A cry for help is always passed on."
            ),
            view.say(
                "I keep answers {answers} days, scores {scores} days, notes {notes} days. Names, notes and Telegram "
                "ids are stored encrypted. The people who run this service hold the key.",
                answers=keep.answers.days,
                scores=keep.scores.days,
                notes=keep.notes.days,
            ),
            view.say("Telegram itself is not a private line: please no client names."),
        )
    )


@renders(Kind.SETTINGS)
def settings(view: View) -> Screen:
    """The settings, each with a way to change it."""
    saved = view.say("Saved.") if view.params.get("saved") else ""
    facts = []
    rows: list[tuple[Button, ...]] = []
    if view.params.get("takes_part") and view.params.get("at"):
        days = view.texts.days([int(day) for day in view.params.get("days", [])])
        facts.append(view.say("Check-in: {days} at {at}", days=days, at=view.params["at"]))
        if view.params.get("next_at"):
            facts.append(view.say("Next one: {when}", when=view.texts.when(view.params["next_at"])))
        rows.append((view.button(view.say("Change the time"), "times"),))
    facts.append(view.say("Time zone: {zone}", zone=str(view.params["zone"]).replace("_", " ")))
    quiet = (str(view.params["quiet_from"]), str(view.params["quiet_until"]))
    facts.append(view.say("Quiet hours: {start} to {end}", start=quiet[0], end=quiet[1]))
    rows += [
        (view.button(view.say("Change the time zone"), "zones", argument="first"),),
        (view.button(view.say("Change the quiet hours"), "quiets"),),
        (view.button(view.say("Language"), "langs"),),
    ]
    if view.params.get("choose_quiet"):
        rows = [
            (view.button(view.say("{start} to {end}", start=start, end=end), "quiet", argument=f"{start}-{end}"),)
            for start, end in (("21:00", "08:00"), ("20:00", "09:00"), ("22:00", "07:00"), ("23:00", "06:00"))
        ]
    return Screen(lines(saved, "<b>" + view.say("Settings") + "</b>\n" + "\n".join(facts)), tuple(rows))


@renders(Kind.AWAY)
def away(view: View) -> Screen:
    """Ask for how long, or say until when."""
    if view.params.get("away"):
        until = view.params.get("until")
        text = (
            view.say("You are away until {day}. Nothing is asked until then.", day=view.texts.day(str(until)))
            if until
            else view.say("You are away until you say so. Nothing is asked until then.")
        )
        if view.params.get("role") != "mentor":
            text = view.say("You are away. Alerts go to the next person of the chain.")
        return Screen(lines(text, _talk_hint(view)), ((view.button(view.say("I’m back"), "back"),),))
    if view.params.get("saved"):
        return Screen(view.say("Welcome back. What you missed is not asked again."))
    return Screen(view.say("For how long? Nothing is asked meanwhile, and nobody asks you why."), _lengths(view))


def _talk_hint(view: View) -> str:
    return view.say("/talk works all the same.") if view.params.get("role") == "mentor" else ""


def _lengths(view: View) -> Rows:
    labels = {
        "today": view.say("Just today"),
        "3d": view.say("3 days"),
        "7d": view.say("A week"),
        "14d": view.say("Two weeks"),
        "open": view.say("Until I say so"),
    }
    return tuple((view.button(labels[choice], "away", argument=choice),) for choice in view.params["choices"])


@renders(Kind.LEAVE)
def leave(view: View) -> Screen:
    """Say what leaving means, and ask."""
    return Screen(
        lines(
            view.say("If you leave, everything stops at once: no questions, no reminders."),
            view.say("An alert that is open now stays with the people who were told. You can come back later."),
        ),
        (
            (view.button(view.say("Yes, leave"), "leave"),),
            (view.button(view.say("No, stay"), "stay"),),
        ),
    )


@renders(Kind.LEFT)
def left(view: View) -> Screen:
    """Say that everything has stopped, and how to come back."""
    text = (
        view.say("You have left. Nothing more will be asked.")
        if view.params.get("just_now")
        else view.say("You left earlier, so nothing is asked.")
    )
    still = (
        view.say("Somebody is still looking after your open call for help.") if view.params.get("open_alerts") else ""
    )
    return Screen(
        lines(text, still, view.say("Take good care of yourself.")),
        ((view.button(view.say("Come back"), "return"),), (view.talk(),)),
    )


@renders(Kind.NOTE)
def note(view: View) -> Screen:
    """Answer a note: what happens with it, truthfully."""
    return Screen(
        lines(
            view.say("Thank you for writing. I keep your note for you; nobody reads along live."),
            view.say("If you want a person, press the button."),
        ),
        ((view.talk(),), (view.button(view.say("A check-in now"), "now", argument="pulse"),)),
    )
